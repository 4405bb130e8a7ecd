import type { Attribute, ForeignKey, Index, TableName, TableSpec } from '../database';
import { DefinitionError } from '../errors';
import { sameType, type Typed } from './equal';
import type { AttributeLine, IndexLine, ParsedDefinition, ReferenceLine } from './model';
import { storeTable } from './oldTypes';
import { lineError, nearest } from './problem';
import { formatType } from './types';

/** The hidden primary key of a table that holds one row (datajoint-python 2.3.2 `declare.declare`). */
const SINGLETON: Omit<Attribute, 'lineage'> = {
  name: '_singleton',
  declaredType: 'bool',
  column: { kind: 'bool' },
  codec: null,
  inKey: true,
  nullable: false,
  autoIncrement: false,
  default: { kind: 'literal', text: '1' },
  comment: 'singleton primary key',
};

/**
 * The table that a definition describes: references pull in the primary key attributes of their parents, which
 * `resolve` supplies. A table without primary key attributes holds one row.
 *
 * Lineage as in datajoint-python 2.3.2 `Table._populate_lineage`: inherited attributes have their parent's (the last
 * reference's, where several meet in one attribute), own primary key attributes have their own, others none.
 * @throws DefinitionError for references and indexes that do not fit.
 */
export function resolveDefinition(
  parsed: ParsedDefinition,
  name: TableName,
  resolve: (line: ReferenceLine) => TableSpec,
): TableSpec {
  const resolver = new Resolver(parsed, name);
  for (const line of parsed.lines) {
    if (line.kind === 'attribute') resolver.addAttribute(line);
    else if (line.kind === 'reference') resolver.addReference(line, resolve(line));
  }
  for (const line of parsed.lines) if (line.kind === 'index') resolver.addIndex(line);
  return resolver.finish();
}

class Resolver {
  private readonly attributes = new Map<string, Attribute>();
  private readonly foreignKeys: ForeignKey[] = [];
  /** With the line that each stands in: a server names them in that order. */
  private readonly indexes: (Index & { readonly line: number })[] = [];

  constructor(
    private readonly parsed: ParsedDefinition,
    private readonly name: TableName,
  ) {}

  addAttribute(own: AttributeLine): void {
    const inherited = this.attributes.get(own.name);
    if (inherited === undefined) {
      const { name, declaredType, column, codec, inKey, nullable, autoIncrement, default: value, comment } = own;
      const lineage = inKey ? this.origin(name) : null;
      const type = { declaredType, column, codec, autoIncrement };
      this.attributes.set(name, { name, ...type, inKey, nullable, default: value, comment, lineage });
      const store = storeTable(declaredType);
      if (store === null) return;
      const parent = { schema: this.name.schema, table: store.table };
      this.foreignKeys.push({ parent, columns: [{ child: name, parent: store.attribute }] });
    } else if (!sameType(inherited, own)) {
      throw this.error(own.line, mismatch(own.name, own, inherited));
    }
  }

  addReference(reference: ReferenceLine, parent: TableSpec): void {
    const renames = Object.entries(reference.projection?.renames ?? {});
    this.checkRenames(reference, parent, renames);
    const keyAttributes = parent.attributes.filter((attribute) => attribute.inKey && !attribute.name.startsWith('_'));
    if (keyAttributes.length === 0) {
      throw this.error(
        reference.line,
        `${reference.target} has no primary key that a reference could take over. Remove the reference.`,
      );
    }
    const columns = keyAttributes.map((attribute) => ({
      child: renames.find(([, old]) => old === attribute.name)?.[0] ?? attribute.name,
      parent: attribute.name,
    }));
    keyAttributes.forEach((attribute, index) => {
      this.inherit(reference, attribute, columns[index]?.child ?? attribute.name, parent.name);
    });
    this.foreignKeys.push({ parent: parent.name, columns });
    if (reference.unique) this.addUnique(reference.line, columns.map(({ child }) => child));
  }

