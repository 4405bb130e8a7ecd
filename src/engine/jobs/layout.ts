import type { Connection, TableName } from '../database';
import type { JobLayout } from '../tables';
import { jobTableName } from './jobTable';
import { schemaJobsName } from './schemaWide';

export interface LayoutChoice {
  /** The layout to use, whatever is there. */
  readonly asked: JobLayout | null;
  /** The layout of a queue that is not there yet. */
  readonly fresh: JobLayout;
}

/**
 * Where the jobs of a table are kept: as asked, else in the table's own queue where there is one, else in the schema's
 * where there is one, else in a new queue.
 */
export async function jobLayoutOf(connection: Connection, target: TableName, { asked, fresh }: LayoutChoice): Promise<JobLayout> {
  if (asked !== null) return asked;
  if ((await connection.catalog.table(jobTableName(target))) !== null) return 'table';
  return (await connection.catalog.table(schemaJobsName(target.schema))) === null ? fresh : 'schema';
}
