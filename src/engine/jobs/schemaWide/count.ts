import { sql, value } from '../../algebra';
import { column, reference } from './reservation';
import type { SchemaJobTable } from './spec';

/** How many jobs of one table there are of each status. Keys that are available have no row and are not counted. */
export async function countSchemaJobs(table: SchemaJobTable, tableName: string): Promise<Record<'reserved' | 'error' | 'ignore', number>> {
  const counts = { reserved: 0, error: 0, ignore: 0 };
  const rows = await table.connection.executor.all(
    sql`SELECT ${column(table, 'status')} AS status, COUNT(*) AS n FROM ${reference(table)} WHERE ${column(table, 'table_name')} = ${value(tableName)} GROUP BY ${column(table, 'status')}`,
  );
  for (const row of rows) {
    const status = String(row['status']);
    if (status === 'reserved' || status === 'error' || status === 'ignore') counts[status] = Number(row['n']);
  }
  return counts;
}

/** The hashes of all keys of a table that are reserved, failed or set aside. */
export async function knownHashes(table: SchemaJobTable, tableName: string): Promise<Set<string>> {
  const rows = await table.connection.executor.all(
    sql`SELECT ${column(table, 'key_hash')} AS hash FROM ${reference(table)} WHERE ${column(table, 'table_name')} = ${value(tableName)}`,
  );
  return new Set(rows.map((row) => String(row['hash'])));
}
