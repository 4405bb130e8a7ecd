import { sql } from '../algebra';
import type { Connection, ReadOptions, TableName } from '../database';
import { classNameOf } from '../definition';
import { DataJointError } from '../errors';
import { encodeKey, type JobMove, type JobTable, keyEquals, moveJobs } from '../jobs';
import type { JobSummary, Key, Overview } from './contract';
import { errorMessages, jobCount, jobPage, jobRow } from './jobRows';
import { acrossQueues, openQueue } from './queues';
import { failureSignature } from './signature';
import { namedTable, tableSummaries } from './tableSummaries';
import { livenessOf, workers } from './workers';

/** How many errors of one queue are compared when looking for others of the same kind. */
const COMPARED_FAILURES = 10_000;

/** What tools may ask about a database; see the contract. */
export function createOverview(connection: Connection): Overview {
  const queue = async (name: TableName, options?: ReadOptions): Promise<JobTable> => {
    const found = await openQueue(connection, name, options);
    if (found === null) throw new DataJointError('unknown_table', `${classNameOf(name.table)} has no job queue: refresh its jobs first.`);
    return found;
  };
  const move = async (name: TableName, what: JobMove, keys: readonly Key[]): Promise<number> => {
    const table = await queue(name);
    return await moveJobs(table, what, keys.map((key) => encodeKey(table, key)));
  };
  return {
    named: namedTable,
    schemas: async (options) => (await connection.catalog.schemas(options)).map((name) => ({ name, problem: null })),
    tables: (schema, options) => tableSummaries(connection, schema, options),
    jobs: async (name, status, page, options) => {
      const table = await openQueue(connection, name, options);
      if (table === null) return { jobs: [], total: 0 };
      return { jobs: await jobPage(table, status, page, options), total: await jobCount(table, status, options) };
    },
    errors: (page, options) => acrossQueues(connection, 'error', page, options),
    job: async (name, key, options) => {
      const table = await queue(name, options);
      const found = await jobRow(table, keyEquals(table, encodeKey(table, key)), options);
      const done = await hasResult(table, key, options);
      if (found === null) return { job: null, done };
      const [liveness = null] = await livenessOf(connection, [found.summary]);
      return { job: { ...found.summary, stack: found.stack, liveness }, done };
    },
    sameFailure: async (name, key, options) => {
      const table = await queue(name, options);
      const own = await jobRow(table, keyEquals(table, encodeKey(table, key)), options);
      if (own?.summary.status !== 'error') return [];
      const signature = failureSignature(own.summary.message);
      const mine = encodeKey(table, key).join('\0');
      const failures = await errorMessages(table, COMPARED_FAILURES, options);
      return failures
        .filter((failure) => failureSignature(failure.message) === signature && encodeKey(table, failure.key).join('\0') !== mine)
        .map((failure) => failure.key);
    },
    retry: (name, keys) => move(name, 'retry', keys),
    ignore: (name, keys) => move(name, 'ignore', keys),
    clear: (name, keys) => move(name, 'clear', keys),
    workers: (options) => workers(connection, options),
    liveness: (jobs) => livenessOf(connection, jobs),
    reservedBy: async (options) => {
      const held = new Map<number, JobSummary[]>();
      const { jobs } = await acrossQueues(connection, 'reserved', { limit: Number.MAX_SAFE_INTEGER, offset: 0 }, options);
      for (const job of jobs) {
        const id = job.worker?.connectionId ?? 0;
        held.set(id, [...(held.get(id) ?? []), job]);
      }
      return held;
    },
  };
}

async function hasResult(table: JobTable, key: Key, options?: ReadOptions): Promise<boolean> {
  const rows = await table.connection.executor.all(
    sql`SELECT 1 AS found FROM ${table.connection.dialect.tableReference(table.target.name)} WHERE ${keyEquals(table, encodeKey(table, key))} ${table.connection.dialect.limit(1, 0)}`,
    options,
  );
  return rows.length > 0;
}
