import { DefinitionError } from '../../errors';
import type { Statement } from '../contract';
import type { ColumnType, ForeignKey, Index, TableName, TableSpec } from '../model';
import { columnDefinition } from './columns';
import { quoteIdentifier, storedName } from './quote';

/**
 * The statements that declare a table and enter it into the system tables. Each does nothing where its work is already
 * done, so two processes that declare the same table at once both end well.
 */
export function createTable(spec: TableSpec): Statement[] {
  return [
    { sql: 'INSERT INTO datajoint_schemas (name) VALUES (?) ON CONFLICT DO NOTHING', values: [spec.name.schema] },
    { sql: tableSql(spec), values: [] },
    ...indexSql(spec).map(({ sql }) => ({ sql, values: [] })),
    tableRow(spec),
    attributeRows(spec),
  ];
}

/** The statements that drop a table with its rows in the system tables. */
export function dropTable(name: TableName): Statement[] {
  const values = [name.schema, name.table];
  return [
    { sql: `DROP TABLE IF EXISTS ${quoteIdentifier(storedName(name))}`, values: [] },
    { sql: 'DELETE FROM datajoint_attributes WHERE schema_name = ? AND table_name = ?', values },
    { sql: 'DELETE FROM datajoint_tables WHERE schema_name = ? AND table_name = ?', values },
  ];
}

function tableSql(spec: TableSpec): string {
  const table = storedName(spec.name);
  const counted = spec.attributes.find((attribute) => attribute.autoIncrement);
  const key = spec.attributes.filter((attribute) => attribute.inKey);
  if (counted !== undefined && (key.length !== 1 || key[0] !== counted)) {
    const rule = 'only the one attribute of a primary key can do that';
    throw new DefinitionError(`${counted.name} of ${table} cannot count up by itself: ${rule}.`);
  }
  const lines = spec.attributes.map((attribute) => columnDefinition(table, attribute));
  if (counted === undefined) lines.push(`PRIMARY KEY (${list(key.map(({ name }) => name))})`);
  for (const foreignKey of spec.foreignKeys) lines.push(foreignKeySql(foreignKey));
  const storage = counted === undefined && isNarrow(spec) ? 'STRICT, WITHOUT ROWID' : 'STRICT';
  return `CREATE TABLE IF NOT EXISTS ${quoteIdentifier(table)} (\n  ${lines.join(',\n  ')}\n) ${storage}`;
}

/**
 * Whether rows belong into the tree of the primary key itself, which then needs no second tree that leads from keys to rows:
 * half the pages to write for each row. Only for rows of which many fit into a page. A job's long columns are mostly empty.
 */
function isNarrow({ name, attributes }: TableSpec): boolean {
  const bytes = attributes.reduce((sum, { column }) => sum + mostBytes(column), 0);
  return name.table.startsWith('~') || bytes <= NARROW_BYTES;
}

/** A sixteenth of a page. */
const NARROW_BYTES = 256;

/** About how much room a value may take; texts are counted as one byte for each character. */
function mostBytes(column: ColumnType): number {
  switch (column.kind) {
    case 'char':
    case 'varchar':
      return column.length;
    case 'text':
    case 'json':
    case 'bytes':
    case 'native':
      return Infinity;
    case 'uuid':
      return 16;
    case 'date':
    case 'datetime':
    case 'timestamp':
    case 'time':
    case 'enum':
    case 'decimal':
      return 24;
    default:
      return 8;
  }
}

function foreignKeySql({ parent, columns }: ForeignKey): string {
  const child = list(columns.map((column) => column.child));
  const referenced = `${quoteIdentifier(storedName(parent))} (${list(columns.map((column) => column.parent))})`;
  return `FOREIGN KEY (${child}) REFERENCES ${referenced} ON UPDATE CASCADE ON DELETE RESTRICT NOT DEFERRABLE`;
}

/**
 * The declared indexes, and one for each foreign key that no index begins with: without it every delete in the parent
 * would scan the child.
 */
export function indexSql(spec: TableSpec): { name: string; sql: string }[] {
  const key = spec.attributes.filter((attribute) => attribute.inKey).map((attribute) => attribute.name);
  const covered = [key, ...spec.indexes.map((index) => index.attributes)];
  const added: Index[] = [];
  for (const { columns } of spec.foreignKeys) {
    const attributes = columns.map((column) => column.child);
    if (covered.some((index) => attributes.every((_, position) => attributes.includes(index[position] ?? ''))))
      continue;
    covered.push(attributes);
    added.push({ unique: false, attributes });
  }
  const table = storedName(spec.name);
  return [...spec.indexes, ...added].map(({ unique, attributes }) => {
    const name = quoteIdentifier(`${table} ${unique ? 'unique' : 'index'} (${attributes.join(', ')})`);
    const kind = unique ? 'UNIQUE INDEX' : 'INDEX';
    return { name, sql: `CREATE ${kind} IF NOT EXISTS ${name} ON ${quoteIdentifier(table)} (${list(attributes)})` };
  });
}

export function tableRow({ name, comment, foreignKeys, indexes }: TableSpec): Statement {
  return {
    sql:
      'INSERT INTO datajoint_tables (schema_name, table_name, comment, foreign_keys, indexes) VALUES (?, ?, ?, ?, ?) ' +
      'ON CONFLICT DO NOTHING',
    values: [name.schema, name.table, comment, JSON.stringify(foreignKeys), JSON.stringify(indexes)],
  };
}

/** All attributes in one statement, or none when the table has some: never a mixture of two declarations. */
export function attributeRows({ name, attributes }: TableSpec): Statement {
  const rows = attributes.map((attribute) => [
    attribute.name,
    attribute.declaredType,
    JSON.stringify(attribute.column),
    attribute.codec,
    Number(attribute.inKey),
    Number(attribute.nullable),
    Number(attribute.autoIncrement),
    attribute.default === null ? null : JSON.stringify(attribute.default),
    attribute.comment,
    attribute.lineage,
  ]);
  const cells = Array.from({ length: 10 }, (_, index) => `value ->> ${index}`).join(', ');
  return {
    sql:
      'INSERT INTO datajoint_attributes (schema_name, table_name, ordinal, name, declared_type, column_type, codec, ' +
      'in_key, nullable, auto_increment, default_value, comment, lineage) ' +
      `SELECT ?1, ?2, key, ${cells} FROM json_each(?3) ` +
      'WHERE NOT EXISTS (SELECT 1 FROM datajoint_attributes WHERE schema_name = ?1 AND table_name = ?2)',
    values: [name.schema, name.table, JSON.stringify(rows)],
  };
}

/** Names quoted, expressions in parentheses as they are. */
function list(attributes: readonly string[]): string {
  return attributes.map((attribute) => (attribute.startsWith('(') ? attribute : quoteIdentifier(attribute))).join(', ');
}
