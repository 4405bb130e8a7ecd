import type { Dialect, Statement } from '../contract';
import type { ExpressionToken } from '../expression';
import type { HiddenForm, TableName, TableSpec } from '../model';
import { alterTable } from './alter';
import { createTable } from './ddl';
import { expression } from './expression';
import { quoteIdentifier, tableReference } from './quote';
import type { Server } from './server';

/** The SQL of MySQL and MariaDB. Times are those of the session's time zone, which is the server's own. */
export class MysqlDialect implements Dialect {
  readonly skipLocked: string;
  readonly waitLocked = 'FOR UPDATE';
  readonly lookUpEach: string;
  /** The protocol counts parameters in 16 bits. */
  readonly maxParameters = 65_535;

  rowList(): null {
    return null;
  }

  constructor(private readonly server: Server) {
    // MySQL makes a semijoin of EXISTS from 8.0.16 on. MariaDB, which knows no such hint, has not been seen to.
    this.lookUpEach = server.isMariaDb ? '' : '/*+ NO_SEMIJOIN() */';
    this.skipLocked = server.skipsLocked ? 'FOR UPDATE SKIP LOCKED' : 'FOR UPDATE';
  }

  quoteIdentifier(name: string): string {
    return quoteIdentifier(name);
  }

  tableReference(name: TableName): string {
    return tableReference(name);
  }

  now(precision: number): string {
    return precision === 0 ? 'CURRENT_TIMESTAMP' : `CURRENT_TIMESTAMP(${precision})`;
  }

  addSeconds(expression: string, seconds: string): string {
    return `(${expression} + INTERVAL (${seconds}) SECOND)`;
  }

  epochMillis(expression: string): string {
    return `CAST(ROUND(UNIX_TIMESTAMP(${expression}) * 1000) AS SIGNED)`;
  }

  /**
   * Not INSERT IGNORE, which would turn errors into warnings. A duplicate sets a column to what it is: named with its
   * table, since an INSERT … SELECT may have a column of that name on either side.
   */
  insertWords(
    mode: 'plain' | 'skipDuplicates' | 'replace',
    keyColumn: string,
    table: TableName,
  ): { verb: string; suffix: string } {
    if (mode === 'replace') return { verb: 'REPLACE INTO', suffix: '' };
    const column = quoteIdentifier(keyColumn);
    const suffix = `ON DUPLICATE KEY UPDATE ${column} = ${tableReference(table)}.${column}`;
    return { verb: 'INSERT INTO', suffix: mode === 'skipDuplicates' ? suffix : '' };
  }

  /** Older servers know an alias only in the multi-table form, which `Session.run` gives a default database. */
  deleteFrom(reference: string, alias: string): string {
    const name = quoteIdentifier(alias);
    return this.server.aliasesDeletes
      ? `DELETE FROM ${reference} AS ${name}`
      : `DELETE ${name} FROM ${reference} AS ${name}`;
  }

  defaultValue(): string {
    return 'DEFAULT';
  }

  expression(tokens: readonly ExpressionToken[]): string {
    return expression(tokens);
  }

  /** An enum sorts by the place of its members by itself, with the help of an index where there is one. */
  sortKey(column: string): string {
    return column;
  }

  limit(limit: number | null, offset: number): string {
    if (limit === null && offset === 0) return '';
    return `LIMIT ${limit ?? '18446744073709551615'}${offset === 0 ? '' : ` OFFSET ${offset}`}`;
  }

  createTable(table: TableSpec, form: HiddenForm = 'since 2.3.4'): Statement[] {
    return createTable(table, form);
  }

  alterTable(existing: TableSpec, wanted: TableSpec): Statement[] {
    return alterTable(existing, wanted);
  }
}
