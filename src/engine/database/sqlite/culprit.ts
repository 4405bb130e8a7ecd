import type { SqlRow, SqlValue, Statement } from '../contract';
import type { Lane } from './lane';
import { quoteIdentifier } from './quote';

/**
 * SQLite says that a key or a reference is broken, not by which row. For inserts of plain values that can be looked up
 * after the fact, on the same connection, so that the person reads which key it was.
 */

/** Rows looked at before giving up: a sentence is not worth more. */
const MAX_ROWS = 1000;

interface Insert {
  readonly table: string;
  readonly rows: readonly ReadonlyMap<string, SqlValue>[];
}

interface Reference {
  readonly parent: string;
  readonly columns: { child: string; parent: string }[];
}

/** The values of `attributes` in the row that an insert failed on, as `a=1, b=x`; null when that cannot be told. */
export function duplicateValues(
  lane: Lane,
  statement: Statement,
  table: string,
  attributes: readonly string[],
): string | null {
  const insert = parseInsert(statement);
  if (insert === null || insert.table !== table) return null;
  const seen = new Set<string>();
  for (const row of insert.rows) {
    const values = attributes.map((attribute) => row.get(attribute) ?? null);
    if (values.includes(null)) continue;
    const shown = attributes.map((attribute, index) => `${attribute}=${show(values[index] ?? null)}`).join(', ');
    if (seen.has(shown) || exists(lane, table, attributes, values)) return shown;
    seen.add(shown);
  }
  return null;
}

/** The sentence about the foreign key that a failed statement would break; null when that cannot be told. */
export function brokenReference(lane: Lane, statement: Statement): string | null {
  const insert = parseInsert(statement);
  if (insert !== null) return missingParent(lane, insert);
  const table = /^\s*(?:delete\s+from|update|drop\s+table(?:\s+if\s+exists)?)\s+("(?:[^"]|"")+")/i.exec(
    statement.sql,
  )?.[1];
  return table === undefined ? null : blockingChildren(lane, unquote(table));
}

function missingParent(lane: Lane, insert: Insert): string | null {
  for (const { parent, columns } of referencesOf(lane, insert.table)) {
    for (const row of insert.rows) {
      const values = columns.map(({ child }) => row.get(child) ?? null);
      if (values.includes(null)) continue;
      const parents = columns.map((column) => column.parent);
      if (exists(lane, parent, parents, values)) continue;
      const key = columns.map(({ child }, index) => `${child}=${show(values[index] ?? null)}`).join(', ');
      return `A row of ${insert.table} refers to ${parent} with ${key}, and that row is missing: insert it first.`;
    }
  }
  return null;
}

function blockingChildren(lane: Lane, table: string): string {
  const sql =
    'SELECT DISTINCT m.name AS child FROM sqlite_master m, pragma_foreign_key_list(m.name) f ' +
    `WHERE m.type = 'table' AND f."table" = ? ORDER BY 1`;
  const children = lane.all({ sql, values: [table] }).map((row) => String(row['child']));
  const filled = children.filter((child) => exists(lane, child, [], []));
  const parents = referencesOf(lane, table).map((reference) => reference.parent);
  if (filled.length > 0) return `Rows of ${filled.join(', ')} refer to the rows of ${table}: delete those first.`;
  if (parents.length > 0) return `A row of ${table} would refer to one that ${parents.join(' or ')} does not have.`;
  return `The change of ${table} would leave a row that refers to a missing one.`;
}

function referencesOf(lane: Lane, table: string): Reference[] {
  const sql = 'SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id DESC, seq';
  const found = new Map<string, Reference>();
  for (const row of lane.all({ sql, values: [table] })) {
    const reference = found.get(String(row['id'])) ?? { parent: String(row['table']), columns: [] };
    reference.columns.push({ child: String(row['from']), parent: String(row['to']) });
    found.set(String(row['id']), reference);
  }
  return [...found.values()];
}

function exists(lane: Lane, table: string, columns: readonly string[], values: readonly SqlValue[]): boolean {
  const where = columns.map((column) => `${quoteIdentifier(column)} = ?`).join(' AND ') || 'TRUE';
  const rows: SqlRow[] = lane.all({
    sql: `SELECT 1 AS found FROM ${quoteIdentifier(table)} WHERE ${where} LIMIT 1`,
    values,
  });
  return rows.length > 0;
}

const NAME = '"(?:[^"]|"")+"';
const INSERT = new RegExp(
  `^\\s*(?:insert|replace)\\s+into\\s+(${NAME})\\s*\\(((?:\\s*${NAME}\\s*,?)+)\\)\\s*values\\s*([?(),\\s]*)`,
  'i',
);

/** Reads `INSERT INTO "table" ("a", "b") VALUES (?, ?), …`; null for any other statement. */
function parseInsert({ sql, values }: Statement): Insert | null {
  const match = INSERT.exec(sql);
  if (match === null) return null;
  const columns = (match[2] ?? '').match(/"(?:[^"]|"")+"/g)?.map(unquote) ?? [];
  const marks = (match[3] ?? '').split('?').length - 1;
  if (columns.length === 0 || marks !== values.length || marks % columns.length !== 0) return null;
  const rows: ReadonlyMap<string, SqlValue>[] = [];
  for (let start = 0; start < values.length && rows.length < MAX_ROWS; start += columns.length) {
    rows.push(new Map(columns.map((column, index) => [column, values[start + index] ?? null])));
  }
  return { table: unquote(match[1] ?? ''), rows };
}

function unquote(identifier: string): string {
  return identifier.slice(1, -1).replaceAll('""', '"');
}

function show(value: SqlValue): string {
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex').slice(0, 64)}`;
  return typeof value === 'string' ? `"${value.slice(0, 100)}"` : String(value);
}
