import type { Key } from '../../algebra';
import { CalendarDate, decodeValue, Decimal, encodeValue, MicrosecondDate, pack, unpack, Uuid } from '../../codecs';
import type { Attribute, SqlValue } from '../../database';

/** The attributes of a key by name; those that are unknown travel as they are. */
export type KeyAttributes = ReadonlyMap<string, Attribute>;

/** A key as the blob that a `~jobs` table keeps of it: a dict of Python values, which is what Python's workers write. */
export function packKey(key: Key, attributes: KeyAttributes): Uint8Array {
  return pack(Object.fromEntries(Object.entries(key).map(([name, value]) => [name, pythonValue(value, attributes.get(name))])));
}

function pythonValue(value: unknown, attribute: Attribute | undefined): unknown {
  switch (attribute?.column.kind) {
    case 'integer':
      return typeof value === 'number' ? BigInt(value) : value;
    case 'bool':
      return BigInt(Number(value));
    case 'date':
      return typeof value === 'string' ? new CalendarDate(value) : value;
    case 'datetime':
    case 'timestamp':
      return typeof value === 'string' ? dateOf(value) : value;
    case 'decimal':
      return typeof value === 'string' ? new Decimal(value) : value;
    case 'uuid':
      return typeof value === 'string' ? new Uuid(value) : value;
    default:
      return typeof value === 'number' && attribute === undefined && Number.isInteger(value) ? BigInt(value) : value;
  }
}

function dateOf(text: string): Date {
  const [seconds = '', fraction = ''] = text.split('.');
  const micros = Number(fraction.padEnd(6, '0'));
  const millis = Date.parse(`${seconds.replace(' ', 'T')}Z`) + Math.floor(micros / 1000);
  return new MicrosecondDate(millis, micros % 1000);
}

/** Largest key that is read, in bytes, stored and unpacked: a column of `~jobs` holds 65,535, and a key is a few values. */
export const MOST_OF_KEY = 64 * 1024;

/**
 * The key that a `~jobs` row keeps, as it would be fetched from the table, of any writer: a dict of Python, a record
 * array of early Python or a struct of MATLAB. Null when there is none or it cannot be read.
 */
export function readKey(stored: SqlValue, attributes: KeyAttributes): Key | null {
  if (!(stored instanceof Uint8Array)) return null;
  try {
    const found = onlyElement(unpack(stored, { text: MOST_OF_KEY, values: MOST_OF_KEY }));
    if (typeof found !== 'object' || found === null || Array.isArray(found)) return null;
    return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, asFetched(onlyElement(value), attributes.get(name))]));
  } catch {
    return null;
  }
}

/** MATLAB has no scalars and early Python wrote records: what holds one thing stands for it. */
function onlyElement(value: unknown): unknown {
  if (Array.isArray(value) && value.length === 1) return value[0];
  if (ArrayBuffer.isView(value) && !(value instanceof DataView) && !(value instanceof Uint8Array)) {
    const elements = [...(value as unknown as Iterable<unknown>)];
    return elements.length === 1 ? elements[0] : value;
  }
  return value;
}

function asFetched(value: unknown, attribute: Attribute | undefined): unknown {
  if (attribute === undefined) return value;
  try {
    return decodeValue(attribute, encodeValue(attribute, plain(value), ''));
  } catch {
    return value;
  }
}

/** The values that blobs have types of their own for, as a column takes them. */
function plain(value: unknown): unknown {
  return value instanceof CalendarDate || value instanceof Decimal ? String(value) : value;
}
