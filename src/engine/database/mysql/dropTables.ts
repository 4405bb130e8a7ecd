import { DataJointError } from '../../errors';
import type { Database } from '../contract';
import type { TableName } from '../model';
import { tableReference } from './quote';
import { LINEAGE } from './scope';

/**
 * Drops tables in one statement: the server looks at its privileges for all of them before any goes, and MySQL 8 drops
 * all or none. MariaDB drops one after another, so an error there may come when some are gone.
 * @throws DataJointError as the server's, which says then which tables are gone
 */
export async function dropTables(database: Database, names: readonly TableName[]): Promise<void> {
  if (names.length === 0) return;
  try {
    await database.run({ sql: `DROP TABLE IF EXISTS ${names.map(tableReference).join(', ')}`, values: [] });
  } catch (error) {
    const gone = error instanceof DataJointError ? await missing(database, names).catch(() => []) : [];
    if (!(error instanceof DataJointError) || gone.length === 0) throw error;
    const list = gone.map(({ schema, table }) => `${schema}.${table}`).join(', ');
    throw new DataJointError(error.code, `${error.message} Dropped before that, with all rows: ${list}.`, { cause: error });
  }
  await forgetLineage(database, names);
}

async function missing(database: Database, names: readonly TableName[]): Promise<TableName[]> {
  const lookup = 'SELECT table_schema AS s, table_name AS t FROM information_schema.tables WHERE table_schema = ? AND table_name = ?';
  const rows = await database.all({
    sql: names.map(() => lookup).join(' UNION ALL '),
    values: names.flatMap(({ schema, table }) => [schema, table]),
  });
  const idOf = (schema: unknown, table: unknown) => `${String(schema)}.${String(table)}`.toLowerCase();
  const there = new Set(rows.map((row) => idOf(row['s'], row['t'])));
  return names.filter(({ schema, table }) => !there.has(idOf(schema, table)));
}

/**
 * Removes what `~lineage` says of the tables, as datajoint-python 2.3.5 does (`table.Table.drop_quick`). A schema of
 * datajoint-python 0.x has none, and another program's may have any shape: that is no reason to fail when the tables are
 * gone, and a table that is declared again begins its lineage anew.
 */
async function forgetLineage(database: Database, names: readonly TableName[]): Promise<void> {
  for (const schema of new Set(names.map((name) => name.schema))) {
    const tables = names.filter((name) => name.schema === schema).map(({ table }) => table);
    const lineage = tableReference({ schema, table: LINEAGE });
    const sql = `DELETE FROM ${lineage} WHERE table_name IN (${tables.map(() => '?').join(', ')})`;
    await database.run({ sql, values: tables }).catch((error: unknown) => {
      if (!(error instanceof DataJointError) || error.code === 'connection_lost') throw error;
    });
  }
}
