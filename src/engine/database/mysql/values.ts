import { type FieldPacket, TypedParameter, Types } from 'mysql2';
import type { SqlRow, SqlValue } from '../contract';

/** Significant digits that a double holds exactly. */
const DOUBLE_DIGITS = 15;

/** Parameters of a prepared statement. Whole numbers go as BIGINT: a DOUBLE would not use every index. */
export function toParameter(value: SqlValue): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? TypedParameter.BIGINT(value) : value;
  if (typeof value === 'bigint')
    return value > 2n ** 63n - 1n ? TypedParameter.BIGINT.unsigned(value) : TypedParameter.BIGINT(value);
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
}

/**
 * Turns what mysql2 gives for a row into SqlValues, in place. Dates, times, decimals and json are strings already
 * (`connectionOptions`); here whole numbers beyond ±2^53 become bigint, bytes a plain Uint8Array, BIT a number.
 */
export function rowReader(fields: readonly FieldPacket[]): (row: Record<string, unknown>) => SqlRow {
  const readers = fields.flatMap((field): [name: string, read: (value: unknown) => SqlValue][] => {
    switch (field.columnType) {
      case Types.LONGLONG:
        return [[field.name, (value) => (typeof value === 'string' ? BigInt(value) : (value as SqlValue))]];
      case Types.BIT:
        return [[field.name, (value) => (value instanceof Uint8Array ? bitNumber(value) : null)]];
      case Types.FLOAT:
        return [[field.name, (value) => (typeof value === 'number' ? Math.fround(value) : null)]];
      case Types.DECIMAL:
      case Types.NEWDECIMAL:
        return [[field.name, (value) => (typeof value === 'string' ? decimalNumber(value) : null)]];
      case Types.DOUBLE:
      case Types.LONG:
      case Types.INT24:
      case Types.SHORT:
      case Types.TINY:
      case Types.YEAR:
        return [];
      default:
        return [[field.name, plainValue]];
    }
  });
  return (row) => {
    for (const [name, read] of readers) {
      const value = row[name];
      if (value !== null) row[name] = read(value);
    }
    return row as SqlRow;
  };
}

/**
 * Sums and means of whole numbers are decimals to the server, which does not tell them from columns: a number where it
 * holds all digits, else text. Either way the codec of a decimal column finds all its digits.
 */
function decimalNumber(text: string): SqlValue {
  if (/^-?\d+$/.test(text)) {
    const whole = Number(text);
    return Number.isSafeInteger(whole) ? whole : BigInt(text);
  }
  return text.replace(/[-.]/g, '').replace(/^0+/, '').length <= DOUBLE_DIGITS ? Number(text) : text;
}

function plainValue(value: unknown): SqlValue {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  // Spatial and vector types, which DataJoint does not know: shown, not computed with.
  return typeof value === 'object' ? JSON.stringify(value) : (value as SqlValue);
}

function bitNumber(bytes: Uint8Array): number | bigint {
  const number = bytes.reduce((sum, byte) => (sum << 8n) + BigInt(byte), 0n);
  return number <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(number) : number;
}
