/** How the rows and keys of a table stand, in words, as far as the database and the sources tell. */
import type { TableSummary } from '../engine';
import { findClasses } from './findMake';
import type { TableClass } from './source';

/**
 * A summary without a total that its class does not mean: a class with a key source of its own is made for other keys
 * than the database tells, and how many they are only running it tells.
 * @param classes of the folders that the table may belong to
 */
export function withKnownTotal(table: TableSummary, classes: readonly TableClass[]): TableSummary {
  if (table.progress === null) return table;
  const [found] = findClasses({ classes }, table.name.schema, table.className);
  if (found?.tableClass.customKeySource !== true) return table;
  return { ...table, progress: { done: table.progress.done, total: null, moreThan: null, problem: null } };
}

/** `21/24`, `5 of more than 1,000,000`, `5 done` where the total is not known, `24 rows` of a table that is not computed. */
export function stateText({ rows, progress, problem }: TableSummary): string {
  if (progress === null) {
    if (rows === null) return problem === null ? 'rows not counted' : 'cannot be read';
    return `${number(rows)} ${rows === 1 ? 'row' : 'rows'}`;
  }
  const { done, total, moreThan } = progress;
  if (total !== null) return `${done}/${total}`;
  return moreThan === null ? `${number(done)} done` : `${number(done)} of more than ${number(moreThan)}`;
}

/** What is wrong with a table, its queue or its keys, in one sentence; null when nothing is. */
export const problemOf = ({ problem, progress }: TableSummary): string | null => problem ?? progress?.problem ?? null;

const number = (count: number): string => count.toLocaleString('en-US');