  addIndex(line: IndexLine): void {
    for (const attribute of line.attributes) {
      if (attribute.startsWith('(') || this.attributes.has(attribute)) continue;
      const meant = nearest(attribute, this.attributes.keys());
      throw this.error(
        line.line,
        `the table has no attribute "${attribute}". ${meant === null ? 'Use one that it has.' : `Did you mean ${meant}?`}`,
      );
    }
    const { unique, attributes } = line;
    if (unique) this.addUnique(line.line, attributes);
    else if (!this.hasIndex(false, attributes)) this.indexes.push({ unique, attributes, line: line.line });
  }

  finish(): TableSpec {
    const all = [...this.attributes.values()];
    const key = all.filter((attribute) => attribute.inKey);
    if (key.length === 0) key.push({ ...SINGLETON, lineage: this.origin(SINGLETON.name) });
    const attributes = [...key, ...all.filter((attribute) => !attribute.inKey)];
    const counters = attributes.filter((attribute) => attribute.autoIncrement);
    if (counters.length > 1) {
      throw new DefinitionError(
        `${this.parsed.tableName}: ${counters.map(({ name }) => `"${name}"`).join(' and ')} are auto_increment, and a table can have one. Remove the others.`,
      );
    }
    const { name, foreignKeys } = this;
    const inOrder = this.indexes.toSorted((a, b) => a.line - b.line);
    const indexes = inOrder.map(({ unique, attributes: indexed }): Index => ({ unique, attributes: indexed }));
    return { name, comment: this.parsed.comment, attributes, foreignKeys, indexes };
  }

  private inherit(reference: ReferenceLine, parent: Attribute, name: string, parentName: TableName): void {
    const lineage = parent.lineage ?? `${parentName.schema}.${parentName.table}.${parent.name}`;
    const declared = this.attributes.get(name);
    if (declared !== undefined) {
      if (!sameType(declared, parent)) throw this.error(reference.line, mismatch(name, declared, parent));
      this.attributes.set(name, { ...declared, lineage });
      return;
    }
    this.attributes.set(name, {
      ...parent,
      name,
      inKey: reference.inKey,
      nullable: reference.nullable,
      autoIncrement: false,
      default: reference.nullable ? { kind: 'null' } : null,
      lineage,
    });
  }

  private checkRenames(
    reference: ReferenceLine,
    parent: TableSpec,
    renames: readonly (readonly [string, string])[],
  ): void {
    const keyNames = parent.attributes.filter((attribute) => attribute.inKey).map((attribute) => attribute.name);
    for (const [name, old] of renames) {
      if (parent.attributes.every((attribute) => attribute.name !== old)) {
        const meant = nearest(old, keyNames);
        throw this.error(
          reference.line,
          `${reference.target} has no attribute "${old}". ${meant === null ? `Its primary key is ${keyNames.join(', ')}.` : `Did you mean ${meant}?`}`,
        );
      }
      if (keyNames.includes(name) && !renames.some(([, renamed]) => renamed === name)) {
        throw this.error(
          reference.line,
          `the new name "${name}" is a primary key attribute of ${reference.target} too. Choose another name.`,
        );
      }
    }
  }

  private addUnique(line: number, attributes: readonly string[]): void {
    if (!this.hasIndex(true, attributes)) this.indexes.push({ unique: true, attributes, line });
  }

  private hasIndex(unique: boolean, attributes: readonly string[]): boolean {
    return this.indexes.some((index) => index.unique === unique && index.attributes.join() === attributes.join());
  }

  private origin(attribute: string): string {
    return `${this.name.schema}.${this.name.table}.${attribute}`;
  }

  private error(line: number, problem: string): DefinitionError {
    return lineError(this.parsed.tableName, this.parsed.text, line, problem);
  }
}

function mismatch(name: string, one: Typed, other: Typed): string {
  const types = [one, other].map((type) => (type.codec === null ? formatType(type.column) : type.declaredType));
  return `"${name}" is ${types[0]} here and ${types[1]} in the other place that defines it. Make the types equal, or rename it with .proj(new_name='${name}').`;
}
