import { hostname } from 'node:os';
import { all, any, concat, type Fragment, raw, sql, value } from '../algebra';
import type { SqlRow, WorkerIdentity } from '../database';
import { column, pendingAgain, reference, resultExists } from './conditions';
import type { JobTable } from './jobTable';
import { HOLDS_LOCK } from './reservation';

/**
 * Frees the jobs of workers whose session is gone. Evidence decides, never age: a job whose worker lives, or of whom
 * nothing is known, is left alone. A job whose result exists (the worker died after its commit) is completed instead.
 * @returns how many jobs became pending again
 */
export async function recover(table: JobTable, keepCompleted: boolean): Promise<number> {
  const { connection } = table;
  const workers = await reservingWorkers(table);
  if (workers.length === 0) return 0;
  const verdicts = await connection.sessions.liveness(workers);
  const gone = workers.filter((_, i) => verdicts[i]?.verdict === 'gone');
  if (gone.length === 0) return 0;
  const theirs = all([sql`${column(table, 'status')} = 'reserved'`, any(gone.map((worker) => heldBy(table, worker)))]);
  const hasResult = resultExists(table, connection.dialect.tableReference(table.jobs.name));
  return await connection.transaction(
    async (transaction) => {
      await transaction.run(
        keepCompleted
          ? sql`UPDATE ${reference(table)} SET ${column(table, 'status')} = 'success', ${column(table, 'completed_time')} = ${raw(connection.dialect.now(3))} WHERE ${theirs} AND ${hasResult}`
          : sql`DELETE FROM ${reference(table)} WHERE ${theirs} AND ${hasResult}`,
      );
      return (await transaction.run(sql`UPDATE ${reference(table)} SET ${pendingAgain(table)} WHERE ${theirs}`)).changes;
    },
    { readCommitted: true },
  );
}

/** Everybody who holds a job of this queue, each once. */
async function reservingWorkers(table: JobTable): Promise<WorkerIdentity[]> {
  const names = concat(['connection_id', 'host', 'pid', 'duration'].map((name) => column(table, name)), ', ');
  const rows = await table.connection.executor.all(
    sql`SELECT DISTINCT ${names} FROM ${reference(table)} WHERE ${column(table, 'status')} = 'reserved'`,
  );
  return rows.map(workerOf);
}

/** How many jobs a process of this machine holds. */
export async function heldByProcess(table: JobTable, pid: number): Promise<number> {
  const rows = await table.connection.executor.all(
    sql`SELECT COUNT(*) AS n FROM ${reference(table)} WHERE ${column(table, 'status')} = 'reserved' AND ${column(table, 'host')} = ${value(hostname())} AND ${column(table, 'pid')} = ${value(pid)}`,
  );
  return Number(rows[0]?.['n'] ?? 0);
}

/** The worker that a job row names. */
export const workerOf = (row: SqlRow): WorkerIdentity => ({
  connectionId: Number(row['connection_id'] ?? 0),
  host: String(row['host'] ?? ''),
  pid: Number(row['pid'] ?? 0),
  locked: String(row['duration']) === HOLDS_LOCK,
});

function heldBy(table: JobTable, worker: WorkerIdentity): Fragment {
  return all([
    sql`${column(table, 'connection_id')} = ${value(worker.connectionId)}`,
    sql`${column(table, 'host')} = ${value(worker.host)}`,
    sql`${column(table, 'pid')} = ${value(worker.pid)}`,
  ]);
}
