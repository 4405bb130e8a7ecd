import { isDeepStrictEqual } from 'node:util';
import { sql, type TableSource } from '../algebra';
import { type Attribute, type Connection, createTable, type TableName, type TableSpec } from '../database';
import { assertQueueHasName, jobsTableOf, parseDefinition, resolveDefinition } from '../definition';
import { DataJointError } from '../errors';
import { addressOf } from '../tables';
import { column, reference } from './conditions';
import { MESSAGE_LENGTH } from './failure';

/** What a queue is for: the Imported or Computed table whose keys are to be made. */
export interface JobTarget extends TableSource {
  ready(): Promise<{ connection: Connection; spec: TableSpec }>;
}

/** A target with its job table, both as the database has them: what every job operation needs. */
export interface JobTable {
  readonly connection: Connection;
  readonly label: string;
  readonly target: TableSpec;
  readonly jobs: TableSpec;
  /** The primary key of the job table: the target's key attributes that come from references. */
  readonly key: readonly string[];
}

/** What every queue has beside its key. */
const COLUMNS = [
  "status : enum('pending', 'reserved', 'success', 'error', 'ignore')",
  'priority : int8',
  'created_time=CURRENT_TIMESTAMP(3) : datetime(3)',
  'scheduled_time=CURRENT_TIMESTAMP(3) : datetime(3)',
  'reserved_time=null : datetime(3)',
  'completed_time=null : datetime(3)',
  'duration=null : float64',
  `error_message="" : varchar(${String(MESSAGE_LENGTH)})`,
  'error_stack=null : <blob>',
  'user="" : varchar(255)',
  'host="" : varchar(255)',
  'pid=0 : int32',
  'connection_id=0 : int64',
  'version="" : varchar(64)',
];
const COLUMN_NAMES = new Set(COLUMNS.map((line) => line.replace(/[= ].*/, '')));

const keyNames = ({ attributes }: TableSpec): string[] => attributes.filter(({ inKey }) => inKey).map(({ name }) => name);

/**
 * The attributes that make the key of a target's queue: those of its primary key that come from references which lie in
 * the primary key altogether. Source: datajoint-python 2.3.5, `jobs.Job._get_fk_derived_pk_attrs`.
 * @throws DataJointError `definition` when there is none, or one has the name of a column that every queue has
 */
function queueKey(target: TableSpec, label: string): Attribute[] {
  const inKey = new Set(keyNames(target));
  const inherited = new Set(
    target.foreignKeys
      .map(({ columns }) => columns.map(({ child }) => child))
      .filter((children) => children.every((child) => inKey.has(child)))
      .flat(),
  );
  const key = target.attributes.filter(({ name }) => inKey.has(name) && inherited.has(name));
  if (key.length === 0) {
    throw new DataJointError('definition', `${label} can have no job queue: no attribute of its primary key comes from a reference.`);
  }
  const taken = key.find(({ name }) => COLUMN_NAMES.has(name))?.name;
  if (taken !== undefined) {
    throw new DataJointError(
      'definition',
      `${label} can have no job queue: its key attribute "${taken}" has the name of a column that every queue has. ` +
        `Rename it where ${label} refers to its parent, as in -> Parent.proj(parent_${taken}='${taken}'), or populate without reserveJobs.`,
    );
  }
  return key;
}

/**
 * The job table of a target as datajoint-python 2.3.2 declares it (`jobs.Job._generate_definition`).
 * @throws DataJointError `definition` for a table that can have none (`queueKey`), or when the queue's name were too long.
 */
export function jobTableSpec(target: TableSpec, label: string): TableSpec {
  assertQueueHasName(target.name.table);
  const key = queueKey(target, label);
  const definition = [
    `# Job queue for \`${target.name.schema}\`.\`${target.name.table}\``,
    ...key.map(({ name, declaredType }) => `${name} : ${declaredType}`),
    '---',
    ...COLUMNS,
    'INDEX (status, priority, scheduled_time)',
  ].join('\n');
  return resolveDefinition(parseDefinition(definition, `${label}.jobs`), jobTableName(target.name), () => target);
}

export const jobTableName = (target: TableName): TableName => ({ schema: target.schema, table: jobsTableOf(target.table) });

/**
 * The job table of a target, declared if nobody has asked for it before. One whose key is not that of the target belongs to
 * an earlier table of this name: datajoint-python's `drop()` and a DROP TABLE leave the queue behind. It is made anew, as
 * this engine's `drop()` would have had it, unless jobs of it are reserved.
 * @throws DataJointError `definition` for a table that can have none, `not_allowed` or `corrupt` where it cannot be made now
 */
export async function declaredJobTable(target: JobTarget): Promise<JobTable> {
  const { connection, spec } = await target.ready();
  const jobs = jobTableSpec(spec, target.label);
  const existing = await connection.catalog.table(jobs.name);
  if (existing !== null && hasSameKey(existing, jobs)) return jobTable(connection, target.label, spec, existing);
  if (connection.inTransaction) {
    const why = existing === null ? 'does not exist yet and cannot be made' : 'is of an earlier table of this name and cannot be made anew';
    throw new DataJointError('not_allowed', `The job queue of ${target.label} ${why} inside a transaction: refresh it before.`);
  }
  if (existing !== null) {
    await assertMayGo(jobTable(connection, target.label, spec, existing), jobs);
    await connection.catalog.dropTables([existing.name]);
  }
  await createTable(connection, jobs);
  return jobTable(connection, target.label, spec, jobs);
}

const hasSameKey = (one: TableSpec, other: TableSpec): boolean => isDeepStrictEqual(new Set(keyNames(one)), new Set(keyNames(other)));

/**
 * @throws DataJointError `corrupt` when the table is no queue at all, `not_allowed` when somebody may still be working for
 * the earlier table
 */
async function assertMayGo(table: JobTable, wanted: TableSpec): Promise<void> {
  const { connection, jobs, label } = table;
  const name = addressOf(jobs.name);
  const present = new Set(jobs.attributes.map((attribute) => attribute.name));
  if ([...COLUMN_NAMES].some((each) => !present.has(each))) {
    throw new DataJointError('corrupt', `${name} is not the job queue of ${label} that its name says it is: rename it, and the queue can be made.`);
  }
  const [row] = await connection.executor.all(sql`SELECT COUNT(*) AS n FROM ${reference(table)} WHERE ${column(table, 'status')} = 'reserved'`);
  const reserved = Number(row?.['n'] ?? 0);
  if (reserved === 0) return;
  throw new DataJointError(
    'not_allowed',
    `The job queue ${name} is of an earlier ${label}, whose key was ${keyNames(jobs).join(', ')} and not ${keyNames(wanted).join(', ')}, ` +
      `and ${reserved === 1 ? '1 job of it is' : `${String(reserved)} jobs of it are`} reserved: end the workers that hold them, or drop the table ${name}, and the queue is made anew.`,
  );
}

export function jobTable(connection: Connection, label: string, target: TableSpec, jobs: TableSpec): JobTable {
  return {
    connection,
    label,
    target,
    jobs,
    key: keyNames(jobs),
  };
}
