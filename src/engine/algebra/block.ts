import type { Dialect } from '../database';
import { concat, type Fragment, raw, sql } from './fragment';
import type { Heading } from './heading';

/** The making of one SELECT. Operators merge into it while they can; what cannot be merged is wrapped as a subquery. */
export interface Block {
  readonly heading: Heading;
  /** For messages: the tables behind it. */
  readonly label: string;
  /** How each attribute is written inside this SELECT. */
  readonly columns: ReadonlyMap<string, Fragment>;
  readonly from: { readonly first: Fragment; readonly rest: readonly Fragment[] };
  readonly where: readonly Fragment[];
  readonly groupBy: readonly Fragment[] | null;
  readonly distinct: boolean;
  readonly top: { readonly limit: number | null; readonly orderBy: readonly string[]; readonly offset: number } | null;
}

/** True when WHERE and FROM can no longer be added to without changing what the SELECT means. */
export const isSealed = (block: Block): boolean => block.groupBy !== null || block.distinct || block.top !== null;

export const fromClause = (block: Block): Fragment => concat([block.from.first, ...block.from.rest]);

export function whereClause(conditions: readonly Fragment[]): Fragment {
  if (conditions.length === 0) return raw('');
  return sql` WHERE ${concat(
    conditions.map((condition) => sql`(${condition})`),
    ' AND ',
  )}`;
}

/** The whole SELECT. `names` picks and orders the output columns; all of the heading by default. */
export function selectStatement(block: Block, dialect: Dialect, names: readonly string[] = block.heading.names): Fragment {
  const fields = names.map((name) => sql`${columnOf(block, name)} AS ${dialect.quoteIdentifier(name)}`);
  const list = fields.length === 0 ? raw('1') : concat(fields, ', ');
  const group =
    block.groupBy === null || block.groupBy.length === 0 ? raw('') : sql` GROUP BY ${concat(block.groupBy, ', ')}`;
  return sql`SELECT ${block.distinct ? 'DISTINCT ' : ''}${list} FROM ${fromClause(block)}${whereClause(block.where)}${group}${tail(block, dialect)}`;
}

/** ORDER BY and LIMIT. */
function tail(block: Block, dialect: Dialect): Fragment {
  if (block.top === null) return raw('');
  const terms = block.top.orderBy.map((term) => {
    const [, name = '', direction] = /^(.*?)(?: (ASC|DESC))?$/s.exec(term) ?? [];
    const column = columnOf(block, name);
    const type = block.heading.get(name)?.stored?.column;
    const key = type === undefined ? column : { sql: dialect.sortKey(column.sql, type), values: column.values };
    return sql`${key}${direction === undefined ? '' : ` ${direction}`}`;
  });
  const order = terms.length === 0 ? raw('') : sql` ORDER BY ${concat(terms, ', ')}`;
  const limit = dialect.limit(block.top.limit, block.top.offset);
  return sql`${order}${limit === '' ? '' : ` ${limit}`}`;
}

/** An attribute as it stands in text that people write: comparing as its type does. */
export function comparableColumn(block: Block, name: string, dialect: Dialect): Fragment | undefined {
  const column = block.columns.get(name);
  const stored = block.heading.get(name)?.stored ?? null;
  if (column === undefined || stored === null) return column;
  return { sql: dialect.comparable(column.sql, stored.column), values: column.values };
}

export function columnOf(block: Block, name: string): Fragment {
  const column = block.columns.get(name);
  if (column === undefined) throw new Error(`no column for attribute ${name}`);
  return column;
}
