import { EXPRESSION, type Expression, type Key, type Queryable, type TableSource } from '../algebra';
import type { Connection, ForeignKey, TableName, TableSpec } from '../database';
import { classNameOf } from '../definition';
import { DataJointError } from '../errors';
import { addressOf, registeredTables, StoredTable, type TableBinding, TableQuery } from '../tables';

interface Ancestor {
  readonly source: TableSource;
  readonly spec: TableSpec;
}

type Restriction = Extract<Expression, { op: 'restrict' }>['condition'];

interface Reference {
  readonly child: Ancestor;
  readonly foreignKey: ForeignKey;
}

/**
 * The tables that a table depends on, each restricted to what belongs to one key.
 * Source: datajoint-python 2.3.2, `AutoPopulate.upstream` and `Diagram.trace`: a row belongs to the key when any chain of
 * references leads from the key to it.
 */
export class Ancestry {
  private constructor(
    private readonly target: Ancestor,
    private readonly ancestors: ReadonlyMap<string, Ancestor>,
    private readonly references: ReadonlyMap<string, readonly Reference[]>,
  ) {}

  /** Looks up what is not known already: nothing, when the program has a class for every ancestor. */
  static async of(binding: TableBinding): Promise<Ancestry> {
    const { connection, spec } = await binding.ready();
    const target: Ancestor = { source: binding, spec };
    const ancestors = new Map([[addressOf(spec.name), target]]);
    const references = new Map<string, Reference[]>();
    for (const child of ancestors.values()) {
      for (const foreignKey of child.spec.foreignKeys) {
        const address = addressOf(foreignKey.parent);
        references.set(address, [...(references.get(address) ?? []), { child, foreignKey }]);
        const parent = ancestors.get(address) ?? (await lookUp(connection, foreignKey.parent));
        if (parent !== null) ancestors.set(address, parent);
      }
    }
    return new Ancestry(target, ancestors, references);
  }

  /**
   * The rows of an ancestor, or of the table itself, that belong to a key.
   * @throws DataJointError `query` for a table that is no ancestor, or one that the key says nothing about
   */
  restricted(table: Queryable | string, key: Key): TableQuery {
    const address = typeof table === 'string' ? this.addressed(table) : addressOfClass(table);
    const ancestor = address === null ? undefined : this.ancestors.get(address);
    const name = typeof table === 'string' ? `"${table}"` : (ancestor?.source.label ?? address ?? 'That query');
    const label = this.target.source.label;
    if (ancestor === undefined) throw new DataJointError('query', `${name} is no table that ${label} depends on: upstream gives only those.`);
    const expression = this.rowsOf(ancestor, key);
    if (expression === null) {
      throw new DataJointError('query', `The key of ${label} does not tell which rows of ${name} belong to it: ${label} refers to them outside of its primary key.`);
    }
    return new TableQuery(ancestor.source, expression);
  }

  /** Null when the key tells nothing about the table. */
  private rowsOf(table: Ancestor, key: Key): Expression | null {
    const whole: Expression = { op: 'table', source: table.source };
    if (table === this.target) return { op: 'restrict', input: whole, condition: { kind: 'equal', values: key }, semanticCheck: false };
    const conditions = (this.references.get(addressOf(table.spec.name)) ?? []).flatMap(({ child, foreignKey }): Restriction[] => {
      if (child === this.target) {
        const known = foreignKey.columns.filter((column) => column.child in key);
        if (known.length === 0) return [];
        return [{ kind: 'equal', values: Object.fromEntries(known.map((column) => [column.parent, key[column.child]])) }];
      }
      const rows = this.rowsOf(child, key);
      return rows === null ? [] : [{ kind: 'in', expression: referred(rows, foreignKey) }];
    });
    return conditions.length === 0 ? null : { op: 'restrict', input: whole, condition: { kind: 'any', conditions }, semanticCheck: false };
  }

  /** `schema.ClassName`, `schema.sql_name`, or a class name that only one ancestor has. */
  private addressed(name: string): string | null {
    const found = [...this.ancestors].filter(([address, { spec }]) => {
      const className = classNameOf(spec.name.table);
      return [address, className, `${spec.name.schema}.${className}`].includes(name);
    });
    if (found.length > 1) {
      throw new DataJointError('query', `"${name}" may mean ${found.map(([address]) => address).join(' or ')}: write one of them.`);
    }
    return found[0]?.[0] ?? null;
  }
}

/** The attributes that a reference points with, under the names that the parent gives them. */
function referred(rows: Expression, { columns }: ForeignKey): Expression {
  const attributes = columns.filter(({ child, parent }) => child === parent).map(({ parent }) => parent);
  const named = Object.fromEntries(columns.filter(({ child, parent }) => child !== parent).map(({ child, parent }) => [parent, child]));
  return { op: 'project', input: rows, projection: { attributes, named } };
}

async function lookUp(connection: Connection, name: TableName): Promise<Ancestor | null> {
  const binding = registeredTables().find((each) => addressOf(each.name) === addressOf(name) && each.connection === connection);
  if (binding !== undefined && binding.spec !== null) return { source: binding, spec: binding.spec };
  const spec = await connection.catalog.table(name);
  return spec === null ? null : { source: new StoredTable(connection, spec), spec };
}

function addressOfClass(table: Queryable): string | null {
  const expression = table[EXPRESSION];
  return expression.op === 'table' ? addressOf(expression.source.name) : null;
}
