import type { SqlRow, SqlValue, Statement } from '../contract';
import type { TableName } from '../model';
import { readForeignKey } from './foreignKeyMessage';
import { quoteIdentifier, tableReference } from './quote';

/**
 * The server says that a key or a reference is broken, seldom by which row. For inserts of plain values that can be
 * looked up after the fact, in the same session, so that the person reads which key it was.
 */

/** Rows looked at before giving up: a sentence is not worth more. */
const MAX_ROWS = 1000;
const ROWS_PER_LOOK = 50;

interface Failed {
  readonly statement: Statement;
  readonly look: (statement: Statement) => Promise<SqlRow[]>;
}

interface Insert {
  readonly table: TableName;
  readonly rows: readonly ReadonlyMap<string, SqlValue>[];
}

type Shown = readonly { readonly name: string; readonly value: SqlValue }[];

/** `Duplicate entry 'a-1' for key 'PRIMARY'` (MySQL: `'session.PRIMARY'`), told by attributes and values. */
export async function duplicateSentence(text: string, failed: Failed): Promise<string> {
  const [, entry = '', key = ''] = /^Duplicate entry '(.*)' for key '([^']*)'/s.exec(text) ?? [];
  const insert = parseInsert(failed.statement);
  const table = insert?.table ?? targetOf(failed.statement.sql);
  if (table === null) return `A row with the key ${entry} exists already.`;
  const label = `${table.schema}.${table.table}`;
  const attributes = await orNull(() => indexAttributes(failed, table, key.slice(key.lastIndexOf('.') + 1)));
  if (attributes === null || attributes.length === 0) return `${label} already has a row with the key ${entry}.`;
  const shown = insert === null ? null : await orNull(() => duplicateRow(failed, insert, attributes));
  if (shown !== null) return `${label} already has a row with ${list(shown)}.`;
  const values = attributes.length === 1 ? JSON.stringify(entry) : entry;
  return `${label} already has a row with (${attributes.join(', ')}) = ${values}.`;
}

/** The sentence about a reference to a row that does not exist. */
export async function missingParentSentence(text: string, failed: Failed): Promise<string> {
  const key = readForeignKey(text);
  if (key === null) return 'A row refers to a row of another table that does not exist: insert that one first.';
  const insert = parseInsert(failed.statement);
  const missing =
    insert === null
      ? null
      : await orNull(() => missingParent(failed, insert, key.parent, key.childColumns, key.parentColumns));
  const { child, parent } = key;
  if (missing !== null) {
    return `A row of ${child} refers to ${parent} with ${list(missing)}, and that row is missing: insert it first.`;
  }
  const columns = key.childColumns.join(', ');
  return `A row of ${child} refers with ${columns} to a row that ${parent} does not have: insert that one first.`;
}

async function missingParent(
  failed: Failed,
  insert: Insert,
  parent: string,
  from: readonly string[],
  to: readonly string[],
): Promise<Shown | null> {
  const dot = parent.indexOf('.');
  const name = { schema: parent.slice(0, dot), table: parent.slice(dot + 1) };
  const keys = insert.rows
    .map((row) => from.map((column) => row.get(column) ?? null))
    .filter((values) => !values.includes(null));
  const found = await firstKey(failed, name, to, keys, false);
  return found === null ? null : from.map((column, index) => ({ name: column, value: found[index] ?? null }));
}

async function duplicateRow(failed: Failed, insert: Insert, attributes: readonly string[]): Promise<Shown | null> {
  const keys = insert.rows
    .map((row) => attributes.map((attribute) => row.get(attribute) ?? null))
    .filter((values) => !values.includes(null));
  const shown = (values: readonly SqlValue[]): Shown =>
    attributes.map((name, index) => ({ name, value: values[index] ?? null }));
  const seen = new Set<string>();
  const twice = keys.find((values) => {
    const text = list(shown(values));
    if (seen.has(text)) return true;
    seen.add(text);
    return false;
  });
  const existing = (await firstKey(failed, insert.table, attributes, keys, true)) ?? twice;
  return existing === undefined ? null : shown(existing);
}

