import type { Connection, ReadOptions, TableName } from '../database';
import { classNameOf, tierOf } from '../definition';
import { DataJointError } from '../errors';
import type { JobMove } from '../jobs';
import type { JobSummary, Key, Overview } from './contract';
import { Counter } from './counter';
import type { Queue } from './queue';
import { acrossQueues, acrossQueuesOf, queuesOf } from './queues';
import { failureSignature } from './signature';
import { stopWorker } from './stopWorker';
import { tableDefinition } from './tableDefinition';
import { allSummaries, namedTable, tableSummaries, tableSummary } from './tableSummaries';
import { freeJobs, livenessOf, workers } from './workers';

/** How many errors of one queue are compared when looking for others of the same kind. */
const COMPARED_FAILURES = 10_000;

/** What tools may ask about a database; see the contract. */
export function createOverview(connection: Connection): Overview {
  const counter = new Counter(connection);
  const queues = async (name: TableName, options?: ReadOptions): Promise<readonly Queue[]> => {
    const { queues: found, problems } = await queuesOf(connection, name, options);
    if (found.length > 0) return found;
    throw new DataJointError('unknown_table', problems[0] ?? `${classNameOf(name.table)} has no job queue: refresh its jobs first.`);
  };
  /** The queue that has the key's job, with the job. */
  const find = async (name: TableName, key: Key, options?: ReadOptions) => {
    const found = await queues(name, options);
    for (const queue of found) {
      const job = await queue.job(key, options);
      if (job !== null) return { queue, job };
    }
    return { queue: found[0], job: null };
  };
  const move = async (name: TableName, what: JobMove, keys: readonly Key[]): Promise<number> => {
    let changed = 0;
    for (const queue of await queues(name)) changed += await queue.move(what, keys);
    return changed;
  };
  return {
    named: namedTable,
    schemas: async (options) => (await connection.catalog.schemas(options)).map((name) => ({ name, problem: null })),
    names: async (options) => (await connection.catalog.tableNames(options)).filter(({ table }) => tierOf(table) !== 'hidden').map(namedTable),
    tables: (schema, options) => tableSummaries(connection, counter, schema, options),
    table: (name, options) => tableSummary(connection, counter, name, options),
    definition: (name, options) => tableDefinition(connection, name, options),
    allTables: async (options) => allSummaries(connection, counter, await connection.catalog.schemas(options), options),
    jobs: async (name, status, page, options) => acrossQueuesOf(await queuesOf(connection, name, options), status, page, options),
    errors: (page, options) => acrossQueues(connection, counter, 'error', page, options),
    job: async (name, key, options) => {
      const { queue, job } = await find(name, key, options);
      const done = (await queue?.done(key, options)) ?? false;
      if (job === null) return { job: null, done };
      const [liveness = null] = await livenessOf(connection, [job.summary]);
      return { job: { ...job.summary, stack: job.stack, liveness }, done };
    },
    sameFailure: async (name, key, options) => {
      const { queue, job } = await find(name, key, options);
      if (queue === undefined || job?.summary.status !== 'error') return [];
      const signature = failureSignature(job.summary.message);
      const mine = queue.idOf(key);
      const failures = await queue.failures(COMPARED_FAILURES, options);
      return failures
        .filter((failure) => failureSignature(failure.message) === signature && queue.idOf(failure.key) !== mine)
        .map((failure) => failure.key);
    },
    retry: (name, keys) => move(name, 'retry', keys),
    ignore: (name, keys) => move(name, 'ignore', keys),
    clear: (name, keys) => move(name, 'clear', keys),
    stopWorker: (worker) => stopWorker(connection, worker),
    freeJobs: (worker) => freeJobs(connection, worker),
    workers: (options) => workers(connection, counter, options),
    liveness: (jobs) => livenessOf(connection, jobs),
    reservedBy: async (options) => {
      const held = new Map<number, JobSummary[]>();
      const { jobs } = await acrossQueues(connection, counter, 'reserved', { limit: Number.MAX_SAFE_INTEGER, offset: 0 }, options);
      for (const job of jobs) {
        const id = job.worker?.connectionId ?? 0;
        held.set(id, [...(held.get(id) ?? []), job]);
      }
      return held;
    },
  };
}
