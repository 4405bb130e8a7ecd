/** What the sources tell of how many keys a table is made for. */
import type { TableSummary } from '../engine';
import type { Links } from './links';

/**
 * A summary without a total that its class does not mean: a class with a key source of its own is made for some of the
 * keys that the database tells, and how many they are only running it tells.
 */
export function withKnownTotal(table: TableSummary, links: Pick<Links, 'classesOf'>): TableSummary {
  if (table.progress === null) return table;
  const [found] = links.classesOf(table);
  if (found?.tableClass.keySource !== 'own') return table;
  const { done, total } = table.progress;
  return { ...table, progress: { done, total: null, moreThan: null, atMost: total, problem: null } };
}
