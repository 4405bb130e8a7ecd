/** What the sources tell of how many keys a table is made for. */
import type { TableSummary } from '../engine';
import { findClasses } from './findMake';
import type { TableClass } from './source';

/**
 * A summary without a total that its class does not mean: a class with a key source of its own is made for some of the
 * keys that the database tells, and how many they are only running it tells.
 * @param classes of the folders that the table may belong to
 */
export function withKnownTotal(table: TableSummary, classes: readonly TableClass[]): TableSummary {
  if (table.progress === null) return table;
  const [found] = findClasses({ classes }, table);
  if (found?.tableClass.customKeySource !== true) return table;
  const { done, total } = table.progress;
  return { ...table, progress: { done, total: null, moreThan: null, atMost: total, problem: null } };
}
