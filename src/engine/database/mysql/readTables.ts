import type { SqlRow } from '../contract';
import type { Attribute, ForeignKey, Index, TableName, TableSpec } from '../model';
import { readColumn, readDefault } from './columnTypes';
import { quoteIdentifier } from './quote';
import type { Server } from './server';

/** Which tables to read. */
export type Scope =
  | { readonly kind: 'all'; readonly besides: readonly string[] }
  | { readonly kind: 'schemas'; readonly schemas: readonly string[] }
  | { readonly kind: 'table'; readonly name: TableName };

type Ask = (sql: string, values: readonly string[]) => Promise<SqlRow[]>;

const LINEAGE = '~lineage';

/**
 * Reads tables in five statements, however many: the tables, their columns, indexes and foreign keys, and the lineage of
 * all their schemas. Views are left out, and so is `~lineage`, which is part of the catalogue itself. MySQL and MariaDB look a schema up quickly only when it is named by `=`, so
 * several schemas are a union of such lookups.
 */
export async function readTables(ask: Ask, server: Server, scope: Scope): Promise<TableSpec[]> {
  const read = (columns: string, table: string, condition: string): Promise<SqlRow[]> => {
    const lookups = conditionsOf(scope);
    const selects = lookups.map(({ sql }) => `SELECT ${columns} FROM information_schema.${table} WHERE ${sql} AND ${condition}`);
    return ask(selects.join(' UNION ALL '), lookups.flatMap(({ values }) => values));
  };
  const expression = server.hasExpressionIndexes ? 'expression' : 'NULL';
  const [tables, columns, indexes, references] = await Promise.all([
    read('table_schema AS s, table_name AS t, table_comment AS comment', 'tables', "table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')"),
    read(
      'table_schema AS s, table_name AS t, column_name AS name, ordinal_position AS position, column_default AS value, ' +
        'is_nullable AS nullable, column_type AS type, extra, column_comment AS comment',
      'columns',
      'TRUE',
    ),
    read(
      `table_schema AS s, table_name AS t, index_name AS name, non_unique, seq_in_index AS position, column_name AS column_name, ${expression} AS expression`,
      'statistics',
      'TRUE',
    ),
    read(
      'table_schema AS s, table_name AS t, constraint_name AS name, ordinal_position AS position, column_name AS child, ' +
        'referenced_table_schema AS parent_schema, referenced_table_name AS parent_table, referenced_column_name AS parent',
      'key_column_usage',
      'referenced_table_name IS NOT NULL',
    ),
  ]);
  const lineage = await readLineage(ask, scope, tables);
  const columnsOf = byTable(columns);
  const indexesOf = byTable(indexes);
  const referencesOf = byTable(references);
  return tables
    .filter((row) => row['t'] !== LINEAGE)
    .map((row) => {
      const name = { schema: String(row['s']), table: String(row['t']) };
      const id = idOf(row);
      const parts = { columns: columnsOf.get(id) ?? [], indexes: indexesOf.get(id) ?? [], references: referencesOf.get(id) ?? [] };
      return toTable(name, String(row['comment']), parts, lineage.get(id) ?? new Map<string, string>(), server);
    })
    .sort((a, b) => compare(a.name.schema, b.name.schema) || compare(a.name.table, b.name.table));
}

interface Parts {
  readonly columns: SqlRow[];
  readonly indexes: SqlRow[];
  readonly references: SqlRow[];
}

function conditionsOf(scope: Scope): { sql: string; values: readonly string[] }[] {
  switch (scope.kind) {
    case 'all':
      return [{ sql: `table_schema NOT IN (${scope.besides.map(() => '?').join(', ')})`, values: scope.besides }];
    case 'schemas':
      return scope.schemas.map((schema) => ({ sql: 'table_schema = ?', values: [schema] }));
    case 'table':
      return [{ sql: 'table_schema = ? AND table_name = ?', values: [scope.name.schema, scope.name.table] }];
  }
}

