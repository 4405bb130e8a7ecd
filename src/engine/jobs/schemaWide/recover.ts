import { hostname } from 'node:os';
import { all, any, concat, type Fragment, sql, value } from '../../algebra';
import type { SqlRow, WorkerIdentity } from '../../database';
import { column, has, isMark, reference } from './reservation';
import type { SchemaJobTable } from './spec';

/**
 * Frees the jobs of workers that are gone, on evidence as in `recover` of the newer queues. A Python worker may have
 * reconnected under another session, so only the end of its process on this machine is evidence.
 * @returns how many jobs became available again
 */
export async function recoverSchemaJobs(table: SchemaJobTable): Promise<number> {
  const marks = ['connection_id', 'host', 'pid'];
  if (!marks.every((name) => has(table, name))) return 0;
  const columns = concat([...marks, 'error_message', ...(has(table, 'user') ? ['user'] : [])].map((name) => column(table, name)), ', ');
  const rows = await table.connection.executor.all(
    sql`SELECT DISTINCT ${columns} FROM ${reference(table)} WHERE ${column(table, 'status')} = 'reserved'`,
  );
  const workers = rows.map(schemaWorkerOf);
  if (workers.length === 0) return 0;
  const verdicts = await table.connection.sessions.liveness(workers);
  const gone = rows.filter((_, i) => verdicts[i]?.verdict === 'gone');
  if (gone.length === 0) return 0;
  const held = any(gone.map((row) => heldBy(table, row)));
  const { changes } = await table.connection.executor.run(
    sql`DELETE FROM ${reference(table)} WHERE ${column(table, 'status')} = 'reserved' AND (${held})`,
  );
  return changes;
}

/** How many jobs a process of this machine holds, as far as the table tells. */
export async function heldInSchemaByProcess(table: SchemaJobTable, pid: number): Promise<number> {
  if (!['host', 'pid'].every((name) => has(table, name))) return 0;
  const rows = await table.connection.executor.all(
    sql`SELECT COUNT(*) AS n FROM ${reference(table)} WHERE ${column(table, 'status')} = 'reserved' AND ${column(table, 'host')} = ${value(hostname())} AND ${column(table, 'pid')} = ${value(pid)}`,
  );
  return Number(rows[0]?.['n'] ?? 0);
}

/** The worker that a reserved row names. */
export const schemaWorkerOf = (row: SqlRow): WorkerIdentity => ({
  connectionId: Number(row['connection_id'] ?? 0),
  host: String(row['host'] ?? ''),
  pid: Number(row['pid'] ?? 0),
  user: String(row['user'] ?? ''),
  locked: isMark(row['error_message']),
});

function heldBy(table: SchemaJobTable, row: SqlRow): Fragment {
  return all(['connection_id', 'host', 'pid', 'error_message'].map((name) => sql`${column(table, name)} = ${value(row[name] ?? null)}`));
}
