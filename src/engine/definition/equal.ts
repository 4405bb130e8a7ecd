import { normalizeLiteral, Refusal } from '../codecs';
import type { Attribute, ColumnType, DefaultValue } from '../database';
import { formatType } from './types';

export type Typed = Pick<Attribute, 'codec' | 'column' | 'declaredType'>;

/** Whether two attributes hold the same values in the same form, however their types are spelled. */
export function sameType(a: Typed, b: Typed): boolean {
  if (a.codec !== b.codec) return false;
  return canonical(a.column) === canonical(b.column) || isUnmarkedBool(a, b) || isUnmarkedBool(b, a);
}

/**
 * On a server a bool is a tinyint that only its comment marks, and datajoint-python 2.3.2 leaves that mark out where a
 * reference takes the attribute over (`declare.compile_foreign_key`).
 */
function isUnmarkedBool(bool: Typed, stored: Typed): boolean {
  const { column, declaredType } = stored;
  const isTinyint = column.kind === 'integer' && column.bits === 8 && !column.unsigned && /^tinyint/i.test(declaredType);
  return bool.column.kind === 'bool' && isTinyint;
}

function canonical(column: ColumnType): string {
  return column.kind === 'native' ? column.sql.toLowerCase().replace(/\s+/g, '') : formatType(column);
}

/** Whether two defaults give the same value in a column. */
export function sameDefault(a: DefaultValue | null, b: DefaultValue | null, column: ColumnType): boolean {
  return defaultText(a, column) === defaultText(b, column);
}

function defaultText(value: DefaultValue | null, column: ColumnType): string {
  if (value === null) return 'none';
  if (value.kind === 'expression') return `(${value.sql})`;
  if (value.kind !== 'literal') return value.kind;
  try {
    return `=${normalizeLiteral(column, value.text)}`;
  } catch (error) {
    if (error instanceof Refusal) return `=${value.text}`;
    throw error;
  }
}
