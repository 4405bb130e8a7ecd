import { sql } from '../algebra';
import type { Connection, ReadOptions, TableName, TableSpec } from '../database';
import { classNameOf } from '../definition';
import { DataJointError } from '../errors';
import { countJobs, encodeKey, jobTable, keyEquals, type JobMove, type JobTable, jobTableName, moveJobs } from '../jobs';
import { addressOf } from '../tables';
import type { JobStatus, JobSummary, Key, Overview, Page } from './contract';
import { errorMessages, hasStatus, jobPage, jobRow, jobsOf } from './jobRows';
import { failureSignature } from './signature';
import { tableSummaries } from './tableSummaries';

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
    schemas: async (options) => (await connection.catalog.schemas(options)).map((name) => ({ name, problem: null })),
    tables: (schema, options) => tableSummaries(connection, schema, options),
    jobs: async (name, status, page, options) => {
      const table = await openQueue(connection, name, options);
      if (table === null) return { jobs: [], total: 0 };
      return { jobs: await jobPage(table, status, page, options), total: (await countJobs(table))[status] };
    },
    errors: (page, options) => acrossQueues(connection, 'error', page, options),
    job: async (name, key, options) => {
      const table = await queue(name, options);
      const found = await jobRow(table, keyEquals(table, encodeKey(table, key)), options);
      const done = await hasResult(table, key, options);
      if (found === null) return { job: null, done };
      const { worker, status } = found.summary;
      const [liveness = null] = status === 'reserved' && worker !== null ? await connection.sessions.liveness([worker]) : [];
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

/** The queue of a table, or null when nobody has asked for it yet. */
async function openQueue(connection: Connection, name: TableName, options?: ReadOptions): Promise<JobTable | null> {
  const target = await connection.catalog.table(name, options);
  if (target === null) throw new DataJointError('unknown_table', `There is no table ${addressOf(name)} in the database any more.`);
  const jobs = await connection.catalog.table(jobTableName(name), options);
  return jobs === null ? null : jobTable(connection, classNameOf(name.table), target, jobs);
}

/** Jobs of one status of all queues, newest first: one statement to find the queues that have any, one for each of those. */
async function acrossQueues(connection: Connection, status: JobStatus, page: Page, options?: ReadOptions): Promise<{ jobs: JobSummary[]; total: number }> {
  const queues = await allQueues(connection, options);
  const counts = await countByQueue(connection, queues, status, options);
  const jobs: JobSummary[] = [];
  for (const [i, queue] of queues.entries()) {
    if ((counts[i] ?? 0) > 0) jobs.push(...(await jobPage(queue, status, { limit: Math.min(page.offset + page.limit, Number.MAX_SAFE_INTEGER), offset: 0 }, options)));
  }
  jobs.sort((a, b) => (b.completedAt ?? b.reservedAt ?? 0) - (a.completedAt ?? a.reservedAt ?? 0));
  return { jobs: jobs.slice(page.offset, page.offset + page.limit), total: counts.reduce((sum, n) => sum + n, 0) };
}

async function allQueues(connection: Connection, options?: ReadOptions): Promise<JobTable[]> {
  const specs = await connection.catalog.tables(undefined, options);
  const byAddress = new Map<string, TableSpec>(specs.map((spec) => [addressOf(spec.name), spec]));
  return specs.flatMap((target) => {
    const name = jobTableName(target.name);
    const jobs = target.name.table.startsWith('_') ? byAddress.get(addressOf(name)) : undefined;
    return jobs === undefined ? [] : [jobTable(connection, classNameOf(target.name.table), target, jobs)];
  });
}

async function countByQueue(connection: Connection, queues: readonly JobTable[], status: JobStatus, options?: ReadOptions): Promise<number[]> {
  const counts: number[] = queues.map(() => 0);
  const perStatement = 200;
  for (let start = 0; start < queues.length; start += perStatement) {
    const selects = queues
      .slice(start, start + perStatement)
      .map((queue, k) => sql`SELECT ${String(start + k)} AS source, COUNT(*) AS n FROM ${jobsOf(queue)} WHERE ${hasStatus(queue, status)}`);
    const united = selects.reduce((united, select) => sql`${united} UNION ALL ${select}`);
    for (const row of await connection.executor.all(united, options)) counts[Number(row['source'])] = Number(row['n']);
  }
  return counts;
}

async function hasResult(table: JobTable, key: Key, options?: ReadOptions): Promise<boolean> {
  const rows = await table.connection.executor.all(
    sql`SELECT 1 AS found FROM ${table.connection.dialect.tableReference(table.target.name)} WHERE ${keyEquals(table, encodeKey(table, key))} ${table.connection.dialect.limit(1, 0)}`,
    options,
  );
  return rows.length > 0;
}

