import { hostname } from 'node:os';
import { all, any, concat, type Fragment, raw, sql, value } from '../algebra';
import type { Executor, SqlRow, WorkerIdentity } from '../database';
import { column, keyAmong, keysPerStatement, older, pendingAgain, reference, resultExists, storedKey } from './conditions';
import type { JobTable } from './jobTable';
import { HOLDS_LOCK } from './reservation';

/**
 * Frees the jobs of workers whose session is gone, and of datajoint-python's whose process of this machine is gone as well.
 * Evidence decides, never age: a job whose worker lives, or of whom nothing is known, is left alone. A job whose result exists is ended instead, unless its worker is known to live: it
 * died after its commit.
 * @returns how many jobs became pending again
 */
export async function recover(table: JobTable, keepCompleted: boolean): Promise<number> {
  const { connection } = table;
  const workers = await reservingWorkers(table);
  if (workers.length === 0) return 0;
  const verdicts = await connection.sessions.liveness(workers);
  const gone = workers.filter((_, i) => verdicts[i]?.verdict === 'gone');
  const doubtful = workers.filter((_, i) => verdicts[i]?.verdict !== 'alive');
  if (doubtful.length === 0) return 0;
  return await connection.transaction(
    async (transaction) => {
      await endDone(transaction, table, any(doubtful.map((worker) => heldBy(table, worker))), keepCompleted);
      if (gone.length === 0) return 0;
      return await free(transaction, table, any(gone.map((worker) => heldBy(table, worker))));
    },
    { readCommitted: true },
  );
}

/**
 * Frees the jobs of one worker, whatever is known of its life: a person has decided. Those whose result exists are ended.
 * @returns how many jobs became pending again
 */
export async function freeWorker(table: JobTable, worker: WorkerIdentity): Promise<number> {
  return await table.connection.transaction(
    async (transaction) => {
      await endDone(transaction, table, heldBy(table, worker), false);
      return await free(transaction, table, heldBy(table, worker));
    },
    { readCommitted: true },
  );
}

/**
 * Makes reserved jobs pending again that are older than `seconds`, whether their worker lives or not; those whose result
 * exists are ended.
 * Source: datajoint-python 2.3.2, `jobs.Job.refresh` with `orphan_timeout`.
 */
export async function expire(transaction: Executor, table: JobTable, seconds: number, keepCompleted: boolean): Promise<number> {
  const old = older(table, 'reserved_time', seconds);
  await endDone(transaction, table, old, keepCompleted);
  return await free(transaction, table, old);
}

/**
 * Ends reserved jobs whose result exists. They are looked for beforehand: within an UPDATE or DELETE a server reads
 * results with locks, and waits for every make() that has inserted its own and not committed yet.
 */
async function endDone(transaction: Executor, table: JobTable, which: Fragment, keepCompleted: boolean): Promise<void> {
  const { dialect } = table.connection;
  const names = concat(table.key.map((name) => column(table, name)), ', ');
  const hasResult = resultExists(table, dialect.tableReference(table.jobs.name));
  const rows = await transaction.all(
    sql`SELECT ${names} FROM ${reference(table)} WHERE ${all([isReserved(table), which, hasResult])}`,
  );
  const size = keysPerStatement(table);
  for (let i = 0; i < rows.length; i += size) {
    const keys = rows.slice(i, i + size).map((row) => storedKey(table, row));
    const done = all([isReserved(table), which, keyAmong(table, keys)]);
    await transaction.run(
      keepCompleted
        ? sql`UPDATE ${reference(table)} SET ${column(table, 'status')} = 'success', ${column(table, 'completed_time')} = ${raw(dialect.now(3))} WHERE ${done}`
        : sql`DELETE FROM ${reference(table)} WHERE ${done}`,
    );
  }
}

async function free(transaction: Executor, table: JobTable, which: Fragment): Promise<number> {
  const { changes } = await transaction.run(sql`UPDATE ${reference(table)} SET ${pendingAgain(table)} WHERE ${all([isReserved(table), which])}`);
  return changes;
}

const isReserved = (table: JobTable): Fragment => sql`${column(table, 'status')} = 'reserved'`;

/** Everybody who holds a job of this queue, each once. */
async function reservingWorkers(table: JobTable): Promise<WorkerIdentity[]> {
  const names = concat(['connection_id', 'host', 'pid', 'user', 'duration'].map((name) => column(table, name)), ', ');
  const rows = await table.connection.executor.all(
    sql`SELECT DISTINCT ${names} FROM ${reference(table)} WHERE ${isReserved(table)}`,
  );
  return rows.map(workerOf);
}

/** How many jobs a process of this machine holds. */
export async function heldByProcess(table: JobTable, pid: number): Promise<number> {
  const rows = await table.connection.executor.all(
    sql`SELECT COUNT(*) AS n FROM ${reference(table)} WHERE ${isReserved(table)} AND ${column(table, 'host')} = ${value(hostname())} AND ${column(table, 'pid')} = ${value(pid)}`,
  );
  return Number(rows[0]?.['n'] ?? 0);
}

/** The worker that a job row names. */
export const workerOf = (row: SqlRow): WorkerIdentity => ({
  connectionId: Number(row['connection_id'] ?? 0),
  host: String(row['host'] ?? ''),
  pid: Number(row['pid'] ?? 0),
  user: String(row['user'] ?? ''),
  locked: String(row['duration']) === HOLDS_LOCK,
});

function heldBy(table: JobTable, worker: WorkerIdentity): Fragment {
  return all([
    sql`${column(table, 'connection_id')} = ${value(worker.connectionId)}`,
    sql`${column(table, 'host')} = ${value(worker.host)}`,
    sql`${column(table, 'pid')} = ${value(worker.pid)}`,
  ]);
}
