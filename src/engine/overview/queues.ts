import { concat, raw, sql } from '../algebra';
import type { Connection, ReadOptions, TableName } from '../database';
import { classNameOf } from '../definition';
import { DataJointError } from '../errors';
import { jobTable, jobTableName, schemaJobsName } from '../jobs';
import { addressOf } from '../tables';
import type { JobStatus, JobSummary, Page } from './contract';
import { type Queue, tableQueue } from './queue';
import { isOf } from './schemaCounts';
import { SchemaJobRows, schemaQueue } from './schemaQueue';

/** How many queues one statement counts; SQLite allows 500 terms. */
const QUEUES_PER_STATEMENT = 200;

/**
 * The queues that hold jobs of a table: its own, the schema-wide one, both or none. A table that is gone may still have
 * jobs in the schema-wide one.
 * @throws DataJointError `unknown_table` for one that is gone and has none
 */
export async function queuesOf(connection: Connection, name: TableName, options?: ReadOptions): Promise<Queue[]> {
  const named = [name, jobTableName(name), schemaJobsName(name.schema)];
  const [target = null, own = null, shared = null] = await connection.catalog.tablesNamed(named, options);
  if (target === null && shared === null) {
    throw new DataJointError('unknown_table', `There is no table ${addressOf(name)} in the database any more.`);
  }
  return [
    ...(target === null || own === null ? [] : [tableQueue(jobTable(connection, classNameOf(name.table), target, own))]),
    ...(shared === null ? [] : [schemaQueue({ connection, spec: shared }, name, target)]),
  ];
}

/** A page of jobs of one table, those of its own queue first. */
export async function acrossQueuesOf(queues: readonly Queue[], status: JobStatus, page: Page, options?: ReadOptions) {
  const jobs: JobSummary[] = [];
  let total = 0;
  for (const queue of queues) {
    const count = await queue.count(status, options);
    const offset = Math.max(0, page.offset - total);
    const limit = page.limit - jobs.length;
    if (limit > 0 && offset < count) jobs.push(...(await queue.page(status, { limit, offset }, options)));
    total += count;
  }
  return { jobs, total };
}

/**
 * Jobs of one status of all queues, newest first. Only names are read to find the queues and count their jobs; a queue's
 * own tables are looked at when it has such jobs.
 */
export async function acrossQueues(
  connection: Connection,
  status: JobStatus,
  page: Page,
  options?: ReadOptions,
): Promise<{ jobs: JobSummary[]; total: number }> {
  const names = await connection.catalog.tableNames(options);
  const first = { limit: page.offset + page.limit, offset: 0 };
  const targets = targetsWithQueue(names);
  const counts = await countByQueue(connection, targets.map(jobTableName), status, options);
  const jobs: JobSummary[] = [];
  for (const [i, target] of targets.entries()) {
    if ((counts[i] ?? 0) === 0) continue;
    const [own] = await queuesOf(connection, target, options);
    if (own !== undefined) jobs.push(...(await own.page(status, first, options)));
  }
  const shared = names.filter((name) => addressOf(name) === addressOf(schemaJobsName(name.schema)));
  const sharedCounts = status === 'pending' || status === 'success' ? [] : await countByQueue(connection, shared, status, options);
  for (const [i, name] of shared.entries()) {
    if ((sharedCounts[i] ?? 0) > 0) jobs.push(...(await schemaWidePage(connection, name, names, status, first, options)));
  }
  jobs.sort((a, b) => (b.completedAt ?? b.reservedAt ?? 0) - (a.completedAt ?? a.reservedAt ?? 0));
  const total = [...counts, ...sharedCounts].reduce((sum, n) => sum + n, 0);
  return { jobs: jobs.slice(page.offset, page.offset + page.limit), total };
}

function targetsWithQueue(names: readonly TableName[]): TableName[] {
  const known = new Set(names.map(addressOf));
  return names.filter((name) => name.table.startsWith('_') && known.has(addressOf(jobTableName(name))));
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
  const found = specs.filter((each) => each !== null);
  const rows = new SchemaJobRows({ connection, spec }, (named) => found.find((each) => isOf(named, each.name.table)) ?? null);
  return await rows.page(rows.has(status), page, options);
}

async function countByQueue(
  connection: Connection,
  queues: readonly TableName[],
  status: JobStatus,
  options?: ReadOptions,
): Promise<number[]> {
  const { dialect } = connection;
  const counts: number[] = queues.map(() => 0);
  for (let start = 0; start < queues.length; start += QUEUES_PER_STATEMENT) {
    const selects = queues.slice(start, start + QUEUES_PER_STATEMENT).map((queue, k) => {
      const from = raw(dialect.tableReference(queue));
      const has = { sql: `${dialect.quoteIdentifier('status')} = ?`, values: [status] };
      return sql`SELECT ${String(start + k)} AS source, COUNT(*) AS n FROM ${from} WHERE ${has}`;
    });
    for (const row of await connection.executor.all(concat(selects, ' UNION ALL '), options)) {
      counts[Number(row['source'])] = Number(row['n']);
    }
  }
  return counts;
}
