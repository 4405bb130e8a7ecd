import type { TableSource } from '../algebra';
import type { Connection, TableName, TableSpec } from '../database';
import { assertQueueHasName, jobsTableOf, parseDefinition, resolveDefinition } from '../definition';
import { DataJointError } from '../errors';

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

/** The most characters of an error's message that a job row holds. */
export const MESSAGE_LENGTH = 2047;

/**
 * The job table of a target as datajoint-python 2.3.2 declares it (`jobs.Job._generate_definition`).
 * @throws DataJointError `definition` when no key attribute comes from a reference, or the queue's name were too long.
 */
export function jobTableSpec(target: TableSpec, label: string): TableSpec {
  assertQueueHasName(target.name.table);
  const inherited = new Set(target.foreignKeys.flatMap((foreignKey) => foreignKey.columns.map((column) => column.child)));
  const key = target.attributes.filter((attribute) => attribute.inKey && inherited.has(attribute.name));
  if (key.length === 0) {
    throw new DataJointError('definition', `${label} can have no job queue: no attribute of its primary key comes from a reference.`);
  }
  const definition = `
    # Job queue for \`${target.name.schema}\`.\`${target.name.table}\`
    ${key.map((attribute) => `${attribute.name} : ${attribute.declaredType}`).join('\n')}
    ---
    status : enum('pending', 'reserved', 'success', 'error', 'ignore')
    priority : int8
    created_time=CURRENT_TIMESTAMP(3) : datetime(3)
    scheduled_time=CURRENT_TIMESTAMP(3) : datetime(3)
    reserved_time=null : datetime(3)
    completed_time=null : datetime(3)
    duration=null : float64
    error_message="" : varchar(${String(MESSAGE_LENGTH)})
    error_stack=null : <blob>
    user="" : varchar(255)
    host="" : varchar(255)
    pid=0 : int32
    connection_id=0 : int64
    version="" : varchar(64)
    INDEX (status, priority, scheduled_time)
  `;
  return resolveDefinition(parseDefinition(definition, `${label}.jobs`), jobTableName(target.name), () => target);
}

export const jobTableName = (target: TableName): TableName => ({ schema: target.schema, table: jobsTableOf(target.table) });

/** The job table of a target, declared if nobody has asked for it before. */
export async function declaredJobTable(target: JobTarget): Promise<JobTable> {
  const { connection, spec } = await target.ready();
  const name = jobTableName(spec.name);
  const existing = await connection.catalog.table(name);
  if (existing !== null) return jobTable(connection, target.label, spec, existing);
  if (connection.inTransaction) {
    throw new DataJointError('not_allowed', `The job queue of ${target.label} does not exist yet and cannot be made inside a transaction: refresh it before.`);
  }
  const jobs = jobTableSpec(spec, target.label);
  await connection.transaction(async (transaction) => {
    for (const statement of connection.dialect.createTable(jobs)) await transaction.run(statement);
  });
  return jobTable(connection, target.label, spec, jobs);
}

export function jobTable(connection: Connection, label: string, target: TableSpec, jobs: TableSpec): JobTable {
  return {
    connection,
    label,
    target,
    jobs,
    key: jobs.attributes.filter((attribute) => attribute.inKey).map((attribute) => attribute.name),
  };
}
