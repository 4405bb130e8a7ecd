import type { Dialect, SqlValue, Statement } from '../contract';
import type { ExpressionToken } from '../expression';
import type { Attribute, ColumnType, TableName, TableSpec } from '../model';
import { alterTable } from './alter';
import { defaultSql } from './columns';
import { createTable } from './ddl';
import { comparable, expression } from './expression';
import { quoteIdentifier, quoteText, storedName } from './quote';
import { rowList } from './rowList';
import { addSecondsText, epochMillisSql, nowText } from './time';

/** SQLite's own SQL. */
export class SqliteDialect implements Dialect {
  readonly skipLocked = '';
  readonly waitLocked = '';
  readonly lookUpEach = '';
  readonly maxParameters = 32_766;

  quoteIdentifier(name: string): string {
    return quoteIdentifier(name);
  }

  tableReference(name: TableName): string {
    return quoteIdentifier(storedName(name));
  }

  now(precision: number): string {
    return nowText(precision);
  }

  addSeconds(expression: string, seconds: string): string {
    return addSecondsText(expression, seconds);
  }

  epochMillis(expression: string): string {
    return epochMillisSql(expression);
  }

  /** Not INSERT OR IGNORE, which would pass over values that a CHECK or NOT NULL refuses as well. */
  insertWords(mode: 'plain' | 'skipDuplicates' | 'replace'): { verb: string; suffix: string } {
    if (mode === 'replace') return { verb: 'REPLACE INTO', suffix: '' };
    return { verb: 'INSERT INTO', suffix: mode === 'skipDuplicates' ? 'ON CONFLICT DO NOTHING' : '' };
  }

  deleteFrom(reference: string, alias: string): string {
    return `DELETE FROM ${reference} AS ${quoteIdentifier(alias)}`;
  }

  rowList(rows: readonly (readonly SqlValue[])[]): Statement | null {
    return rowList(rows);
  }

  defaultValue({ column, default: value }: Attribute): string {
    return value === null ? 'NULL' : defaultSql(column, value);
  }

  expression(tokens: readonly ExpressionToken[]): string {
    return expression(tokens);
  }

  sortKey(column: string, type: ColumnType): string {
    if (type.kind !== 'enum') return comparable(column, type);
    const places = type.values.map((value, place) => `WHEN ${quoteText(value)} THEN ${place}`);
    return `CASE ${column} ${places.join(' ')} END`;
  }

  limit(limit: number | null, offset: number): string {
    if (limit === null && offset === 0) return '';
    return `LIMIT ${limit ?? -1}${offset === 0 ? '' : ` OFFSET ${offset}`}`;
  }

  createTable(table: TableSpec): Statement[] {
    return createTable(table);
  }

  alterTable(existing: TableSpec, wanted: TableSpec): Statement[] {
    return alterTable(existing, wanted);
  }
}