/** Table id → attribute → origin. */
async function readLineage(ask: Ask, scope: Scope, tables: readonly SqlRow[]): Promise<Map<string, Map<string, string>>> {
  const found = new Map<string, Map<string, string>>();
  const schemas = scope.kind === 'table' ? await schemaWithLineage(ask, scope.name) : tables.filter((row) => row['t'] === LINEAGE).map((row) => String(row['s']));
  if (tables.length === 0 || schemas.length === 0) return found;
  const where = scope.kind === 'table' ? ' WHERE table_name = ?' : '';
  const selects = schemas.map((schema) => `SELECT ? AS s, table_name AS t, attribute_name AS name, lineage FROM ${quoteIdentifier(schema)}.\`${LINEAGE}\`${where}`);
  const values = schemas.flatMap((schema) => (scope.kind === 'table' ? [schema, scope.name.table] : [schema]));
  for (const row of await ask(selects.join(' UNION ALL '), values)) {
    const ofTable = found.get(idOf(row)) ?? new Map<string, string>();
    ofTable.set(String(row['name']), String(row['lineage']));
    found.set(idOf(row), ofTable);
  }
  return found;
}

async function schemaWithLineage(ask: Ask, { schema }: TableName): Promise<string[]> {
  const rows = await ask('SELECT table_name AS t FROM information_schema.tables WHERE table_schema = ? AND table_name = ?', [schema, LINEAGE]);
  return rows.length === 0 ? [] : [schema];
}

function toTable(name: TableName, comment: string, parts: Parts, lineage: ReadonlyMap<string, string>, server: Server): TableSpec {
  const indexRows = grouped(parts.indexes);
  const key = (indexRows.get('PRIMARY') ?? []).map((row) => String(row['column_name']));
  const columns = ordered(parts.columns).map((row): Attribute => toAttribute(row, key, lineage, server));
  const keyAttributes = key.flatMap((each) => columns.find((attribute) => attribute.name === each) ?? []);
  const foreignKeys = [...grouped(parts.references).entries()]
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([, rows]): ForeignKey => toForeignKey(rows));
  return {
    name,
    comment,
    attributes: [...keyAttributes, ...columns.filter((attribute) => !attribute.inKey)],
    foreignKeys,
    indexes: toIndexes(indexRows, foreignKeys),
  };
}

function toAttribute(row: SqlRow, key: readonly string[], lineage: ReadonlyMap<string, string>, server: Server): Attribute {
  const name = String(row['name']);
  const isNullable = row['nullable'] === 'YES';
  const reported = row['value'] === null || row['value'] === undefined ? null : textOf(row['value']);
  return {
    name,
    ...readColumn(textOf(row['type']), textOf(row['comment'])),
    inKey: key.includes(name),
    nullable: isNullable,
    autoIncrement: /\bauto_increment\b/i.test(String(row['extra'])),
    default: readDefault(reported, isNullable, server.quotesDefaults),
    lineage: lineage.get(name) ?? null,
  };
}

function toForeignKey(rows: readonly SqlRow[]): ForeignKey {
  const [first] = rows;
  return {
    parent: { schema: String(first?.['parent_schema']), table: String(first?.['parent_table']) },
    columns: rows.map((row) => ({ child: String(row['child']), parent: String(row['parent']) })),
  };
}

/** The indexes that somebody declared: not the primary key, nor what the server makes behind a foreign key. */
function toIndexes(rows: ReadonlyMap<string, SqlRow[]>, foreignKeys: readonly ForeignKey[]): Index[] {
  const behind = new Set(foreignKeys.map(({ columns }) => columns.map(({ child }) => child).join('\0')));
  return [...rows.entries()].flatMap(([name, parts]) => {
    const attributes = parts.map((row) => (row['column_name'] === null ? `(${textOf(row['expression'])})` : String(row['column_name'])));
    const isUnique = Number(parts[0]?.['non_unique']) === 0;
    return name === 'PRIMARY' || (!isUnique && behind.has(attributes.join('\0'))) ? [] : [{ unique: isUnique, attributes }];
  });
}

/** Rows by their name, each group in the order of position. */
function grouped(rows: readonly SqlRow[]): Map<string, SqlRow[]> {
  const groups = new Map<string, SqlRow[]>();
  for (const row of ordered(rows)) {
    const name = String(row['name']);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return groups;
}

function byTable(rows: readonly SqlRow[]): Map<string, SqlRow[]> {
  const tables = new Map<string, SqlRow[]>();
  for (const row of rows) {
    const table = tables.get(idOf(row));
    if (table === undefined) tables.set(idOf(row), [row]);
    else table.push(row);
  }
  return tables;
}

const ordered = (rows: readonly SqlRow[]): SqlRow[] => rows.toSorted((a, b) => Number(a['position']) - Number(b['position']));

const idOf = (row: SqlRow): string => `${String(row['s'])}\0${String(row['t'])}`;

/** MySQL 8 gives some of its catalogue's texts as bytes. */
const textOf = (value: SqlRow[string] | undefined): string => (value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
