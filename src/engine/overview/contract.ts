/**
 * What tools (the extension, `djw list`, `djw jobs`) may ask about a database without loading anybody's pipeline.
 * Answers take a fixed number of statements, however many tables, keys or jobs there are; what spans all queues takes one
 * more for each queue that has such jobs. A table, queue or schema that cannot be read hides no other: its own entry, or
 * `problems` beside the others, says in one sentence what is wrong. Counting ends when it takes too long.
 */
import type { Liveness, ReadOptions, TableName, WorkerIdentity } from '../database';
import type { JobLayout, StoredDescription } from '../tables';

export type Tier = 'manual' | 'lookup' | 'imported' | 'computed' | 'part';
export type JobStatus = 'pending' | 'reserved' | 'success' | 'error' | 'ignore';
export type JobCounts = Readonly<Record<JobStatus, number>>;

/** A primary key as fetched: attribute name to value (number, bigint, string, boolean, Uint8Array). */
export type Key = Readonly<Record<string, unknown>>;

export interface SchemaSummary {
  readonly name: string;
  /** Why the schema cannot be read, in one sentence; null when it can. */
  readonly problem: string | null;
}

/** What a table's name tells. */
export interface NamedTable {
  readonly name: TableName;
  /** `Trace`; `Peaks.Peak` for a part. */
  readonly className: string;
  readonly tier: Tier;
}

/**
 * The keys of an Imported or Computed table. A class may have a key source of its own, of which the database tells
 * nothing: then this total is only the most that it can be, and a tool that has the class's source moves it to `atMost`.
 */
export interface TableProgress {
  readonly done: number;
  /** Keys of the default key source; null when that is not known, or not counted to its end. */
  readonly total: number | null;
  /** Counting ended here: there are more keys than this. */
  readonly moreThan: number | null;
  /** The keys of a key source of the class's own are no more than these; null otherwise. */
  readonly atMost: number | null;
  /** Why there is no default key source, in one sentence; null when there is one. */
  readonly problem: string | null;
}

export interface TableSummary extends NamedTable {
  /** A part's master. */
  readonly master: TableName | null;
  readonly comment: string;
  /** Null when they cannot be counted, for which `problem` gives the reason, or not in time. */
  readonly rows: number | null;
  /** Null for tables that are not computed, that refer to no other, or whose rows are not counted. */
  readonly progress: TableProgress | null;
  /**
   * Of all queues that hold jobs of the table and can be read; `problem` tells of others. Null without any. Nothing is
   * pending in a schema-wide one.
   */
  readonly jobs: JobCounts | null;
  /** The queue that populate uses. Null while nobody has asked for one. */
  readonly layout: JobLayout | null;
  /** Why the table or its queue cannot be read, in one sentence; null when they can. */
  readonly problem: string | null;
}

/** A table as the database has it declared. */
export interface TableDefinition extends NamedTable {
  /** In the definition language, by default with the server's own words for types: it parses back to the table. */
  readonly text: string;
  /** The tables that it refers to, each once. */
  readonly parents: readonly NamedTable[];
}

/** A schema with its tables; none when `schema.problem` says why they cannot be read. */
export interface SchemaTables {
  readonly schema: SchemaSummary;
  readonly tables: readonly TableSummary[];
}

/** Who holds or held a job, as its row names them. */
export interface JobWorker extends WorkerIdentity {
  /** The database account: `name@host`. */
  readonly user: string;
}

export interface JobSummary {
  readonly table: TableName;
  /** In the schema-wide queue a job whose key cannot be read goes by `{ key_hash }`. */
  readonly key: Key;
  readonly status: JobStatus;
  /** The queue that it is in: the table's own, or the schema-wide one of earlier generations. */
  readonly layout: JobLayout;
  readonly priority: number;
  /** The first 2,047 characters at most. Empty unless status is `error`. */
  readonly message: string;
  readonly worker: JobWorker | null;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number | null;
  readonly scheduledAt: number | null;
  readonly reservedAt: number | null;
  readonly completedAt: number | null;
  /** Seconds. */
  readonly duration: number | null;
  readonly version: string;
}

