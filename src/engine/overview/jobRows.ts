import { all, concat, type Fragment, raw, sql } from '../algebra';
import { decodeValue } from '../codecs';
import type { ReadOptions, SqlRow, SqlValue } from '../database';
import { attributeOf, type JobTable, messageColumn, nameColumn, stackColumns, storedStack, workerOf } from '../jobs';
import type { JobStatus, JobSummary, Key, Page } from './contract';

/** Newest first for what has ended, first come first served for what has not. */
const ORDER: Record<JobStatus, string> = {
  pending: 'priority, scheduled_time',
  reserved: 'reserved_time',
  success: 'completed_time DESC',
  error: 'completed_time DESC',
  ignore: 'created_time DESC',
};

/** One page of a queue's jobs of one status. */
export async function jobPage(table: JobTable, status: JobStatus, page: Page, options?: ReadOptions): Promise<JobSummary[]> {
  const { dialect } = table.connection;
  const order = [...ORDER[status].split(', '), ...table.key].map((term) => {
    const [name = '', direction] = term.split(' ');
    return `${dialect.quoteIdentifier(name)}${direction === undefined ? '' : ` ${direction}`}`;
  });
  const rows = await table.connection.executor.all(
    sql`SELECT ${summaryColumns(table)} FROM ${jobsOf(table)} WHERE ${hasStatus(table, status)} ORDER BY ${order.join(', ')} ${dialect.limit(page.limit, page.offset)}`,
    options,
  );
  return rows.map((row) => jobSummary(table, row));
}

/** How many jobs of one status a queue has. */
export async function jobCount(table: JobTable, status: JobStatus, options?: ReadOptions): Promise<number> {
  const [row] = await table.connection.executor.all(sql`SELECT COUNT(*) AS n FROM ${jobsOf(table)} WHERE ${hasStatus(table, status)}`, options);
  return Number(row?.['n'] ?? 0);
}

/** One job with its stack, or null. */
export async function jobRow(table: JobTable, where: Fragment, options?: ReadOptions): Promise<{ summary: JobSummary; stack: string | null } | null> {
  const rows = await table.connection.executor.all(sql`SELECT ${summaryColumns(table)}, ${stackColumns(table.connection)} FROM ${jobsOf(table)} WHERE ${where}`, options);
  const row = rows[0];
  return row === undefined ? null : { summary: jobSummary(table, row), stack: storedStack(row) };
}

/** The primary keys and messages of all errors of a queue, newest first. */
export async function errorMessages(table: JobTable, most: number, options?: ReadOptions): Promise<{ key: Key; message: string }[]> {
  const { dialect } = table.connection;
  const names = table.key.map((name) => raw(dialect.quoteIdentifier(name)));
  const rows = await table.connection.executor.all(
    sql`SELECT ${concat(names, ', ')}, ${raw(messageColumn(table.connection))} AS message FROM ${jobsOf(table)} WHERE ${hasStatus(table, 'error')} ORDER BY ${dialect.quoteIdentifier('completed_time')} DESC ${dialect.limit(most, 0)}`,
    options,
  );
  return rows.map((row) => ({ key: decodedKey(table, row), message: String(row['message'] ?? '') }));
}

export const jobsOf = (table: JobTable): Fragment => raw(table.connection.dialect.tableReference(table.jobs.name));

export const hasStatus = (table: JobTable, status: JobStatus): Fragment =>
  all([sql`${table.connection.dialect.quoteIdentifier('status')} = ${{ sql: '?', values: [status] }}`]);

function summaryColumns(table: JobTable): Fragment {
  const { dialect } = table.connection;
  const plain = [...table.key, 'status', 'priority', 'duration', 'pid', 'connection_id'];
  const names = ['user', 'host', 'version'];
  const times = ['created_time', 'scheduled_time', 'reserved_time', 'completed_time'];
  return raw(
    [
      ...plain.map((name) => dialect.quoteIdentifier(name)),
      ...names.map((name) => nameColumn(table.connection, name)),
      `${messageColumn(table.connection)} AS error_message`,
      ...times.map((name) => `${dialect.epochMillis(dialect.quoteIdentifier(name))} AS ${dialect.quoteIdentifier(`${name}_ms`)}`),
    ].join(', '),
  );
}

function jobSummary(table: JobTable, row: SqlRow): JobSummary {
  const identity = workerOf(row);
  const status = String(row['status']) as JobStatus;
  return {
    table: table.target.name,
    key: decodedKey(table, row),
    status,
    layout: 'table',
    priority: Number(row['priority'] ?? 0),
    message: status === 'error' ? String(row['error_message'] ?? '') : '',
    worker: identity.host === '' ? null : { ...identity, user: String(row['user'] ?? '') },
    createdAt: millis(row['created_time_ms']),
    scheduledAt: millis(row['scheduled_time_ms']),
    reservedAt: millis(row['reserved_time_ms']),
    completedAt: millis(row['completed_time_ms']),
    // While a job is reserved its duration only marks whose it is.
    duration: status === 'reserved' || row['duration'] === null || row['duration'] === undefined ? null : Number(row['duration']),
    version: String(row['version'] ?? ''),
  };
}

function decodedKey(table: JobTable, row: SqlRow): Key {
  const key: Record<string, unknown> = {};
  for (const name of table.key) key[name] = decodeValue(attributeOf(table, name), row[name] ?? null);
  return key;
}

const millis = (value: SqlValue | undefined): number | null => (value === null || value === undefined ? null : Math.round(Number(value)));
