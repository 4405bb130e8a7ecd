import { raw, sql } from '../algebra';
import type { ReadOptions } from '../database';
import { classNameOf } from '../definition';
import type { SchemaJobTable } from '../jobs';
import type { JobCounts } from './contract';

/** The jobs of a schema-wide queue, counted. */
export interface SchemaJobCounts {
  /** Those of a table by its name in the database, however the row names it. */
  of(table: string): JobCounts;
}

/** One statement, however many tables. */
export async function countByTable({ connection, spec }: SchemaJobTable, options?: ReadOptions): Promise<SchemaJobCounts> {
  const { dialect } = connection;
  const [name, status] = ['table_name', 'status'].map((column) => raw(dialect.quoteIdentifier(column)));
  const rows = await connection.executor.all(
    sql`SELECT ${name ?? ''} AS named, ${status ?? ''} AS status, COUNT(*) AS n FROM ${dialect.tableReference(spec.name)} GROUP BY ${name ?? ''}, ${status ?? ''}`,
    options,
  );
  return {
    of: (table) => {
      const counts = { pending: 0, reserved: 0, success: 0, error: 0, ignore: 0 };
      for (const row of rows) {
        const found = String(row['status']);
        if (isOf(String(row['named']), table) && Object.hasOwn(counts, found)) counts[found as keyof typeof counts] += Number(row['n']);
      }
      return counts;
    },
  };
}

/** Python names a table as the database does, MATLAB by its package and class. */
export const isOf = (named: string, table: string): boolean => named === table || named.endsWith(`.${classNameOf(table)}`);
