import { concat, raw, sql } from '../algebra';
import type { Connection, ReadOptions, TableName } from '../database';
import { classNameOf } from '../definition';
import { DataJointError } from '../errors';
import { jobTable, type JobTable, jobTableName } from '../jobs';
import { addressOf } from '../tables';
import type { JobStatus, JobSummary, Page } from './contract';
import { jobPage } from './jobRows';

/** How many queues one statement counts; SQLite allows 500 terms. */
const QUEUES_PER_STATEMENT = 200;

/** The queue of a table, or null when nobody has asked for it yet. @throws DataJointError `unknown_table`. */
export async function openQueue(connection: Connection, name: TableName, options?: ReadOptions): Promise<JobTable | null> {
  const [target = null, jobs = null] = await connection.catalog.tablesNamed([name, jobTableName(name)], options);
  if (target === null) throw new DataJointError('unknown_table', `There is no table ${addressOf(name)} in the database any more.`);
  return jobs === null ? null : jobTable(connection, classNameOf(name.table), target, jobs);
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
  const targets = await targetsWithQueue(connection, options);
  const counts = await countByQueue(connection, targets, status, options);
  const jobs: JobSummary[] = [];
  for (const [i, target] of targets.entries()) {
    const queue = (counts[i] ?? 0) > 0 ? await openQueue(connection, target, options) : null;
    if (queue !== null) jobs.push(...(await jobPage(queue, status, { limit: page.offset + page.limit, offset: 0 }, options)));
  }
  jobs.sort((a, b) => (b.completedAt ?? b.reservedAt ?? 0) - (a.completedAt ?? a.reservedAt ?? 0));
  return { jobs: jobs.slice(page.offset, page.offset + page.limit), total: counts.reduce((sum, n) => sum + n, 0) };
}

async function targetsWithQueue(connection: Connection, options?: ReadOptions): Promise<TableName[]> {
  const names = await connection.catalog.tableNames(options);
  const known = new Set(names.map(addressOf));
  return names.filter((name) => name.table.startsWith('_') && known.has(addressOf(jobTableName(name))));
}

async function countByQueue(
  connection: Connection,
  targets: readonly TableName[],
  status: JobStatus,
  options?: ReadOptions,
): Promise<number[]> {
  const { dialect } = connection;
  const counts: number[] = targets.map(() => 0);
  for (let start = 0; start < targets.length; start += QUEUES_PER_STATEMENT) {
    const selects = targets.slice(start, start + QUEUES_PER_STATEMENT).map((target, k) => {
      const from = raw(dialect.tableReference(jobTableName(target)));
      const has = { sql: `${dialect.quoteIdentifier('status')} = ?`, values: [status] };
      return sql`SELECT ${String(start + k)} AS source, COUNT(*) AS n FROM ${from} WHERE ${has}`;
    });
    for (const row of await connection.executor.all(concat(selects, ' UNION ALL '), options)) {
      counts[Number(row['source'])] = Number(row['n']);
    }
  }
  return counts;
}
