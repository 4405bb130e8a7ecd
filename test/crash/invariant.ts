import type * as dj from '../../src/engine';
import { until } from '../harness/until';
import { type CrashTables, itemsPerResult } from './tables';

/** What became of the keys, each counted once. */
export interface Census {
  readonly results: number;
  readonly errors: number;
  /** Still to be made: a pending job, or no row at all in a schema-wide queue. */
  readonly pending: number;
}

export interface Crashed {
  readonly connection: dj.Connection;
  readonly tables: CrashTables;
  readonly jobs: dj.SchemaJobs | null;
}

/**
 * What must hold after every crash, once all workers have ended: each key has exactly one result, or one error, or is
 * pending. Nothing is lost (a key that had a job has one or a result, before anybody refreshes), doubled (both), half
 * made (a result without its parts), or stuck (still reserved after the refresh by a live worker).
 * @throws Error that names the keys for which it does not hold
 */
export async function assertSound(crashed: Crashed): Promise<Census> {
  const { tables } = crashed;
  await allEnded(crashed.connection);
  await look(crashed, 'before the refresh', false);
  await tables.Result.jobs.refresh();
  return await look(crashed, 'after the refresh', true);
}

/** The database has noticed that the processes of all workers have ended. */
export async function allEnded(connection: dj.Connection): Promise<void> {
  await until('every session of the workers has ended', async () => (await connection.sessions.list()).every(({ own }) => own));
}

async function look({ tables, jobs }: Crashed, when: string, isRefreshed: boolean): Promise<Census> {
  const { Source, Result } = tables;
  const keys = (await Source.fetch('k')).map(Number);
  const [resultKeys, runs] = await Result.fetch('k', 'run');
  const [itemKeys, itemRuns] = await Result.Item.fetch('k', 'run');
  const items = new Map<number, string[]>();
  itemKeys.map(Number).forEach((k, i) => items.set(k, [...(items.get(k) ?? []), String(itemRuns[i])]));
  const statuses = await (jobs === null ? jobStatuses(tables) : schemaJobStatuses(jobs));
  const problems: string[] = [];
  const census = { results: 0, errors: 0, pending: 0 };

  const results = new Map(resultKeys.map((k, i) => [Number(k), String(runs[i])]));
  for (const [k, parts] of items) if (!results.has(k)) problems.push(`${k}: ${parts.length} parts without their master`);
  for (const k of keys) {
    const run = results.get(k);
    const found = statuses.get(k) ?? [];
    const status = found[0];
    if (found.length > 1) problems.push(`${k}: ${found.length} jobs`);
    if (run !== undefined) {
      const parts = items.get(k) ?? [];
      if (parts.length !== itemsPerResult || parts.some((part) => part !== run)) problems.push(`${k}: half made, by ${run} with parts by ${parts.join(', ')}`);
      // From a schema-wide queue a worker may take a key that is done since it listed the keys; it finds out right after.
      const isTaken = jobs !== null && status === 'reserved' && !isRefreshed;
      if (status !== undefined && !isTaken) problems.push(`${k}: has a result and is ${status}`);
      census.results += 1;
    } else if (status === 'error') census.errors += 1;
    else if (status === 'pending' || (jobs !== null && status === undefined)) census.pending += 1;
    else if (status === undefined && isRefreshed) problems.push(`${k}: neither a result nor a job`);
    else if (status === 'reserved' && isRefreshed) problems.push(`${k}: still reserved`);
    else if (status !== undefined && status !== 'reserved') problems.push(`${k}: is ${status}`);
  }
  if (problems.length > 0) throw new Error(`${when}: ${problems.slice(0, 10).join('; ')}${problems.length > 10 ? ` and ${problems.length - 10} more` : ''}`);
  return census;
}

async function jobStatuses({ Result }: CrashTables): Promise<Map<number, string[]>> {
  const [keys, statuses] = await Result.jobs.fetch('k', 'status');
  return byKey(keys.map(Number), statuses);
}

async function schemaJobStatuses(jobs: dj.SchemaJobs): Promise<Map<number, string[]>> {
  const [keys, statuses] = await jobs.fetch('key', 'status');
  return byKey(keys.map((key) => Number((key as { k: unknown }).k)), statuses);
}

function byKey(keys: readonly number[], statuses: readonly string[]): Map<number, string[]> {
  const found = new Map<number, string[]>();
  keys.forEach((k, i) => found.set(k, [...(found.get(k) ?? []), statuses[i] ?? '']));
  return found;
}
