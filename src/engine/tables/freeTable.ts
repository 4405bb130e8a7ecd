import { classNameOf } from '../definition';
import { DataJointError } from '../errors';
import type { Connection } from '../database';
import { defaultConnection } from './defaultConnection';
import { StoredTable } from './remove';
import { TableQuery } from './tableQuery';

/**
 * A table that this program has no class for, as a query.
 * Source: datajoint-python 2.3.2, `table.FreeTable`.
 * @param address `schema.ClassName` or `schema.sql_name`
 * @throws DataJointError `unknown_table`.
 */
export async function freeTable(address: string, options: { readonly connection?: Connection } = {}): Promise<TableQuery> {
  const connection = options.connection ?? (await defaultConnection());
  const dot = address.indexOf('.');
  const [schema, name] = [address.slice(0, Math.max(0, dot)), address.slice(dot + 1)];
  const tables = schema === '' ? [] : await connection.catalog.tables([schema]);
  const spec = tables.find((table) => table.name.table === name) ?? tables.find((table) => classNameOf(table.name.table) === name);
  if (spec === undefined) {
    throw new DataJointError('unknown_table', `There is no table "${address}" in ${connection.label}: give it as schema.ClassName or schema.sql_name.`);
  }
  return new TableQuery(new StoredTable(connection, spec));
}
