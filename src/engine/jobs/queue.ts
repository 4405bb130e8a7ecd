import { type Condition, EXPRESSION, type Expression, type Key, Query, type Queryable, restricted, sql, type TableSource } from '../algebra';
import type { Connection, TableName, TableSpec } from '../database';
import type { JobSettings } from '../settings';
import { TableQuery } from '../tables';
import { column, encodeKey, reference } from './conditions';
import { declaredJobTable, type JobTable, type JobTarget, jobTableName } from './jobTable';
import { type Refreshed, refresh, type RefreshOptions } from './refresh';
import { DataJointError } from '../errors';
import { jobLayoutOf, type LayoutChoice } from './layout';
import { keysToMake } from './missing';
import { moveJobs, prioritize } from './moveJobs';
import { countSchemaJobs, declaredSchemaJobs, recoverSchemaJobs, type SchemaJobTable } from './schemaWide';

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

  constructor(
    readonly target: JobTarget,
    private readonly layout: LayoutChoice,
  ) {}

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
    if (this.known !== null && this.target.spec === this.known.target) return this.known;
    if ((await this.schemaWide()) !== null) {
      const { schema, table } = this.target.name;
      throw new DataJointError(
        'not_allowed',
        `${this.target.label} has no job queue of its own: its jobs are in the schema-wide queue of ${schema}. Use schema.jobs, restricted by { table_name: '${table}' }.`,
      );
    }
    this.known = await declaredJobTable(this.target);
    return this.known;
  }

  /** The schema-wide queue, when that is where the jobs of this table are kept. */
  async schemaWide(): Promise<SchemaJobTable | null> {
    const { connection } = await this.target.ready();
    if ((await jobLayoutOf(connection, this.target.name, this.layout)) === 'table') return null;
    return await declaredSchemaJobs(connection, this.target.name.schema);
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
  static of(target: JobTarget, keySource: () => Queryable, settings: () => JobSettings, layout: Partial<LayoutChoice> = {}): JobQueue {
    return new JobQueue(new JobSource(target, { asked: null, fresh: 'table', ...layout }), keySource, settings);
  }

  /** The schema-wide queue, when that is where the jobs of this table are kept; else null. */
  async schemaWide(): Promise<SchemaJobTable | null> {
    return await this.jobs.schemaWide();
  }

  /** The job table, declared if need be. @throws DataJointError `not_allowed` when the jobs are in the schema-wide queue. */
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
    const schemaWide = await this.schemaWide();
    // No row means available there: nothing is to be added or removed.
    if (schemaWide !== null) return { added: 0, removed: 0, orphaned: await recoverSchemaJobs(schemaWide), rePended: 0 };
    return await refresh(await this.table(), this.keySource(), restrictions, {
      ...options,
      priority: options.priority ?? settings.defaultPriority,
      staleTimeout: options.staleTimeout ?? settings.staleTimeout,
      keepCompleted: settings.keepCompleted,
    });
  }

  async progress(): Promise<JobProgress> {
    const schemaWide = await this.schemaWide();
    if (schemaWide === null) return await countJobs(await this.table());
    const counts = await countSchemaJobs(schemaWide, this.jobs.target.name.table);
    const { missing } = await keysToMake(this.jobs.target, this.keySource(), []);
    const known = counts.reserved + counts.error + counts.ignore;
    const pending = Math.max(0, (await missing.count()) - known);
    return { ...counts, pending, success: 0, total: pending + known };
  }

  /**
   * Gives jobs another priority: those that wait, failed or are set aside. Lower runs sooner.
   * @param restrictions which jobs, by key or by what a job row has; all without any
   * @returns how many jobs
   * @throws DataJointError `usage` for a number that no job can have
   */
  async setPriority(priority: number, ...restrictions: readonly Condition[]): Promise<number> {
    if (!Number.isSafeInteger(priority) || priority < -128 || priority > 127) {
      throw new DataJointError('usage', `A job's priority is a whole number from -128 to 127, not ${String(priority)}.`);
    }
    const table = await this.table();
    const keys = await new Query<Key>(restricted(this[EXPRESSION], restrictions, false)).keys();
    return await prioritize(table, priority, keys.map((key) => encodeKey(table, key)));
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

const REFRESH_OPTIONS: readonly string[] = ['delay', 'scheduledTime', 'priority', 'staleTimeout', 'orphanTimeout'];

/** The last argument is options when it is a plain object that holds nothing but options. */
function splitRefresh(args: readonly (Condition | RefreshOptions)[]): { restrictions: Condition[]; options: RefreshOptions } {
  const last = args.at(-1);
  const isOptions = typeof last === 'object' && last !== null && !(EXPRESSION in last) && !Array.isArray(last) && Object.keys(last).every((name) => REFRESH_OPTIONS.includes(name));
  return isOptions
    ? { restrictions: args.slice(0, -1) as Condition[], options: last as RefreshOptions }
    : { restrictions: [...args] as Condition[], options: {} };
}

