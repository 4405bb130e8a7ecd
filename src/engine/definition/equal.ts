import { normalizeLiteral, Refusal } from '../codecs';
import type { Attribute, ColumnType, DefaultValue } from '../database';
import { formatType } from './types';

/** Whether two attributes hold the same values in the same form, however their types are spelled. */
export function sameType(a: Pick<Attribute, 'codec' | 'column'>, b: Pick<Attribute, 'codec' | 'column'>): boolean {
  return a.codec === b.codec && sameColumn(a.column, b.column);
}

/**
 * Whether two columns are the same. bool and int8 are one type on a server, where only a comment tells them apart, and
 * datajoint-python leaves that comment out of inherited columns.
 */
export function sameColumn(a: ColumnType, b: ColumnType): boolean {
  return canonical(a) === canonical(b);
}

function canonical(column: ColumnType): string {
  if (column.kind === 'bool') return 'int8';
  if (column.kind === 'native') return column.sql.toLowerCase().replace(/\s+/g, '');
  return formatType(column);
}

/** Whether two defaults give the same value in a column. */
export function sameDefault(a: DefaultValue | null, b: DefaultValue | null, column: ColumnType): boolean {
  return defaultText(a, column) === defaultText(b, column);
}

function defaultText(value: DefaultValue | null, column: ColumnType): string {
  if (value === null) return 'none';
  if (value.kind !== 'literal') return value.kind;
  try {
    return `=${normalizeLiteral(column, value.text)}`;
  } catch (error) {
    if (error instanceof Refusal) return `=${value.text}`;
    throw error;
  }
}
