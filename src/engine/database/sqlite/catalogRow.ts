/** A table as the system tables tell it. Other programs may have written them: what makes no sense is damage of that one table. */
import type { SqlRow } from '../contract';
import type { Attribute, ColumnType, DefaultValue, ForeignKey, Index, ListedTable, TableName, TableSpec } from '../model';

/** @returns the name of the table, with the sentence about what is none */
export function toListed(row: SqlRow): ListedTable {
  const name = { schema: String(row['schema_name']), table: String(row['table_name']) };
  if (row['is_no_table'] !== 1) return name;
  const damage = `${name.schema}.${name.table} is a view or a virtual table of the file, not a table of DataJoint: restore the file from a copy, or drop it with SQLite's own program.`;
  return { ...name, damage };
}

/** @returns the table, or its name with what is wrong with its entry */
export function toTable(row: SqlRow): TableSpec {
  const { damage: noTable, ...name } = toListed(row);
  const comment = String(row['comment']);
  const damaged = (damage: string): TableSpec => ({ name, comment, attributes: [], foreignKeys: [], indexes: [], damage });
  if (noTable !== undefined) return damaged(noTable);
  try {
    const attributes = list(parse(row['attributes'])).map(toAttribute);
    if (attributes.length === 0) throw new Error('it has no attributes');
    const foreignKeys = list(parse(row['foreign_keys'])).map(toForeignKey);
    return { name, comment, attributes, foreignKeys, indexes: list(parse(row['indexes'])).map(toIndex) };
  } catch (thrown) {
    const what = thrown instanceof Error ? thrown.message : '';
    return damaged(`The entry of ${name.schema}.${name.table} in the catalogue of the database is damaged (${what}): restore the file from a copy, or drop the table.`);
  }
}

function parse(cell: SqlRow[string] | undefined): unknown {
  try {
    return JSON.parse(String(cell));
  } catch {
    throw new Error('a part of it is no JSON');
  }
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('a part of it is no list');
  return value;
}

function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${what} is no object`);
  return value as Record<string, unknown>;
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new Error(`${what} is no text`);
  return value;
}

const textOrNull = (value: unknown, what: string): string | null => (value === null ? null : text(value, what));

const tableName = (value: unknown): TableName => {
  const { schema, table } = record(value, 'the parent of a foreign key');
  return { schema: text(schema, 'a schema'), table: text(table, 'a table') };
};

function toForeignKey(value: unknown): ForeignKey {
  const { parent, columns } = record(value, 'a foreign key');
  return {
    parent: tableName(parent),
    columns: list(columns).map((column) => {
      const pair = record(column, 'a column of a foreign key');
      return { child: text(pair['child'], 'a column'), parent: text(pair['parent'], 'a column') };
    }),
  };
}

function toIndex(value: unknown): Index {
  const { unique, attributes } = record(value, 'an index');
  return { unique: unique === true, attributes: list(attributes).map((each) => text(each, 'an attribute of an index')) };
}

function toAttribute(value: unknown): Attribute {
  const [name, declaredType, column, codec, inKey, nullable, autoIncrement, defaultValue, comment, lineage] = list(value);
  return {
    name: text(name, 'the name of an attribute'),
    declaredType: text(declaredType, 'a type'),
    column: toColumn(column),
    codec: textOrNull(codec, 'a codec'),
    inKey: inKey === 1,
    nullable: nullable === 1,
    autoIncrement: autoIncrement === 1,
    default: toDefault(defaultValue),
    comment: text(comment, 'a comment'),
    lineage: textOrNull(lineage, 'a lineage'),
  };
}

/** What each kind of column needs beside its kind. */
const columnParts: Readonly<Record<ColumnType['kind'], Readonly<Record<string, 'number' | 'boolean' | 'string' | 'list'>>>> = {
  integer: { bits: 'number', unsigned: 'boolean' },
  float: { bits: 'number' },
  decimal: { precision: 'number', scale: 'number' },
  bool: {},
  char: { length: 'number' },
  varchar: { length: 'number' },
  text: {},
  enum: { values: 'list' },
  date: {},
  datetime: { precision: 'number' },
  timestamp: { precision: 'number' },
  time: { precision: 'number' },
  uuid: {},
  json: {},
  bytes: {},
  native: { sql: 'string' },
};

function toColumn(value: unknown): ColumnType {
  const column = record(value, 'the type of a column');
  const { kind } = column;
  if (typeof kind !== 'string' || !Object.hasOwn(columnParts, kind)) throw new Error('the type of a column is not known');
  for (const [name, type] of Object.entries(columnParts[kind as ColumnType['kind']])) {
    const part = column[name];
    const fits = type === 'list' ? Array.isArray(part) && part.every((each) => typeof each === 'string') : typeof part === type;
    if (!fits) throw new Error(`a column of ${kind} has no ${name}`);
  }
  return column as ColumnType;
}

const defaultParts: Readonly<Record<DefaultValue['kind'], string | null>> = { null: null, literal: 'text', now: 'precision', expression: 'sql' };

function toDefault(value: unknown): DefaultValue | null {
  if (value === null) return null;
  const found = record(value, 'a default');
  const { kind } = found;
  if (typeof kind !== 'string' || !Object.hasOwn(defaultParts, kind)) throw new Error('a default is not known');
  const part = defaultParts[kind as DefaultValue['kind']];
  if (part !== null && typeof found[part] !== (part === 'precision' ? 'number' : 'string')) throw new Error(`a default has no ${part}`);
  return found as DefaultValue;
}
