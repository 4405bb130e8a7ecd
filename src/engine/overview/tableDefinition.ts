import type { Connection, TableName } from '../database';
import { tierOf } from '../definition';
import { addressOf, describeStored, type StoredDescription } from '../tables';
import type { TableDefinition } from './contract';
import { namedTable } from './tableSummaries';

/** The definition of a table, or null when it is not there. */
export async function tableDefinition(connection: Connection, name: TableName, options: StoredDescription = {}): Promise<TableDefinition | null> {
  const spec = await connection.catalog.table(name, options);
  if (spec === null) return null;
  const parents = new Map(spec.foreignKeys.map(({ parent }) => [addressOf(parent), parent]));
  return {
    ...namedTable(name),
    text: await describeStored(connection, spec, { spelling: 'server', ...options }),
    parents: [...parents.values()].filter(({ table }) => tierOf(table) !== 'hidden').map(namedTable),
  };
}
