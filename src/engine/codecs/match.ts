import type { Attribute, ColumnType, SqlValue } from '../database';
import { encodeColumn } from './columns';
import { encodeDecimal, integerRange } from './numbers';
import { Refusal } from './refusal';
import { refusing } from './values';

/** Digits before and after the point that are looked at: more than any column has. */
const WHOLE = 400;
const DIGITS = 100;
const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;

/**
 * What a stored value must equal to match one that is given; undefined when the type can hold nothing equal, as a decimal
 * of two digits can hold no 1.999. Nothing is rounded, but to single precision, which is how a float32 is written.
 * Numbers may be given as text, and truth values as numbers, as SQL compares them.
 * Source: datajoint-python 2.3.5, `condition.make_condition`, which leaves comparing to the server.
 * @throws DataJointError `invalid_value` for what is no value of this kind at all, naming table, attribute, type and value.
 */
export function matchValue(attribute: Attribute, value: unknown, table: string): SqlValue | undefined {
  return refusing(attribute, value, table, () => matchColumn(attribute.column, value));
}

function matchColumn(column: ColumnType, value: unknown): SqlValue | undefined {
  switch (column.kind) {
    case 'integer': {
      const [low, high] = integerRange(column.bits, column.unsigned);
      const number = Number.isSafeInteger(value) ? (value as number) : wholeNumber(exactDigits(column, value));
      return number === undefined || number < low || number > high ? undefined : number;
    }
    case 'bool': {
      const digits = exactDigits(column, value);
      return digits === undefined ? undefined : [0, 1].find((each) => each === Number(digits));
    }
    case 'float': {
      const number = Number(numberOf(column, value));
      return fitting(() => encodeColumn(column, number));
    }
    case 'decimal': {
      const digits = exactDigits(column, value);
      const stored = digits === undefined ? undefined : fitting(() => encodeDecimal(digits, column.precision, column.scale, column.modifier !== undefined));
      return stored !== undefined && encodeDecimal(stored, WHOLE, DIGITS, false) === digits ? stored : undefined;
    }
    case 'char':
      return typeof value === 'string' && value.isWellFormed() ? value.replace(/ +$/, '') : encodeColumn(column, value);
    case 'enum':
    case 'varchar':
    case 'text':
      return typeof value === 'string' && value.isWellFormed() ? value : encodeColumn(column, value);
    case 'date': {
      if (value instanceof Date || (typeof value === 'string' && value.length <= 10)) return encodeColumn(column, value);
      const [date, clock] = String(encodeColumn({ kind: 'datetime', precision: 6 }, value)).split(' ');
      return clock === '00:00:00.000000' ? date : undefined;
    }
    case 'datetime':
    case 'timestamp':
    case 'time': {
      const exact = String(encodeColumn({ kind: column.kind, precision: 6 }, value));
      const kept = exact.slice(0, exact.length - (column.precision === 0 ? 7 : 6 - column.precision));
      return /^\.?0*$/.test(exact.slice(kept.length)) ? kept : undefined;
    }
    case 'uuid':
    case 'json':
    case 'bytes':
    case 'native':
      return encodeColumn(column, value);
  }
}

/** A value as a number with all its digits; what is none is refused in the words of the column's type. */
function numberOf(column: ColumnType, value: unknown): number | bigint | string {
  if (typeof value === 'boolean') return Number(value);
  // The shortest text of a large number, as 2 ** 62, stands for a different number.
  if (Number.isInteger(value)) return BigInt(value as number);
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value))) return value;
  if (typeof value === 'string' && NUMBER.test(value)) return value.trim();
  encodeColumn(column, value);
  throw new Refusal('is not a number');
}

/** Decimal text with `DIGITS` digits after the point; undefined for what is larger than any column holds. */
function exactDigits(column: ColumnType, value: unknown): string | undefined {
  const number = numberOf(column, value);
  return fitting(() => encodeDecimal(number, WHOLE, DIGITS, false));
}

/** What is encoded, or undefined where it does not fit. */
function fitting<T>(encode: () => T): T | undefined {
  try {
    return encode();
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Decimal text as a whole number; undefined when it is none. */
function wholeNumber(digits: string | undefined): number | bigint | undefined {
  const [whole = '', fraction = ''] = digits?.split('.') ?? [];
  if (digits === undefined || /[1-9]/.test(fraction)) return undefined;
  const number = BigInt(whole);
  return Number.isSafeInteger(Number(number)) ? Number(number) : number;
}
