import type { Connection, TableName, TableSpec } from '../database';
import { tierOf } from '../definition';
import type { TableBinding } from './binding';
import { addressOf, isPartOf } from './graph';
import { readAncestors, readDependents } from './readGraph';

/** How a table relates to others: see `relatives`. */
export type Relation = 'parents' | 'children' | 'ancestors' | 'descendants' | 'parts';

/**
 * The tables that stand in a relation to this one, as `schema.table`. Parents and children come once for each reference.
 * Ancestors and descendants begin with the table itself and go away from it.
 * Source: datajoint-python 2.3.5, `table.Table.ancestors` and its like, as they behave.
 */
export async function relatives(binding: TableBinding, relation: Relation): Promise<string[]> {
  const { connection, spec } = await binding.ready();
  const names = await find(connection, spec, relation);
  return names.filter(({ table }) => tierOf(table) !== 'hidden').map(addressOf);
}

async function find(connection: Connection, spec: TableSpec, relation: Relation): Promise<TableName[]> {
  switch (relation) {
    case 'parents':
      return spec.foreignKeys.map(({ parent }) => parent);
    case 'children': {
      const references = await connection.catalog.references();
      return references.filter(({ parent }) => addressOf(parent) === addressOf(spec.name)).map(({ child }) => child);
    }
    case 'ancestors':
      return (await readAncestors(connection, spec)).ancestors(spec.name).map(({ name }) => name).reverse();
    case 'descendants':
      return (await readDependents(connection, spec.name, { masters: false })).descendants(spec.name).map(({ name }) => name);
    case 'parts':
      return (await connection.catalog.tableNames()).filter((name) => isPartOf(name, spec.name));
  }
}

/** The number of rows of each table, in one statement. */
export async function countRows(connection: Connection, tables: readonly TableSpec[]): Promise<{ table: string; rows: number }[]> {
  const selects = tables.map((table, i) => `SELECT ${String(i)} AS i, COUNT(*) AS n FROM ${connection.dialect.tableReference(table.name)}`);
  const rows = tables.length === 0 ? [] : await connection.executor.all({ sql: selects.join(' UNION ALL '), values: [] });
  const counts = new Map(rows.map((row) => [Number(row['i']), Number(row['n'])]));
  return tables.map((table, i) => ({ table: addressOf(table.name), rows: counts.get(i) ?? 0 }));
}
