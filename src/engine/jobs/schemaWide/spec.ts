import { type Attribute, type ColumnType, type Connection, createTable, type DefaultValue, type TableName, type TableSpec } from '../../database';
import { MESSAGE_LENGTH } from '../failure';

/** The queue of all tables of a schema, as datajoint-python up to 0.14 and DataJoint for MATLAB keep it. */
export const schemaJobsName = (schema: string): TableName => ({ schema, table: '~jobs' });

/** A `~jobs` table as the database has it. Older ones lack columns, so every statement asks `has` first. */
export interface SchemaJobTable {
  readonly connection: Connection;
  readonly spec: TableSpec;
}

/** The column that holds a job's key: `error_key` in queues of early DataJoint for MATLAB. */
export const keyColumn = (spec: TableSpec): string | null =>
  ['key', 'error_key'].find((name) => spec.attributes.some((attribute) => attribute.name === name)) ?? null;

const none: DefaultValue = { kind: 'null' };
const literal = (text: string): DefaultValue => ({ kind: 'literal', text });
const native = (sql: string): ColumnType => ({ kind: 'native', sql });

/** A `~jobs` table as datajoint-python 0.14.9 declares it (`jobs.JobTable`). */
export function schemaJobsSpec(schema: string): TableSpec {
  const attribute = (name: string, declaredType: string, column: ColumnType, value: DefaultValue | null, comment: string): Attribute => ({
    name,
    declaredType,
    column,
    codec: null,
    inKey: name === 'table_name' || name === 'key_hash',
    nullable: value?.kind === 'null',
    autoIncrement: false,
    default: value,
    comment,
    lineage: null,
  });
  const varchar = (length: number): [string, ColumnType] => [`varchar(${length})`, { kind: 'varchar', length }];
  return {
    name: schemaJobsName(schema),
    comment: `job reservation table for \`${schema}\``,
    attributes: [
      attribute('table_name', ...varchar(255), null, 'className of the table'),
      attribute('key_hash', 'char(32)', { kind: 'char', length: 32 }, null, 'key hash'),
      attribute(
        'status',
        "enum('reserved','error','ignore')",
        { kind: 'enum', values: ['reserved', 'error', 'ignore'] },
        null,
        'if tuple is missing, the job is available',
      ),
      attribute('key', 'blob', native('blob'), none, 'structure containing the key'),
      attribute('error_message', ...varchar(MESSAGE_LENGTH), literal(''), 'error message returned if failed'),
      attribute('error_stack', 'mediumblob', native('mediumblob'), none, 'error stack if failed'),
      attribute('user', ...varchar(255), literal(''), 'database user'),
      attribute('host', ...varchar(255), literal(''), 'system hostname'),
      attribute('pid', 'int unsigned', { kind: 'integer', bits: 32, unsigned: true }, literal('0'), 'system process id'),
      attribute('connection_id', 'bigint unsigned', { kind: 'integer', bits: 64, unsigned: true }, literal('0'), 'connection_id()'),
      attribute('timestamp', 'timestamp', { kind: 'timestamp', precision: 0 }, { kind: 'now', precision: 0 }, 'automatic timestamp'),
    ],
    foreignKeys: [],
    indexes: [],
  };
}

/** The `~jobs` table of a schema, or null where nobody has made one. */
export async function findSchemaJobs(connection: Connection, schema: string): Promise<SchemaJobTable | null> {
  const spec = await connection.catalog.table(schemaJobsName(schema));
  return spec === null ? null : { connection, spec };
}

/** The `~jobs` table of a schema, declared if nobody has made one. */
export async function declaredSchemaJobs(connection: Connection, schema: string): Promise<SchemaJobTable> {
  const found = await findSchemaJobs(connection, schema);
  if (found !== null) return found;
  const spec = schemaJobsSpec(schema);
  await connection.outside(() => createTable(connection, spec));
  return { connection, spec };
}
