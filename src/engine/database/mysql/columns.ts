import type { Attribute, ColumnType, DefaultValue, TableSpec } from '../model';
import { quoteIdentifier, quoteText } from './quote';

/** A server's words for integers, by bits. */
export const INTEGERS = { 8: 'tinyint', 16: 'smallint', 24: 'mediumint', 32: 'int', 64: 'bigint' } as const;

/** The type of a column as datajoint-python 2.3.2 declares it (`adapters.mysql.CORE_TYPE_MAP`). */
export function columnTypeSql(column: ColumnType): string {
  switch (column.kind) {
    case 'integer':
      return `${INTEGERS[column.bits]}${column.unsigned ? ' unsigned' : ''}`;
    case 'float':
      return column.bits === 32 ? 'float' : 'double';
    case 'decimal':
      return `decimal(${column.precision},${column.scale})`;
    case 'bool':
      return 'tinyint';
    case 'char':
    case 'varchar':
      return `${column.kind}(${column.length})`;
    case 'enum':
      return `enum(${column.values.map(quoteText).join(',')})`;
    case 'datetime':
    case 'timestamp':
    case 'time':
      return column.precision === 0 ? column.kind : `${column.kind}(${column.precision})`;
    case 'uuid':
      return 'binary(16)';
    case 'bytes':
      return 'longblob';
    case 'text':
    case 'date':
    case 'json':
      return column.kind;
    case 'native':
      return column.sql;
  }
}

/**
 * One column as it stands in CREATE TABLE. Source: datajoint-python 2.3.2, `declare.compile_attribute` and, for
 * attributes that a reference brings in, `declare.compile_foreign_key`.
 */
export function columnDefinition(attribute: Attribute, isInherited: boolean): string {
  const comment = isInherited ? inheritedComment(attribute) : ownComment(attribute);
  const parts = [quoteIdentifier(attribute.name), columnTypeSql(attribute.column)];
  if (!attribute.nullable) parts.push('NOT NULL');
  if (attribute.autoIncrement) parts.push('AUTO_INCREMENT');
  else if (attribute.default !== null) parts.push(`DEFAULT ${defaultSql(attribute.column, attribute.default)}`);
  if (comment !== '') parts.push(`COMMENT ${quoteText(comment)}`);
  return parts.join(' ');
}

/**
 * The attributes whose type the comment does not mark, except a UUID's: those that come from a reference. The key of a
 * job table comes from its target's references, and its comments are left behind on the way (`jobs.Job._generate_definition`).
 */
export function inheritedNames(table: TableSpec): ReadonlySet<string> {
  const names = new Set(table.foreignKeys.flatMap((key) => key.columns.map(({ child }) => child)));
  if (isJobTable(table)) for (const attribute of table.attributes) if (attribute.inKey) names.add(attribute.name);
  return names;
}

function isJobTable({ name }: TableSpec): boolean {
  return name.table.startsWith('~~');
}

function inheritedComment({ column, comment }: Attribute): string {
  return column.kind === 'uuid' ? `:uuid:${comment}` : comment;
}

/** Core types and codecs are marked; a server's own types and the hidden columns of job metadata are not. */
function ownComment({ name, declaredType, comment }: Attribute): string {
  return name.startsWith('_job_') || !isMarked(declaredType) ? comment : `:${declaredType}:${comment}`;
}

/** datajoint-python 2.3.2, `declare.CORE_TYPES` and codecs. */
function isMarked(declaredType: string): boolean {
  return (
    /^(float32|float64|int64|int32|int16|int8|bool|uuid|jsonb?|bytes|date)$/i.test(declaredType) ||
    /^datetime(\s*\(\d+\))?$/i.test(declaredType) ||
    /^(char|varchar)\s*\(\d+\)$/i.test(declaredType) ||
    /^enum\s*\(.+\)$/is.test(declaredType) ||
    /^decimal\s*\(\d+\s*,\s*\d+\)$/i.test(declaredType) ||
    declaredType.startsWith('<')
  );
}

function defaultSql(column: ColumnType, value: DefaultValue): string {
  if (value.kind === 'null') return 'NULL';
  if (value.kind === 'now') return value.precision === 0 ? 'CURRENT_TIMESTAMP' : `CURRENT_TIMESTAMP(${value.precision})`;
  const { text } = value;
  if (column.kind === 'bool') return /^(1|true)$/i.test(text) ? "'1'" : "'0'";
  if (column.kind === 'uuid') return `x'${text.replaceAll('-', '')}'`;
  return quoteText(text);
}