/** The first of the keys that the table has, or has not. */
async function firstKey(
  failed: Failed,
  table: TableName,
  columns: readonly string[],
  keys: readonly (readonly SqlValue[])[],
  present: boolean,
): Promise<readonly SqlValue[] | null> {
  const where = columns.map((column) => `${quoteIdentifier(column)} = ?`).join(' AND ');
  for (let start = 0; start < keys.length; start += ROWS_PER_LOOK) {
    const chunk = keys.slice(start, start + ROWS_PER_LOOK);
    const found = await failed.look({
      sql: chunk
        .map(
          (_, index) =>
            `SELECT ${index} AS position FROM DUAL ` +
            `WHERE ${present ? '' : 'NOT '}EXISTS (SELECT 1 FROM ${tableReference(table)} WHERE ${where})`,
        )
        .join(' UNION ALL '),
      values: chunk.flat(),
    });
    const positions = found.map((row) => Number(row['position']));
    if (positions.length > 0) return chunk[Math.min(...positions)] ?? null;
  }
  return null;
}

async function indexAttributes(failed: Failed, table: TableName, index: string): Promise<string[]> {
  const rows = await failed.look({
    sql:
      'SELECT column_name AS name FROM information_schema.statistics ' +
      'WHERE table_schema = ? AND table_name = ? AND index_name = ? ORDER BY seq_in_index',
    values: [table.schema, table.table, index],
  });
  return rows.map((row) => String(row['name']));
}

const NAME = '`(?:[^`]|``)+`';
const COLUMNS = `\\(((?:\\s*${NAME}\\s*,?)+)\\)`;
const INSERT = new RegExp(
  `^\\s*(?:insert|replace)\\s+into\\s+(${NAME})\\.(${NAME})\\s*${COLUMNS}\\s*values\\s*([?(),\\s]*)`,
  'i',
);
const TARGET = new RegExp(`^\\s*(?:insert\\s+into|replace\\s+into|update)\\s+(${NAME})\\.(${NAME})`, 'i');

/** Reads ``INSERT INTO `s`.`t` (`a`, `b`) VALUES (?, ?), …``; null for any other statement. */
function parseInsert({ sql, values }: Statement): Insert | null {
  const match = INSERT.exec(sql);
  if (match === null) return null;
  const columns = (match[3] ?? '').match(new RegExp(NAME, 'g'))?.map(unquote) ?? [];
  const marks = (match[4] ?? '').split('?').length - 1;
  if (columns.length === 0 || marks !== values.length || marks % columns.length !== 0) return null;
  const rows: ReadonlyMap<string, SqlValue>[] = [];
  for (let start = 0; start < values.length && rows.length < MAX_ROWS; start += columns.length) {
    rows.push(new Map(columns.map((column, index) => [column, values[start + index] ?? null])));
  }
  return { table: { schema: unquote(match[1] ?? ''), table: unquote(match[2] ?? '') }, rows };
}

function targetOf(sql: string): TableName | null {
  const [, schema, table] = TARGET.exec(sql) ?? [];
  return schema === undefined || table === undefined ? null : { schema: unquote(schema), table: unquote(table) };
}

/** A look that fails leaves the sentence as it is: the error to tell is the first one. */
async function orNull<T>(look: () => Promise<T>): Promise<T | null> {
  try {
    return await look();
  } catch {
    return null;
  }
}

function unquote(identifier: string): string {
  return identifier.slice(1, -1).replaceAll('``', '`');
}

function list(shown: Shown): string {
  return shown.map(({ name, value }) => `${name}=${show(value)}`).join(', ');
}

function show(value: SqlValue): string {
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex').slice(0, 64)}`;
  return typeof value === 'string' ? `"${value.slice(0, 100)}"` : String(value);
}
