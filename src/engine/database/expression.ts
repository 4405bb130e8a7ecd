import type { ColumnType } from './model';

/**
 * A piece of an expression that a person wrote as SQL text, read as MySQL reads it: strings without their quotes,
 * attributes as the columns that they are in the statement, and everything else told apart.
 */
export type ExpressionToken =
  | { readonly kind: 'text'; readonly text: string }
  /** `X'6F'`, or `0x6F`, which is more readily a number. The count of digits is even. */
  | { readonly kind: 'hex'; readonly digits: string; readonly prefix: 'X' | '0x' }
  /** `b'01'`, `0b01`. */
  | { readonly kind: 'bits'; readonly digits: string }
  | { readonly kind: 'number'; readonly text: string }
  /** `type` is null for a computed attribute. */
  | { readonly kind: 'attribute'; readonly sql: string; readonly type: ColumnType | null }
  /** A word of the grammar, with the names that only the grammar knows: units, types, character sets, collations. */
  | { readonly kind: 'word'; readonly text: string }
  /** The name of a function; `(` follows. */
  | { readonly kind: 'call'; readonly text: string }
  /** A name inside a subquery that the person wrote: a table, an alias, a column. */
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'operator'; readonly text: string };
