import { sql } from '../algebra';
import type { ReadOptions, WorkerIdentity } from '../database';
import { encodeKey, freeWorker, type JobMove, type JobTable, keyEquals, moveJobs } from '../jobs';
import type { JobStatus, JobSummary, Key, Page } from './contract';
import { errorMessages, jobCount, jobPage, jobRow } from './jobRows';

/** The jobs of one table in one queue, of whichever layout, as tools look at them. */
export interface Queue {
  count(status: JobStatus, options?: ReadOptions): Promise<number>;
  page(status: JobStatus, page: Page, options?: ReadOptions): Promise<JobSummary[]>;
  job(key: Key, options?: ReadOptions): Promise<{ summary: JobSummary; stack: string | null } | null>;
  /** Whether the table has the key's row. */
  done(key: Key, options?: ReadOptions): Promise<boolean>;
  /** Keys and messages of errors, newest first. */
  failures(most: number, options?: ReadOptions): Promise<{ key: Key; message: string }[]>;
  /** The same text for the same key. */
  idOf(key: Key): string;
  /** Takes from a worker what it holds, whatever is known of its life. Returns how many jobs are to be made again. */
  free(worker: WorkerIdentity): Promise<number>;
  /** Returns how many jobs changed. */
  move(what: JobMove, keys: readonly Key[]): Promise<number>;
}

/** A table's own queue. */
export function tableQueue(table: JobTable): Queue {
  const { executor, dialect } = table.connection;
  return {
    count: (status, options) => jobCount(table, status, options),
    page: (status, page, options) => jobPage(table, status, page, options),
    job: (key, options) => jobRow(table, keyEquals(table, encodeKey(table, key)), options),
    done: async (key, options) => {
      const target = dialect.tableReference(table.target.name);
      const found = sql`SELECT 1 AS found FROM ${target} WHERE ${keyEquals(table, encodeKey(table, key))} ${dialect.limit(1, 0)}`;
      return (await executor.all(found, options)).length > 0;
    },
    failures: (most, options) => errorMessages(table, most, options),
    idOf: (key) => encodeKey(table, key).join('\0'),
    free: (worker) => freeWorker(table, worker),
    move: (what, keys) => moveJobs(table, what, keys.map((key) => encodeKey(table, key))),
  };
}
