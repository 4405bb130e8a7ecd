import type { Attribute, ColumnType, DefaultValue, TableSpec } from '../model';
import { quoteIdentifier, quoteText } from './quote';

/** A server's words for integers, by bits. */
export const INTEGERS = { 8: 'tinyint', 16: 'smallint', 24: 'mediumint', 32: 'int', 64: 'bigint' } as const;

/** The type of a column as datajoint-python 2.3.5 declares it (`adapters.mysql.CORE_TYPE_MAP`). */
export function columnTypeSql(column: ColumnType): string {
  switch (column.kind) {
    case 'integer':
      return `${INTEGERS[column.bits]}${column.unsigned ? ' unsigned' : ''}`;
    case 'float':
      return column.bits === 32 ? 'float' : 'double';
    case 'decimal':
      return `decimal(${column.precision},${column.scale})${column.modifier === undefined ? '' : ` ${column.modifier}`}`;
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
 * One column as it stands in CREATE TABLE. Source: datajoint-python 2.3.5, `declare.compile_attribute` and, for
 * attributes that a reference brings in, `declare.compile_foreign_key`.
 */
export function columnDefinition(attribute: Attribute, comment: string): string {
  const parts = [quoteIdentifier(attribute.name), columnTypeSql(attribute.column)];
  if (!attribute.nullable) parts.push('NOT NULL');
  if (attribute.autoIncrement) parts.push('AUTO_INCREMENT');
  else if (attribute.default !== null) parts.push(`DEFAULT ${defaultSql(attribute.column, attribute.default)}`);
  if (comment !== '') parts.push(`COMMENT ${quoteText(comment)}`);
  return parts.join(' ');
}

/**
 * The comment of each attribute. A type's mark is lost where a reference takes an attribute over, except a UUID's. The
 * key of a job table is declared from its target's types as the server spells them, of which some are core types
 * (`jobs.Job._generate_definition`).
 */
export function columnComments({ name, attributes, foreignKeys }: TableSpec): ReadonlyMap<string, string> {
  const inherited = new Set(foreignKeys.flatMap((key) => key.columns.map(({ child }) => child)));
  const isJobTable = name.table.startsWith('~~');
  // The schema-wide queue is datajoint-python 0.x's, which knows no marks and stops at one.
  if (name.table === '~jobs') return new Map(attributes.map((attribute) => [attribute.name, attribute.comment]));
  return new Map(
    attributes.map((attribute) => {
      if (isJobTable && attribute.inKey) return [attribute.name, jobKeyComment(attribute)];
      return [attribute.name, inherited.has(attribute.name) ? inheritedComment(attribute) : ownComment(attribute)];
    }),
  );
}

function inheritedComment({ column, comment }: Attribute): string {
  return column.kind === 'uuid' ? `:uuid:${comment}` : comment;
}

function jobKeyComment({ column }: Attribute): string {
  const type = column.kind === 'uuid' ? 'uuid' : columnTypeSql(column);
  return isMarked(type) ? `:${type}:` : '';
}

/**
 * Core types and codecs are marked; a server's own types are not, nor the hidden columns of job metadata as declared
 * before 2.3.4, which have no comment.
 */
function ownComment({ name, declaredType, comment }: Attribute): string {
  const isBare = name.startsWith('_job_') && comment === '';
  return isBare || !isMarked(declaredType) ? comment : `:${declaredType}:${comment}`;
}

/** datajoint-python 2.3.5, `declare.CORE_TYPES` and codecs. */
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
  if (value.kind === 'expression') return `(${value.sql})`;
  if (value.kind === 'now')
    return value.precision === 0 ? 'CURRENT_TIMESTAMP' : `CURRENT_TIMESTAMP(${value.precision})`;
  const { text } = value;
  if (column.kind === 'bool') return /^(1|true)$/i.test(text) ? "'1'" : "'0'";
  if (column.kind === 'uuid') return `x'${text.replaceAll('-', '')}'`;
  return quoteText(text);
}
