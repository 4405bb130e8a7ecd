import type { ColumnType } from '../../model';
import { storageType } from '../columns';
import { quoteText } from '../quote';
import { isMoment, momentAtRun, momentOf, momentText, precisionOf } from './moments';
import type { Operand } from './operand';

/** A column as an expression that compares as its type does: decimals that a double cannot hold are kept as text. */
export function comparable(column: string, type: ColumnType | null): string {
  return type?.kind === 'decimal' && storageType(type) === 'TEXT' ? `CAST(${column} AS REAL)` : column;
}

/** Two values as they must be written to compare as MySQL compares them: times by the moment, bytes by what they hold. */
export function agree(left: Operand, right: Operand): [left: string, right: string] {
  if (isMoment(left.type) && isMoment(right.type)) {
    const alike = left.type.kind === right.type.kind && precisionOf(left.type) === precisionOf(right.type);
    return alike ? [left.sql, right.sql] : [momentOf(left), momentOf(right)];
  }
  return [listed(right, left), listed(left, right)];
}

/** The second as it is written beside the first, which stays as it is. */
export function listed(beside: Operand, operand: Operand): string {
  const { literal } = operand;
  const { type } = beside;
  if (literal === null) return isMoment(type) && operand.type === null ? momentAtRun(operand.sql, type) : operand.sql;
  if (literal.kind === 'text') return isMoment(type) ? quoteText(momentText(literal.text, type)) : operand.sql;
  const isText = type !== null && /^(char|varchar|text|enum|json)$/.test(type.kind);
  const text = isText ? hexText(literal.digits) : null;
  if (text !== null) return quoteText(text);
  return type?.kind === 'integer' ? `0x${literal.digits}` : operand.sql;
}

/** The text that bytes are; null when they are none. */
export function hexText(digits: string): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(digits, 'hex'));
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}
