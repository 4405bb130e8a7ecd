import type { ForeignKey, TableName, TableSpec } from '../database';
import { DataJointError } from '../errors';

/** A reference as seen from the parent: who refers to it, and how. */
export interface ChildReference {
  readonly child: TableSpec;
  readonly foreignKey: ForeignKey;
}

/** The foreign keys among some tables of a database. */
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

  /** Tables that refer to each other in a circle, or one that refers to itself; null when there are none. */
  cycle(): TableSpec[] | null {
    const done = new Set<TableSpec>();
    const search = (spec: TableSpec, path: readonly TableSpec[]): TableSpec[] | null => {
      if (path.includes(spec)) return path.slice(path.indexOf(spec));
      if (done.has(spec)) return null;
      for (const parent of this.parents(spec.name)) {
        const found = search(parent, [...path, spec]);
        if (found !== null) return found;
      }
      done.add(spec);
      return null;
    };
    for (const spec of this.specs.values()) {
      const found = search(spec, []);
      if (found !== null) return found;
    }
    return null;
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

/**
 * The master that a table's name tells, `__peaks` for `__peaks__peak`; null for a name that is no part's. There may be no
 * such table.
 */
export function masterNameOf({ schema, table }: TableName): TableName | null {
  const [, master] = /^([#_]{0,2}[^#_~].*)__[^_].*$/.exec(table) ?? [];
  return master === undefined ? null : { schema, table: master };
}

/** True for `__peaks__peak` and `__peaks`: DataJoint tells a part by its name. */
export function isPartOf(part: TableName, master: TableName): boolean {
  const named = masterNameOf(part);
  return named !== null && addressOf(named) === addressOf(master);
}

/** @throws DataJointError `not_allowed` for references in a circle, which only SQL and other programs make. */
export function assertAcyclic(graph: TableGraph, what: string): void {
  const cycle = graph.cycle();
  if (cycle === null) return;
  const names = cycle.map(({ name }) => addressOf(name)).join(', ');
  throw new DataJointError(
    'not_allowed',
    `${what}: ${cycle.length === 1 ? `${names} refers to itself` : `${names} refer to each other in a circle`}, and DataJoint works with acyclic references only; use SQL.`,
  );
}

const byName = (a: TableSpec, b: TableSpec): number => (addressOf(a.name) < addressOf(b.name) ? -1 : 1);

const unique = (specs: readonly (TableSpec | null)[]): TableSpec[] => [...new Set(specs.filter((spec) => spec !== null))];
