import { all, type Fragment, sql, value } from '../algebra';
import { column, keyAmong, keysPerStatement, pendingAgain, reference, type StoredKey } from './conditions';
import type { JobTable } from './jobTable';

/** What a person may do to jobs: run them again, set them aside, or remove them from the queue. */
export type JobMove = 'retry' | 'ignore' | 'clear';

/**
 * Does one thing to many jobs. Reserved jobs are never touched: they belong to their worker. `retry` takes errored and
 * ignored jobs only.
 * @returns how many jobs changed
 */
export async function moveJobs(table: JobTable, move: JobMove, keys: readonly StoredKey[]): Promise<number> {
  return await changeJobs(table, keys, (chosen) => statement(table, move, chosen));
}

/** Gives jobs that wait, failed or are set aside another priority. @returns how many jobs */
export async function prioritize(table: JobTable, priority: number, keys: readonly StoredKey[]): Promise<number> {
  const movable = sql`${column(table, 'status')} IN ('pending', 'error', 'ignore')`;
  return await changeJobs(table, keys, (chosen) => sql`UPDATE ${reference(table)} SET ${column(table, 'priority')} = ${value(priority)} WHERE ${all([chosen, movable])}`);
}

/** A statement for a few hundred keys at a time, in one transaction. */
async function changeJobs(table: JobTable, keys: readonly StoredKey[], change: (chosen: Fragment) => Fragment): Promise<number> {
  const size = keysPerStatement(table);
  let changed = 0;
  const work = async () => {
    for (let i = 0; i < keys.length; i += size) {
      const chosen = keyAmong(table, keys.slice(i, i + size));
      changed += (await table.connection.executor.run(change(chosen))).changes;
    }
  };
  if (table.connection.inTransaction || keys.length <= size) await work();
  else await table.connection.transaction(work);
  return changed;
}

function statement(table: JobTable, move: JobMove, chosen: Fragment): Fragment {
  const status = column(table, 'status');
  const free = all([chosen, sql`${status} <> 'reserved'`]);
  switch (move) {
    case 'retry':
      return sql`UPDATE ${reference(table)} SET ${pendingAgain(table)} WHERE ${all([chosen, sql`${status} IN ('error', 'ignore')`])}`;
    case 'ignore':
      return sql`UPDATE ${reference(table)} SET ${status} = 'ignore' WHERE ${free}`;
    case 'clear':
      return sql`DELETE FROM ${reference(table)} WHERE ${free}`;
  }
}