export interface JobDetail extends JobSummary {
  readonly stack: string | null;
  /** For reserved jobs: whether the worker still lives. */
  readonly liveness: Liveness | null;
}

/** A process that holds jobs right now. */
export interface WorkerSummary extends JobWorker {
  /** Of any table, the one that it has held the longest first. */
  readonly jobs: readonly JobSummary[];
  /** When it took the oldest of them, in milliseconds since the Unix epoch. */
  readonly since: number | null;
  readonly liveness: Liveness;
}

/** A page of jobs. */
export interface JobPage {
  readonly jobs: JobSummary[];
  /** How many there are in all. */
  readonly total: number;
  /** A sentence about each queue that could not be read: its jobs are not among these. */
  readonly problems: readonly string[];
}

export interface WorkerList {
  readonly workers: WorkerSummary[];
  /** A sentence about each queue that could not be read: others may hold its jobs. */
  readonly problems: readonly string[];
}

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

export interface Overview {
  /** Reads nothing. */
  named(table: TableName): NamedTable;
  schemas(options?: ReadOptions): Promise<SchemaSummary[]>;
  /** The tables of all schemas by their names, views included; nothing else is read of them. */
  names(options?: ReadOptions): Promise<NamedTable[]>;
  /** The tables of a schema in pipeline (topological) order, each part right after its master. */
  tables(schema: string, options?: ReadOptions): Promise<TableSummary[]>;
  /** The tables of every schema. */
  allTables(options?: ReadOptions): Promise<SchemaTables[]>;
  /** One table, or null when it is not there. */
  table(name: TableName, options?: ReadOptions): Promise<TableSummary | null>;
  /** The definition of a table, or null when it is not there. @throws DataJointError `corrupt` for a damaged one */
  definition(name: TableName, options?: StoredDescription): Promise<TableDefinition | null>;
  /**
   * A page of jobs, errors newest first, pending in the order in which they will run.
   * @throws DataJointError when no queue of the table can be read
   */
  jobs(table: TableName, status: JobStatus, page: Page, options?: ReadOptions): Promise<JobPage>;
  /** All errored jobs of a database, newest first, a page at a time. */
  errors(page: Page, options?: ReadOptions): Promise<JobPage>;
  /** One job with its stack, or null when it is gone; `done` says whether the table has the key's row. */
  job(table: TableName, key: Key, options?: ReadOptions): Promise<{ job: JobDetail | null; done: boolean }>;
  /** Other errored keys of the same table with the same message, newest first. */
  sameFailure(table: TableName, key: Key, options?: ReadOptions): Promise<Key[]>;
  /** Errored or ignored jobs back to pending. Returns how many changed. */
  retry(table: TableName, keys: readonly Key[]): Promise<number>;
  ignore(table: TableName, keys: readonly Key[]): Promise<number>;
  /** Removes jobs from the queue (never a reserved one). */
  clear(table: TableName, keys: readonly Key[]): Promise<number>;
  /** The workers that hold jobs right now, the longest at work first. */
  workers(options?: ReadOptions): Promise<WorkerList>;
  /**
   * Ends a worker of this machine as Ctrl-C in its terminal would.
   * @throws DataJointError `not_allowed` for one that does not live or is this very program, `access` for one of another
   * machine or account
   */
  stopWorker(worker: WorkerSummary): Promise<void>;
  /**
   * Puts back into their queues what a worker holds that is not known to live. Returns how many jobs are to be made again.
   * @throws DataJointError `not_allowed` for one that lives
   */
  freeJobs(worker: WorkerSummary): Promise<number>;
  /** Whether the workers behind jobs still live, in the order of the jobs; null for a job that is not reserved. */
  liveness(jobs: readonly JobSummary[]): Promise<(Liveness | null)[]>;
  /** The jobs that sessions hold right now, by connection id; without those of queues that cannot be read. */
  reservedBy(options?: ReadOptions): Promise<ReadonlyMap<number, JobSummary[]>>;
}
