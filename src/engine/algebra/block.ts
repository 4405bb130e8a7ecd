import type { Dialect } from '../database';
import { concat, type Fragment, raw, sql } from './fragment';
import type { Heading } from './heading';
import type { Column } from './text';

/** The making of one SELECT. Operators merge into it while they can; what cannot be merged is wrapped as a subquery. */
export interface Block {
  readonly heading: Heading;
  /** For messages: the tables behind it. */
  readonly label: string;
  /** How each attribute is written inside this SELECT: text without values, so that equal columns are equal text. */
  readonly columns: ReadonlyMap<string, string>;
  /** Attributes that a projection left out: rows can still be ordered by them, until the SELECT becomes a subquery. */
  readonly left: ReadonlyMap<string, Column>;
  readonly from: { readonly first: Fragment; readonly rest: readonly Fragment[] };
  readonly where: readonly Fragment[];
  readonly groupBy: readonly string[] | null;
  readonly distinct: boolean;
  readonly top: BlockTop | null;
}

export interface BlockTop {
  readonly limit: number | null;
  readonly offset: number;
  readonly orderBy: readonly OrderTerm[];
  /** The order as it was asked for. */
  readonly asked: string;
}

export interface OrderTerm {
  readonly name: string;
  readonly direction: 'ASC' | 'DESC' | null;
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
  const fields = names.map((name) => `${columnOf(block, name)} AS ${dialect.quoteIdentifier(name)}`);
  const list = fields.length === 0 ? '1' : fields.join(', ');
  const group =
    block.groupBy === null || block.groupBy.length === 0 ? raw('') : raw(` GROUP BY ${block.groupBy.join(', ')}`);
  return sql`SELECT ${block.distinct ? 'DISTINCT ' : ''}${list} FROM ${fromClause(block)}${whereClause(block.where)}${group}${tail(block, dialect)}`;
}

/** ORDER BY and LIMIT. */
function tail(block: Block, dialect: Dialect): string {
  if (block.top === null) return '';
  const terms = block.top.orderBy.map(({ name, direction }) => {
    const { sql: column, type } = sortableColumn(block, name);
    const key = type === null ? column : dialect.sortKey(column, type);
    return direction === null ? key : `${key} ${direction}`;
  });
  const order = terms.length === 0 ? '' : ` ORDER BY ${terms.join(', ')}`;
  const limit = dialect.limit(block.top.limit, block.top.offset);
  return `${order}${limit === '' ? '' : ` ${limit}`}`;
}

/** An attribute as text that a person wrote names it: as it is, else in whatever case, as servers read names. */
export function namedColumn(block: Block, name: string): Column | undefined {
  const attribute = block.heading.named(name);
  return attribute === undefined ? undefined : { sql: columnOf(block, attribute.name), type: attribute.stored?.column ?? null };
}

/** An attribute that rows can be ordered by. */
function sortableColumn(block: Block, name: string): Column {
  const found = block.heading.has(name) ? namedColumn(block, name) : block.left.get(name);
  if (found === undefined) throw new Error(`no column to sort by attribute ${name}`);
  return found;
}

/**
 * Whether an attribute is computed in this very SELECT: `project` writes it in parentheses. To be grouped or ordered by, it
 * needs a name, which a subquery gives it: a constant there would be taken for the place of a column.
 */
export const isComputedHere = (block: Block, name: string): boolean => block.columns.get(name)?.startsWith('(') === true;

export function columnOf(block: Block, name: string): string {
  const column = block.columns.get(name);
  if (column === undefined) throw new Error(`no column for attribute ${name}`);
  return column;
}
