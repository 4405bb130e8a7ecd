import type { Connection, TableName } from '../database';
import type { JobLayout } from '../tables';
import { jobTableName } from './jobTable';
import { schemaJobsName } from './schemaWide';

/**
 * Where the jobs of a table are kept: as asked, else in the table's own queue where there is one, else in the schema's
 * where there is one, else in a new queue of its own.
 */
export async function jobLayoutOf(connection: Connection, target: TableName, asked: JobLayout | null): Promise<JobLayout> {
  if (asked !== null) return asked;
  if ((await connection.catalog.table(jobTableName(target))) !== null) return 'table';
  return (await connection.catalog.table(schemaJobsName(target.schema))) === null ? 'table' : 'schema';
}
