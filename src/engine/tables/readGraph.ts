/** The tables that one operation needs to know, read by their names: never a whole server. */
import { type Connection, type TableName, type TableSpec, wholeTable } from '../database';
import { addressOf, masterNameOf, TableGraph } from './graph';

/**
 * The table and all that depends on it, directly or not. With `masters` also the master of every part among them, and
 * what depends on that.
 *
 * Read anew each time, in a fixed number of statements: a graph that was kept would not know what another process has
 * declared since, and a delete that follows references which are there no more takes the wrong rows.
 */
export async function readDependents(connection: Connection, name: TableName, options: { readonly masters: boolean }): Promise<TableGraph> {
  const children = new Map<string, TableName[]>();
  for (const { child, parent } of await connection.catalog.references()) {
    const known = children.get(addressOf(parent)) ?? [];
    known.push(child);
    children.set(addressOf(parent), known);
  }
  const found = new Map([[addressOf(name), name]]);
  const add = (each: TableName) => {
    if (!found.has(addressOf(each))) found.set(addressOf(each), each);
  };
  // A Map that grows while it is walked through shows what was added.
  for (const [address, each] of found) {
    for (const child of children.get(address) ?? []) add(child);
    const master = options.masters ? masterNameOf(each) : null;
    if (master !== null && children.has(addressOf(master))) add(master);
  }
  return new TableGraph(present(await connection.catalog.tablesNamed([...found.values()])));
}

/** The table and all that it depends on, directly or not: as many reads as there are generations. */
export async function readAncestors(connection: Connection, spec: TableSpec): Promise<TableGraph> {
  const found = new Map([[addressOf(spec.name), spec]]);
  for (let generation: readonly TableSpec[] = [spec]; generation.length > 0; ) {
    const parents = generation.flatMap(({ foreignKeys }) => foreignKeys.map(({ parent }) => parent));
    const unknown = new Map(parents.filter((parent) => !found.has(addressOf(parent))).map((parent) => [addressOf(parent), parent]));
    generation = unknown.size === 0 ? [] : present(await connection.catalog.tablesNamed([...unknown.values()]));
    for (const each of generation) found.set(addressOf(each.name), each);
  }
  return new TableGraph([...found.values()]);
}

/** Without those that were dropped meanwhile. What depends on a table whose entry is damaged is not known. */
const present = (specs: readonly (TableSpec | null)[]): TableSpec[] => specs.filter((spec) => spec !== null).map(wholeTable);
