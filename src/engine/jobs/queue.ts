import { type Condition, EXPRESSION, type Expression, type Key, type Queryable, sql, type TableSource } from '../algebra';
import type { Connection, TableName, TableSpec } from '../database';
import type { JobSettings } from '../settings';
import { TableQuery } from '../tables';
import { column, encodeKey, reference } from './conditions';
import { declaredJobTable, type JobTable, type JobTarget, jobTableName } from './jobTable';
import { type Refreshed, refresh, type RefreshOptions } from './refresh';
import { moveJobs } from './moveJobs';

export type JobStatus = 'pending' | 'reserved' | 'success' | 'error' | 'ignore';

/** What a job has beside its key, as fetched (`jobTableSpec`). */
export type JobAttributes = {
  readonly status: JobStatus;
  readonly priority: number;
  readonly created_time: string;
  readonly scheduled_time: string;
  readonly reserved_time: string | null;
  readonly completed_time: string | null;
  /** Seconds. */
  readonly duration: number | null;
  readonly error_message: string;
  readonly error_stack: unknown;
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly connection_id: bigint;
  readonly version: string;
};

/** How many jobs there are of each status, and in all. */
export type JobProgress = Record<JobStatus | 'total', number>;

/** The job table as a source of queries; it is declared on first use. */
class JobSource implements TableSource {
  private known: JobTable | null = null;

  constructor(readonly target: JobTarget) {}

  get name(): TableName {
    return jobTableName(this.target.name);
  }

  get label(): string {
    return `${this.target.label}.jobs`;
  }

  get spec(): TableSpec | null {
    // A target that was dropped has taken its queue with it.
    return this.target.spec === null ? null : (this.known?.jobs ?? null);
  }

  get connection(): Connection | null {
    return this.target.connection;
  }

  async prepare(): Promise<TableSpec> {
    return (await this.table()).jobs;
  }

  async table(): Promise<JobTable> {
    if (this.known === null || this.target.spec !== this.known.target) this.known = await declaredJobTable(this.target);
    return this.known;
  }
}

/**
 * The job queue of one Imported or Computed table, and a query over its jobs: `Analysis.jobs.errors.fetch()`.
 * Source: document 000; datajoint-python 2.3.2, `jobs.Job`.
 */
export class JobQueue extends TableQuery<Key, JobAttributes> {
  constructor(
    private readonly jobs: JobSource,
    private readonly keySource: () => Queryable,
    private readonly settings: () => JobSettings,
    expression: Expression = { op: 'table', source: jobs },
  ) {
    super(jobs, expression);
  }

  /** The queue of a table. `keySource` gives the keys that are to be made. */
  static of(target: JobTarget, keySource: () => Queryable, settings: () => JobSettings): JobQueue {
    return new JobQueue(new JobSource(target), keySource, settings);
  }

  /** The job table, declared if need be. */
  async table(): Promise<JobTable> {
    return await this.jobs.table();
  }

  get pending(): TableQuery<Key, JobAttributes> {
    return this.restrict("status = 'pending'");
  }

  get reserved(): TableQuery<Key, JobAttributes> {
    return this.restrict("status = 'reserved'");
  }

  get errors(): TableQuery<Key, JobAttributes> {
    return this.restrict("status = 'error'");
  }

  get ignored(): TableQuery<Key, JobAttributes> {
    return this.restrict("status = 'ignore'");
  }

  get completed(): TableQuery<Key, JobAttributes> {
    return this.restrict("status = 'success'");
  }

  /** Adds jobs for new keys and cleans up; see `RefreshOptions`. Restrictions limit which keys are added. */
  async refresh(...args: readonly (Condition | RefreshOptions)[]): Promise<Refreshed> {
    const { restrictions, options } = splitRefresh(args);
    const settings = this.settings();
    return await refresh(await this.table(), this.keySource(), restrictions, {
      delay: options.delay ?? 0,
      priority: options.priority ?? settings.defaultPriority,
      staleTimeout: options.staleTimeout ?? settings.staleTimeout,
      keepCompleted: settings.keepCompleted,
      ...(options.orphanTimeout === undefined ? {} : { orphanTimeout: options.orphanTimeout }),
    });
  }

  async progress(): Promise<JobProgress> {
    return await countJobs(await this.table());
  }

  /** Sets a key aside: populate passes over it until its job is deleted. */
  async ignore(key: Key): Promise<void> {
    const table = await this.table();
    const stored = encodeKey(table, key);
    const changed = await moveJobs(table, 'ignore', [stored]);
    if (changed > 0) return;
    const { dialect } = table.connection;
    const words = dialect.insertWords('skipDuplicates', table.key[0] ?? '', table.jobs.name);
    const names = [...table.key, 'status', 'priority'].map((name) => dialect.quoteIdentifier(name)).join(', ');
    const marks = [...table.key, 'status', 'priority'].map(() => '?').join(', ');
    await table.connection.executor.run({
      sql: `${words.verb} ${dialect.tableReference(table.jobs.name)} (${names}) VALUES (${marks}) ${words.suffix}`,
      values: [...stored, 'ignore', this.settings().defaultPriority],
    });
  }
}

/** Jobs by status, in one statement. */
export async function countJobs(table: JobTable): Promise<JobProgress> {
  const status = column(table, 'status');
  const rows = await table.connection.executor.all(sql`SELECT ${status} AS status, COUNT(*) AS n FROM ${reference(table)} GROUP BY ${status}`);
  const counts: JobProgress = { pending: 0, reserved: 0, success: 0, error: 0, ignore: 0, total: 0 };
  for (const row of rows) {
    const name = String(row['status']);
    if (isStatus(name)) counts[name] = Number(row['n']);
    counts.total += Number(row['n']);
  }
  return counts;
}

const isStatus = (name: string): name is JobStatus => ['pending', 'reserved', 'success', 'error', 'ignore'].includes(name);

const REFRESH_OPTIONS: readonly string[] = ['delay', 'priority', 'staleTimeout', 'orphanTimeout'];

/** The last argument is options when it is a plain object that holds nothing but options. */
function splitRefresh(args: readonly (Condition | RefreshOptions)[]): { restrictions: Condition[]; options: RefreshOptions } {
  const last = args.at(-1);
  const isOptions = typeof last === 'object' && last !== null && !(EXPRESSION in last) && !Array.isArray(last) && Object.keys(last).every((name) => REFRESH_OPTIONS.includes(name));
  return isOptions
    ? { restrictions: args.slice(0, -1) as Condition[], options: last as RefreshOptions }
    : { restrictions: [...args] as Condition[], options: {} };
}

