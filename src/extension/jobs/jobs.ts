import type { JobStatus, JobSummary, NamedTable } from '../../engine';
import { ActionableError, confirm } from '../host';
import type { DatabaseConnection } from '../connections';
import { type Key, shortKeyLabel } from '../keys';
import { type Populator, requireTrust } from '../populate';
import { plural } from '../words';

/** Jobs of one table that a person chose. */
export interface ChosenJobs {
  readonly connection: DatabaseConnection;
  readonly table: NamedTable;
  readonly keys: readonly Key[];
}

/** How many jobs of a whole group are taken at a time. */
const batch = 1000;

/** Back to pending, and populated at once. */
export async function retry(populator: Populator, chosen: ChosenJobs): Promise<void> {
  requireTrust();
  const { overview } = await chosen.connection.opened();
  const changed = await overview.retry(chosen.table.name, chosen.keys);
  await chosen.connection.refresh();
  if (changed === 0) throw new ActionableError(nothingChanged(chosen, 'retried'));
  const target = { schema: chosen.table.name.schema, className: chosen.table.className };
  await populator.populateKeys(chosen.connection, target, chosen.keys);
}

/** Left out of populate until somebody retries them. */
export async function ignore(chosen: ChosenJobs): Promise<void> {
  const { overview } = await chosen.connection.opened();
  const changed = await overview.ignore(chosen.table.name, chosen.keys);
  await chosen.connection.refresh();
  if (changed === 0) throw new ActionableError(nothingChanged(chosen, 'ignored'));
}

/** Taken out of the queue, after a confirmation when there are several: their stacks go with them. */
export async function clear(chosen: ChosenJobs): Promise<void> {
  if (chosen.keys.length > 1 && !(await confirmClear(chosen))) return;
  const { overview } = await chosen.connection.opened();
  const changed = await overview.clear(chosen.table.name, chosen.keys);
  await chosen.connection.refresh();
  if (changed === 0) throw new ActionableError(nothingChanged(chosen, 'cleared'));
}

async function confirmClear({ table, keys }: ChosenJobs): Promise<boolean> {
  const detail = 'Their messages and stacks are deleted. The keys come back as new jobs at the next populate.';
  return await confirm(`Clear ${plural(keys.length, 'job')} of ${table.className}?`, detail, 'Clear');
}

function nothingChanged({ table, keys }: ChosenJobs, verb: string): string {
  const [only] = keys;
  const subject = keys.length === 1 && only !== undefined ? shortKeyLabel(only) : plural(keys.length, 'job');
  return `${table.className}, ${subject}: nothing to be ${verb}, the queue has changed in the meantime.`;
}

/** Every key of a table with this status, however many pages that takes. */
export async function keysOf(connection: DatabaseConnection, table: NamedTable, status: JobStatus): Promise<Key[]> {
  const { overview } = await connection.opened();
  const jobs: JobSummary[] = [];
  for (;;) {
    const page = await overview.jobs(table.name, status, { limit: batch, offset: jobs.length });
    jobs.push(...page.jobs);
    if (page.jobs.length === 0 || jobs.length >= page.total) return jobs.map((job) => job.key);
  }
}
