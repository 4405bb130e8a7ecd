import type { Connection, ForeignKey, TableName, TableSpec } from '../database';
import { DataJointError } from '../errors';

/** A reference as seen from the parent: who refers to it, and how. */
export interface ChildReference {
  readonly child: TableSpec;
  readonly foreignKey: ForeignKey;
}

/** The foreign keys among the tables of a database. */
export class TableGraph {
  private readonly specs = new Map<string, TableSpec>();
  private readonly references = new Map<string, ChildReference[]>();

  constructor(tables: readonly TableSpec[]) {
    for (const spec of tables) this.specs.set(addressOf(spec.name), spec);
    for (const child of tables) {
      for (const foreignKey of child.foreignKeys) {
        const parent = addressOf(foreignKey.parent);
        const known = this.references.get(parent) ?? [];
        known.push({ child, foreignKey });
        this.references.set(parent, known);
      }
    }
  }

  /** Reads the tables of the given schemas, of the whole database when none is given. */
  static async load(connection: Connection, schemas?: readonly string[]): Promise<TableGraph> {
    return new TableGraph(await connection.catalog.tables(schemas));
  }

  table(name: TableName): TableSpec | null {
    return this.specs.get(addressOf(name)) ?? null;
  }

  /** Tables that refer to this one, hidden ones included. */
  children(name: TableName): readonly ChildReference[] {
    return this.references.get(addressOf(name)) ?? [];
  }

  /** Tables that this one refers to, each once, in the order of the definition. */
  parents(name: TableName): TableSpec[] {
    const keys = this.table(name)?.foreignKeys ?? [];
    return unique(keys.map((key) => this.table(key.parent)));
  }

  /** The table and everything that depends on it, parents before children. */
  descendants(name: TableName): TableSpec[] {
    return this.reach(name, (spec) => this.children(spec.name).map((reference) => reference.child));
  }

  /** The table and everything it depends on, parents before children. */
  ancestors(name: TableName): TableSpec[] {
    return this.reach(name, (spec) => this.parents(spec.name));
  }

  /** All tables, parents before children, otherwise by name; each part follows its master as closely as that allows. */
  sorted(): TableSpec[] {
    const done = new Set<string>();
    const order: TableSpec[] = [];
    const visit = (spec: TableSpec, path: ReadonlySet<string>) => {
      const address = addressOf(spec.name);
      if (done.has(address) || path.has(address)) return;
      const deeper = new Set(path).add(address);
      for (const parent of this.parents(spec.name)) visit(parent, deeper);
      done.add(address);
      order.push(spec);
      const parts = this.children(spec.name)
        .map((reference) => reference.child)
        .filter((child) => isPartOf(child.name, spec.name))
        .sort(byName);
      for (const part of parts) visit(part, deeper);
    };
    for (const spec of [...this.specs.values()].sort(byName)) visit(spec, new Set());
    return order;
  }

  private reach(name: TableName, next: (spec: TableSpec) => readonly TableSpec[]): TableSpec[] {
    const start = this.table(name);
    if (start === null) throw new DataJointError('unknown_table', `There is no table ${name.schema}.${name.table} in the database.`);
    const found = new Set<TableSpec>([start]);
    for (const spec of found) for (const each of next(spec)) found.add(each);
    return this.sorted().filter((spec) => found.has(spec));
  }
}

export const addressOf = (name: TableName): string => `${name.schema}.${name.table}`;

/** True for `__peaks__peak` and `__peaks`: DataJoint tells a part by its name. */
export const isPartOf = (part: TableName, master: TableName): boolean =>
  part.schema === master.schema && part.table.startsWith(`${master.table}__`) && !part.table.slice(master.table.length + 2).includes('__');

const byName = (a: TableSpec, b: TableSpec): number => (addressOf(a.name) < addressOf(b.name) ? -1 : 1);

const unique = (specs: readonly (TableSpec | null)[]): TableSpec[] => [...new Set(specs.filter((spec) => spec !== null))];
