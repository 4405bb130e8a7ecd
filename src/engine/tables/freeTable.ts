import { classNameOf } from '../definition';
import { DataJointError } from '../errors';
import { type Connection, type TableSpec, wholeTable } from '../database';
import { defaultConnection } from './defaultConnection';
import { storedAddress } from './reference';
import { StoredTable } from './storedTable';
import { TableQuery } from './tableQuery';

/**
 * A table that this program has no class for, as a query.
 * Source: datajoint-python 2.3.2, `table.FreeTable`.
 * @param address `schema.ClassName`, `schema.sql_name`, or with any characters in the names `` `schema`.`sql_name` ``
 * @throws DataJointError `unknown_table`.
 */
export async function freeTable(address: string, options: { readonly connection?: Connection } = {}): Promise<TableQuery> {
  const connection = options.connection ?? (await defaultConnection());
  const spec = await find(connection, address);
  if (spec === null) {
    throw new DataJointError(
      'unknown_table',
      `There is no table "${address}" in ${connection.label}: give it as schema.ClassName, schema.sql_name or \`schema\`.\`sql_name\`.`,
    );
  }
  return new TableQuery(new StoredTable(connection, spec));
}

async function find(connection: Connection, address: string): Promise<TableSpec | null> {
  const stored = storedAddress(address);
  if (stored !== null) return await connection.catalog.table(stored);
  const dot = address.indexOf('.');
  if (dot <= 0) return null;
  const name = address.slice(dot + 1);
  const tables = await connection.catalog.tables([address.slice(0, dot)]);
  const found = tables.find(({ name: { table } }) => table === name) ?? tables.find(({ name: { table } }) => classNameOf(table) === name);
  return found === undefined ? null : wholeTable(found);
}
