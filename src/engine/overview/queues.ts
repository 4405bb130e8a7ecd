import { type Fragment, sql } from '../algebra';
import type { Connection, ListedTable, ReadOptions, TableName, TableSpec } from '../database';
import { classNameOf } from '../definition';
import { DataJointError } from '../errors';
import { jobTable, jobTableName, schemaJobsName } from '../jobs';
import { addressOf } from '../tables';
import type { JobPage, JobStatus, JobSummary, Page } from './contract';
import type { Counted, Counter } from './counter';
import { problemOf } from './problem';
import { type Queue, tableQueue } from './queue';
import { ownQueueProblem, sharedQueueProblem, unreadable } from './queueShape';
import { isOf } from './schemaCounts';
import { SchemaJobRows, schemaQueue } from './schemaQueue';

/** The queues of one table, and a sentence about each table that is only called like one. */
export interface QueuesOfTable {
  readonly queues: readonly Queue[];
  readonly problems: readonly string[];
}

/**
 * The queues that hold jobs of a table: its own, the schema-wide one, both or none. A table that is gone may still have
 * jobs in the schema-wide one.
 * @throws DataJointError `unknown_table` for one that is gone and has none
 */
export async function queuesOf(connection: Connection, name: TableName, options?: ReadOptions): Promise<QueuesOfTable> {
  const named = [name, jobTableName(name), schemaJobsName(name.schema)];
  const [target = null, own = null, shared = null] = await connection.catalog.tablesNamed(named, options);
  if (target === null && shared === null) {
    throw new DataJointError('unknown_table', `There is no table ${addressOf(name)} in the database any more.`);
  }
  const queues: Queue[] = [];
  const problems: string[] = [];
  const add = (problem: string | null, queue: () => Queue): void => {
    if (problem === null) queues.push(queue());
    else problems.push(problem);
  };
  if (target !== null && own !== null) add(target.damage ?? ownQueueProblem(own), () => ownQueue(connection, target, own));
  if (shared !== null) add(sharedQueueProblem(shared), () => schemaQueue({ connection, spec: shared }, name, target));
  return { queues, problems };
}

const ownQueue = (connection: Connection, target: TableSpec, own: TableSpec): Queue =>
  tableQueue(jobTable(connection, classNameOf(target.name.table), target, own));

/**
 * A page of jobs of one table, those of its own queue first.
 * @throws DataJointError when no queue can be read
 */
export async function acrossQueuesOf(of: QueuesOfTable, status: JobStatus, page: Page, options?: ReadOptions): Promise<JobPage> {
  const jobs: JobSummary[] = [];
  const problems = [...of.problems];
  let total = 0;
  let read = 0;
  for (const queue of of.queues) {
    try {
      const count = await queue.count(status, options);
      const offset = Math.max(0, page.offset - total);
      const limit = page.limit - jobs.length;
      if (limit > 0 && offset < count) jobs.push(...(await queue.page(status, { limit, offset }, options)));
      total += count;
      read += 1;
    } catch (thrown) {
      problems.push(problemOf(thrown));
    }
  }
  const [problem] = problems;
  if (read === 0 && problem !== undefined) throw new DataJointError('query', problem);
  return { jobs, total, problems };
}

/**
 * Jobs of one status of all queues, newest first. Only names are read to find the queues and count their jobs; a queue's
 * own tables are looked at when it has such jobs.
 */
export async function acrossQueues(connection: Connection, counter: Counter, status: JobStatus, page: Page, options?: ReadOptions): Promise<JobPage> {
  const names = await connection.catalog.tableNames(options);
  const first = { limit: page.offset + page.limit, offset: 0 };
  const all = readersOf(connection, names, status);
  const readers = all.filter(({ queue }) => queue.damage === undefined);
  const counted = await counter.all(readers.map(({ queue }) => jobsWithStatus(connection, queue, status)), options);
  const jobs: JobSummary[] = [];
  const problems = all.flatMap(({ queue: { damage } }) => (damage === undefined ? [] : [damage]));
  let total = 0;
  for (const [at, { queue, read }] of readers.entries()) {
    try {
      const count = countIn(counted[at]);
      if (count > 0) jobs.push(...(await read(first, options)));
      total += count;
    } catch (thrown) {
      problems.push(unreadable(addressOf(queue), problemOf(thrown)));
    }
  }
  jobs.sort((a, b) => (b.completedAt ?? b.reservedAt ?? 0) - (a.completedAt ?? a.reservedAt ?? 0));
  return { jobs: jobs.slice(page.offset, page.offset + page.limit), total, problems };
}

/** A queue by its name, and how to read its newest jobs. */
interface Reader {
  readonly queue: ListedTable;
  readonly read: (page: Page, options?: ReadOptions) => Promise<JobSummary[]>;
}

/** Of all queues that can hold jobs of this status. */
function readersOf(connection: Connection, names: readonly ListedTable[], status: JobStatus): Reader[] {
  const own = targetsWithQueue(names).map(({ target, queue }): Reader => ({
    queue,
    read: async (page, options) => {
      const [spec = null, jobs = null] = await connection.catalog.tablesNamed([target, queue], options);
      if (spec === null || jobs === null) return [];
      const problem = spec.damage ?? ownQueueProblem(jobs);
      if (problem !== null) throw new DataJointError('query', problem);
      return await ownQueue(connection, spec, jobs).page(status, page, options);
    },
  }));
  if (status === 'pending' || status === 'success') return own;
  const shared = names.filter((name) => addressOf(name) === addressOf(schemaJobsName(name.schema)));
  return [
    ...own,
    ...shared.map((name): Reader => ({ queue: name, read: (page, options) => schemaWidePage(connection, name, names, status, page, options) })),
  ];
}

function targetsWithQueue(names: readonly ListedTable[]): { readonly target: TableName; readonly queue: ListedTable }[] {
  const known = new Map(names.map((name) => [addressOf(name), name]));
  return names.flatMap((target) => {
    const queue = target.table.startsWith('_') ? known.get(addressOf(jobTableName(target))) : undefined;
    return queue === undefined ? [] : [{ target, queue }];
  });
}

/** Jobs of all tables of a schema-wide queue. */
async function schemaWidePage(
  connection: Connection,
  name: TableName,
  names: readonly TableName[],
  status: JobStatus,
  page: Page,
  options?: ReadOptions,
): Promise<JobSummary[]> {
  const targets = names.filter(({ schema, table }) => schema === name.schema && table.startsWith('_'));
  const [spec = null, ...specs] = await connection.catalog.tablesNamed([name, ...targets], options);
  if (spec === null) return [];
  const found = specs.filter((each) => each !== null).filter(({ damage }) => damage === undefined);
  const rows = new SchemaJobRows({ connection, spec }, (named) => found.find((each) => isOf(named, each.name.table)) ?? null);
  return await rows.page(rows.has(status), page, options);
}

function jobsWithStatus({ dialect }: Connection, queue: TableName, status: JobStatus): Fragment {
  const has = { sql: `${dialect.quoteIdentifier('status')} = ?`, values: [status] };
  return sql`SELECT 0 AS label, COUNT(*) AS n FROM ${dialect.tableReference(queue)} WHERE ${has}`;
}

/** @throws DataJointError for a queue that could not be counted */
function countIn(counted: Counted | undefined): number {
  if (counted?.kind === 'counted') return counted.numbers.get(0) ?? 0;
  throw new DataJointError('query', counted?.kind === 'failed' ? counted.problem : 'its jobs could not be counted in time.');
}
