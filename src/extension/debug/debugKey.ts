/** Debug this Key: one job under a debugger, with no error suppressed. */
import type { JobStatus, JobSummary, NamedTable } from '../../engine';
import { ActionableError, commandAction, pickOne } from '../host';
import type { DatabaseConnection } from '../connections';
import { commands } from '../ids';
import { type Key, keysToRestriction, shortKeyLabel } from '../keys';
import { debugArguments, type Populator, runnable } from '../populate';
import { debugpyFolder } from '../python';
import { underDebugpy, underNode } from './sessions';

/** A key of a table. */
export interface DebuggedKey {
  readonly connection: DatabaseConnection;
  readonly table: NamedTable;
  readonly key: Key;
}

/**
 * Makes one key in the terminal under a debugger. The job is reserved and ended as by any populate; one that failed or was
 * set aside is retried, which is what debugging it means.
 * @throws ActionableError where code may not be run, without a debugger, and for a key that cannot be made now
 */
export async function debugKey(extensionPath: string, populator: Populator, { connection, table, key }: DebuggedKey): Promise<void> {
  const { className, name: tableName } = table;
  const { file, folder, qualified, isPython, python } = await runnable(connection, { schema: tableName.schema, className });
  const debugpy = isPython ? await debugpyFolder() : null;
  const args = [...debugArguments(qualified, file, keysToRestriction([key])), ...python];
  await makePending({ connection, table, key });
  const run = { folder, name: `Debug ${className}`, command: 'populate' as const, args, table: qualified };
  const name = `${run.name} · ${shortKeyLabel(key)}`;
  if (debugpy !== null) await underDebugpy(debugpy, folder, name, (env) => populator.run(connection, { ...run, env }));
  else await underNode(extensionPath, folder, name, (nodeArguments, stop) => populator.run(connection, { ...run, nodeArguments, stop }));
}

async function makePending({ connection, table, key }: DebuggedKey): Promise<void> {
  const { overview } = await connection.opened();
  const { job, done } = await overview.job(table.name, key);
  const label = `${table.className}, ${shortKeyLabel(key)}`;
  if (job?.status === 'reserved') throw new ActionableError(`${label}: a worker is making it just now. Wait for it, or stop it in the Workers view.`);
  if (done) throw new ActionableError(`${label}: the table has its row already. Delete that before it is made again.`);
  if (job?.status !== 'error' && job?.status !== 'ignore') return;
  await overview.retry(table.name, [key]);
  await connection.refresh();
}

/** As many jobs of each status are offered. */
const mostOffered = 50;

/** The key of a table that is to be debugged: its only failed or waiting job, or the one that the person picks. */
export async function pickKey(connection: DatabaseConnection, schema: string, className: string): Promise<DebuggedKey | undefined> {
  const { overview } = await connection.opened();
  const summary = (await overview.tables(schema)).find((table) => table.className === className);
  const table = summary === undefined ? null : overview.named(summary.name);
  const offered = async (status: JobStatus): Promise<readonly JobSummary[]> =>
    table === null ? [] : (await overview.jobs(table.name, status, { limit: mostOffered, offset: 0 })).jobs;
  const jobs = [...(await offered('error')), ...(await offered('pending'))];
  const [first, ...others] = jobs;
  if (table === null || first === undefined) {
    throw new ActionableError(`${className} has no job that failed or waits: populate it, or refresh its jobs.`, [
      commandAction('Refresh Jobs', commands.refreshJobs),
    ]);
  }
  if (others.length === 0) return { connection, table, key: first.key };
  const items = jobs.map(({ key, status, message }) => ({
    label: shortKeyLabel(key),
    description: status === 'error' ? (message.split('\n', 1)[0] ?? '') : status,
    value: key,
  }));
  const picked = await pickOne(items, { title: `Debug ${className}`, placeholder: 'Which key?' });
  return picked === undefined ? undefined : { connection, table, key: picked };
}
