import type { SqlValue } from './contract';

const NUMBER_BYTES = 8;
/** A type and a place among the parameters, or the `?` in the SQL with what separates it from the next. */
const PLACE_BYTES = 6;

/** The bytes of a value as a server's protocol sends it. */
export function valueBytes(value: SqlValue): number {
  if (value === null) return 0;
  if (typeof value !== 'string' && !(value instanceof Uint8Array)) return NUMBER_BYTES;
  const length = typeof value === 'string' ? Buffer.byteLength(value) : value.byteLength;
  return length + (length < 251 ? 1 : length < 2 ** 16 ? 3 : length < 2 ** 24 ? 4 : 9);
}

/** The most bytes that a row of values adds to an INSERT, be it to the SQL or to what is sent beside it. */
export function rowBytes(values: Iterable<SqlValue>): number {
  let sum = 0;
  for (const value of values) sum += valueBytes(value) + PLACE_BYTES;
  return sum;
}
