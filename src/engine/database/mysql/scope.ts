import type { SqlRow } from '../contract';
import type { TableName } from '../model';

/** Which tables to read. */
export type Scope =
  | { readonly kind: 'all'; readonly besides: readonly string[] }
  | { readonly kind: 'schemas'; readonly schemas: readonly string[] }
  | { readonly kind: 'tables'; readonly names: readonly TableName[] };

export type Ask = (sql: string, values: readonly string[]) => Promise<SqlRow[]>;

/** The table of a schema in which datajoint-python 2 keeps where attributes come from. */
export const LINEAGE = '~lineage';

/** Schema and table, as a key for maps. */
export const idOf = (row: SqlRow): string => `${String(row['s'])}\0${String(row['t'])}`;
