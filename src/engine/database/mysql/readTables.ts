import type { SqlRow } from '../contract';
import type { Attribute, ForeignKey, Index, TableName, TableSpec } from '../model';
import { readColumn, readDefault } from './columnTypes';
import { readLineage } from './readLineage';
import { type Ask, idOf, LINEAGE, type Scope } from './scope';
import type { Server } from './server';

/** A condition on the catalogue. */
interface Lookup {
  readonly sql: string;
  readonly values: readonly string[];
}

/** What the catalogue tells of a table, each with the name that it has here. */
const CATALOGUE = {
  table: {
    from: 'tables',
    condition: "table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')",
    position: '0',
    name: "''",
    columns: { comment: 'table_comment' },
  },
  column: {
    from: 'columns',
    condition: 'TRUE',
    position: 'ordinal_position',
    name: 'column_name',
    columns: {
      value: 'column_default',
      nullable: 'is_nullable',
      type: 'column_type',
      extra: 'extra',
      comment: 'column_comment',
    },
  },
  index: {
    from: 'statistics',
    condition: 'TRUE',
    position: 'seq_in_index',
    name: 'index_name',
    columns: { non_unique: 'non_unique', column_name: 'column_name', expression: 'expression' },
  },
  reference: {
    from: 'key_column_usage',
    condition: 'referenced_table_name IS NOT NULL',
    position: 'ordinal_position',
    name: 'constraint_name',
    columns: {
      child: 'column_name',
      parent_schema: 'referenced_table_schema',
      parent_table: 'referenced_table_name',
      parent: 'referenced_column_name',
    },
  },
} as const;

type Kind = keyof typeof CATALOGUE;
const KINDS = Object.keys(CATALOGUE) as Kind[];
const MOST_COLUMNS = 5;

/**
 * Reads tables in two statements, however many: one for all that information_schema tells of them, one for the lineage
 * of their schemas. Views are left out, and so is `~lineage`, which is part of the catalogue itself. MySQL and MariaDB
 * look a schema or a table up quickly only when it is named by `=`, so several are a union of such lookups.
 */
export async function readTables(ask: Ask, server: Server, scope: Scope): Promise<TableSpec[]> {
  const rows = await readCatalogue(ask, server, scope);
  const isLineage = (row: SqlRow): boolean => row['t'] === LINEAGE;
  const tables = rows.table.filter((row) => !isLineage(row));
  const schemas = rows.table.filter(isLineage).map((row) => String(row['s']));
  const lineage = tables.length === 0 ? new Map<string, never>() : await readLineage(ask, scope, schemas);
  const [columns, indexes, references] = [byTable(rows.column), byTable(rows.index), byTable(rows.reference)];
  return tables
    .map((row) => {
      const name = { schema: String(row['s']), table: String(row['t']) };
      const id = idOf(row);
      const parts = {
        columns: columns.get(id) ?? [],
        indexes: indexes.get(id) ?? [],
        references: references.get(id) ?? [],
      };
      return toTable(name, textOf(row['comment']), parts, lineage.get(id) ?? new Map<string, string>(), server);
    })
    .sort((a, b) => compare(a.name.schema, b.name.schema) || compare(a.name.table, b.name.table));
}

/** In one statement, whose rows all have the same columns: `v0` and on stand for what each kind has of its own. */
async function readCatalogue(ask: Ask, server: Server, scope: Scope): Promise<Record<Kind, SqlRow[]>> {
  const lookups = lookupsOf(scope);
  const selects = KINDS.flatMap((kind) => {
    const { from, condition, position, name, columns } = CATALOGUE[kind];
    const own = Object.values<string>(columns).map((each) =>
      each === 'expression' && !server.hasExpressionIndexes ? 'NULL' : each,
    );
    const texts = [
      'table_schema',
      'table_name',
      name,
      ...own,
      ...Array<string>(MOST_COLUMNS - own.length).fill('NULL'),
    ];
    // Converted, because the catalogue's collations differ, and a union refuses to mix them.
    const converted = texts.map(
      (text, at) => `CONVERT(${text} USING utf8mb4) AS ${['s', 't', 'name'][at] ?? `v${at - 3}`}`,
    );
    return lookups.map(
      ({ sql }) =>
        `SELECT '${kind}' AS kind, ${position} AS position, ${converted.join(', ')} ` +
        `FROM information_schema.${from} WHERE ${sql} AND ${condition}`,
    );
  });
  const found = await ask(
    selects.join(' UNION ALL '),
    KINDS.flatMap(() => lookups.flatMap(({ values }) => values)),
  );
  const rowsOf = (kind: Kind): SqlRow[] => {
    const names = Object.keys(CATALOGUE[kind].columns);
    const ofKind = found.filter((row) => row['kind'] === kind);
    return ofKind.map((row) => ({
      ...row,
      ...Object.fromEntries(names.map((each, at) => [each, row[`v${at}`] ?? null])),
    }));
  };
  return { table: rowsOf('table'), column: rowsOf('column'), index: rowsOf('index'), reference: rowsOf('reference') };
}

function lookupsOf(scope: Scope): Lookup[] {
  switch (scope.kind) {
    case 'all':
      return [{ sql: `table_schema NOT IN (${scope.besides.map(() => '?').join(', ')})`, values: scope.besides }];
    case 'schemas':
      return scope.schemas.map((schema) => ({ sql: 'table_schema = ?', values: [schema] }));
    case 'tables': {
      const lineages = [...new Set(scope.names.map(({ schema }) => schema))].map((schema) => ({
        schema,
        table: LINEAGE,
      }));
      return [...scope.names, ...lineages].map(({ schema, table }) => ({
        sql: 'table_schema = ? AND table_name = ?',
        values: [schema, table],
      }));
    }
  }
}

interface Parts {
  readonly columns: SqlRow[];
  readonly indexes: SqlRow[];
  readonly references: SqlRow[];
}

function toTable(
  name: TableName,
  comment: string,
  parts: Parts,
  lineage: ReadonlyMap<string, string>,
  server: Server,
): TableSpec {
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

function toAttribute(
  row: SqlRow,
  key: readonly string[],
  lineage: ReadonlyMap<string, string>,
  server: Server,
): Attribute {
  const name = String(row['name']);
  const isNullable = row['nullable'] === 'YES';
  const text = row['value'] === null || row['value'] === undefined ? null : textOf(row['value']);
  const extra = textOf(row['extra']);
  return {
    name,
    ...readColumn(textOf(row['type']), textOf(row['comment'])),
    inKey: key.includes(name),
    nullable: isNullable,
    autoIncrement: /\bauto_increment\b/i.test(extra),
    default: readDefault({ text, isNullable, isGenerated: /\bDEFAULT_GENERATED\b/.test(extra) }, server.quotesDefaults),
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
    const attributes = parts.map((row) =>
      row['column_name'] === null ? `(${textOf(row['expression'])})` : String(row['column_name']),
    );
    const isUnique = Number(parts[0]?.['non_unique']) === 0;
    return name === 'PRIMARY' || (!isUnique && behind.has(attributes.join('\0')))
      ? []
      : [{ unique: isUnique, attributes }];
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

const ordered = (rows: readonly SqlRow[]): SqlRow[] =>
  rows.toSorted((a, b) => Number(a['position']) - Number(b['position']));

/** MySQL 8 gives some of its catalogue's texts as bytes. */
const textOf = (value: SqlRow[string] | undefined): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
