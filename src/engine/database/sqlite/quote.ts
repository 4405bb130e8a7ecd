import type { TableName } from '../model';

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The name that a table has in the file. */
export function storedName({ schema, table }: TableName): string {
  return `${schema}.${table}`;
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
