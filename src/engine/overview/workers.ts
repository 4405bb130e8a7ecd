import type { Connection, Liveness, ReadOptions } from '../database';
import { DataJointError } from '../errors';
import { addressOf } from '../tables';
import type { JobSummary, WorkerList, WorkerSummary } from './contract';
import type { Counter } from './counter';
import { acrossQueues, queuesOf } from './queues';

/** The workers that hold jobs of any queue of the database, the longest at work first, each with the verdict on its life. */
export async function workers(connection: Connection, counter: Counter, options?: ReadOptions): Promise<WorkerList> {
  const { jobs, problems } = await acrossQueues(connection, counter, 'reserved', { limit: Number.MAX_SAFE_INTEGER, offset: 0 }, options);
  const oldestFirst = jobs.toSorted((a, b) => (a.reservedAt ?? 0) - (b.reservedAt ?? 0));
  const verdicts = await livenessOf(connection, oldestFirst);
  const found = new Map<string, WorkerSummary & { jobs: JobSummary[] }>();
  for (const [at, job] of oldestFirst.entries()) {
    const liveness = verdicts[at] ?? null;
    if (job.worker === null || liveness === null) continue;
    const id = identity(job.worker);
    const known = found.get(id);
    if (known === undefined) found.set(id, { ...job.worker, jobs: [job], since: job.reservedAt, liveness });
    else known.jobs.push(job);
  }
  return { workers: [...found.values()], problems };
}

/**
 * Whether the workers behind jobs still live, in the order of the jobs; null for a job that nobody holds. Each worker is
 * asked about once, in the one statement that `Sessions.liveness` takes.
 */
export async function livenessOf(connection: Connection, jobs: readonly JobSummary[]): Promise<(Liveness | null)[]> {
  const held = jobs.flatMap(({ status, worker }) => (status === 'reserved' && worker !== null ? [worker] : []));
  const distinct = new Map(held.map((worker) => [identity(worker), worker]));
  const verdicts = await connection.sessions.liveness([...distinct.values()]);
  const byWorker = new Map([...distinct.keys()].map((id, at) => [id, verdicts[at] ?? null]));
  return jobs.map(({ status, worker }) => (status === 'reserved' && worker !== null ? (byWorker.get(identity(worker)) ?? null) : null));
}

/**
 * Puts back into their queues what a worker holds.
 * @returns how many jobs are to be made again
 * @throws DataJointError `not_allowed` for a worker that lives
 */
export async function freeJobs(connection: Connection, worker: WorkerSummary): Promise<number> {
  const [now] = await connection.sessions.liveness([worker]);
  if (now?.verdict === 'alive') throw new DataJointError('not_allowed', `${now.reason} Stop it first.`);
  let freed = 0;
  const tables = new Map(worker.jobs.map(({ table }) => [addressOf(table), table]));
  for (const name of tables.values()) {
    for (const queue of (await queuesOf(connection, name)).queues) freed += await queue.free(worker);
  }
  return freed;
}

const identity = ({ host, pid, connectionId }: { host: string; pid: number; connectionId: number }): string =>
  JSON.stringify([host, pid, connectionId]);
