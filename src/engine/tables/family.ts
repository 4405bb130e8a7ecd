import type { Connection, TableSpec } from '../database';
import { tierOf } from '../definition';
import type { TableBinding } from './binding';
import { addressOf, isPartOf, TableGraph } from './graph';

/** How a table relates to others: see `relatives`. */
export type Relation = 'parents' | 'children' | 'ancestors' | 'descendants' | 'parts';

/**
 * The tables that stand in a relation to this one, as `schema.table`, parents before children. Ancestors and
 * descendants begin and end with the table itself, as in datajoint-python 2.3.2 (`table.Table.ancestors`).
 */
export async function relatives(binding: TableBinding, relation: Relation): Promise<string[]> {
  const { connection, spec } = await binding.ready();
  const graph = await TableGraph.load(connection);
  return find(graph, spec, relation)
    .filter((table) => tierOf(table.name.table) !== 'hidden')
    .map((table) => addressOf(table.name));
}

function find(graph: TableGraph, spec: TableSpec, relation: Relation): TableSpec[] {
  switch (relation) {
    case 'parents':
      return graph.parents(spec.name);
    case 'children':
      return [...new Set(graph.children(spec.name).map((reference) => reference.child))];
    case 'ancestors':
      return graph.ancestors(spec.name);
    case 'descendants':
      return graph.descendants(spec.name);
    case 'parts':
      return graph.sorted().filter((table) => isPartOf(table.name, spec.name));
  }
}

/** The number of rows of each table, in one statement. */
export async function countRows(connection: Connection, tables: readonly TableSpec[]): Promise<{ table: string; rows: number }[]> {
  const selects = tables.map((table, i) => `SELECT ${String(i)} AS i, COUNT(*) AS n FROM ${connection.dialect.tableReference(table.name)}`);
  const rows = tables.length === 0 ? [] : await connection.executor.all({ sql: selects.join(' UNION ALL '), values: [] });
  const counts = new Map(rows.map((row) => [Number(row['i']), Number(row['n'])]));
  return tables.map((table, i) => ({ table: addressOf(table.name), rows: counts.get(i) ?? 0 }));
}
