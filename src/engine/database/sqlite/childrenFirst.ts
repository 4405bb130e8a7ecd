import type { TableSpec } from '../model';
import { storedName } from './quote';

/** The tables in an order in which they can be dropped: each before the tables that it refers to. */
export function childrenFirst(tables: readonly TableSpec[]): TableSpec[] {
  const byName = new Map(tables.map((table) => [storedName(table.name), table]));
  const parentsFirst: TableSpec[] = [];
  const visited = new Set<TableSpec>();
  // An explicit stack: a pipeline may be deeper than the call stack.
  for (const root of tables) {
    const stack = [{ table: root, done: false }];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      if (top.done) parentsFirst.push(top.table);
      else if (!visited.has(top.table)) {
        visited.add(top.table);
        stack.push({ table: top.table, done: true });
        for (const { parent } of top.table.foreignKeys) {
          const table = byName.get(storedName(parent));
          if (table !== undefined) stack.push({ table, done: false });
        }
      }
    }
  }
  return parentsFirst.reverse();
}
