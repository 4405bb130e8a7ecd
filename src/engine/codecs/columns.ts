/**
 * One value into one column and back, exactly and alike on every database. Every limit is checked here, so that no
 * database accepts what another would refuse.
 */
import type { ColumnType, SqlValue } from '../database';
import { DataJointError } from '../errors';
import { Uuid } from './blob';
import { parseJson, stringifyJson } from './json';
import { decodeDecimal, encodeDecimal, encodeFloat, encodeInteger } from './numbers';
import { Refusal } from './refusal';
import { encodeDate, encodeDateTime, encodeTime, normalizeFraction } from './temporal';

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

/**
 * The stored form of a value that is not null.
 * @throws Refusal with the reason, to be completed with table and attribute.
 */
export function encodeColumn(column: ColumnType, value: unknown): SqlValue {
  switch (column.kind) {
    case 'integer':
      return encodeInteger(value, column.bits, column.unsigned);
    case 'float':
      return encodeFloat(value, column.bits);
    case 'decimal':
      return encodeDecimal(value, column.precision, column.scale, column.modifier !== undefined);
    case 'bool':
      return encodeBool(value);
    case 'char':
      // MySQL drops the spaces at the end of a char(n) when it is read; dropping them here makes every database agree.
      return encodeText(value, column.length, column.kind).replace(/ +$/, '');
    case 'varchar':
      return encodeText(value, column.length, column.kind);
    case 'text':
      return encodeText(value, null, column.kind);
    case 'enum':
      return encodeEnum(value, column.values);
    case 'date':
      return encodeDate(value);
    case 'datetime':
    case 'timestamp':
      return encodeDateTime(value, column.precision, column.kind);
    case 'time':
      return encodeTime(value, column.precision);
    case 'uuid':
      return encodeUuid(value);
    case 'json':
      return stringifyJson(value);
    case 'bytes':
      return encodeBytes(value);
    case 'native':
      return encodeNative(value, column.sql);
  }
}

/** The value of a stored one that is not null. */
export function decodeColumn(column: ColumnType, raw: Exclude<SqlValue, null>): unknown {
  switch (column.kind) {
    case 'integer':
      return decodeInteger(raw, column.bits);
    case 'float': {
      const number = Number(raw);
      return column.bits === 32 ? Math.fround(number) : number;
    }
    case 'decimal':
      return raw instanceof Uint8Array ? raw : decodeDecimal(raw, column.scale);
    case 'bool':
      return Number(raw) !== 0;
    case 'datetime':
    case 'timestamp':
    case 'time':
      return normalizeFraction(String(raw), column.precision);
    case 'uuid':
      return decodeUuid(raw);
    case 'json':
      return parseJson(raw);
    case 'bytes':
      return raw instanceof Uint8Array ? plainBytes(raw) : raw;
    case 'char':
    case 'varchar':
    case 'text':
    case 'enum':
    case 'date':
    case 'native':
      return raw;
  }
}

function encodeBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new Refusal('is not a Uint8Array; use <blob> for other values');
}

function encodeBool(value: unknown): number {
  if (value === true || value === 1 || value === 1n) return 1;
  if (value === false || value === 0 || value === 0n) return 0;
  throw new Refusal('is not true or false');
}

function encodeText(value: unknown, limit: number | null, kind: string): string {
  if (typeof value !== 'string') throw new Refusal('is not a string');
  if (!value.isWellFormed()) throw new Refusal('holds half of a surrogate pair, which UTF-8 cannot store');
  // Length counts characters, as MySQL and SQLite count them, not the UTF-16 units of JavaScript.
  if (limit !== null && value.length > limit) {
    const characters = [...value].length;
    if (characters > limit) throw new Refusal(`has ${characters} characters; ${kind}(${limit}) holds at most ${limit}`);
  }
  return value;
}

function encodeEnum(value: unknown, members: readonly string[]): string {
  if (typeof value === 'string' && members.includes(value)) return value;
  throw new Refusal(`is not one of ${members.map((member) => JSON.stringify(member)).join(', ')}`);
}

function encodeUuid(value: unknown): Uint8Array {
  if (value instanceof Uint8Array && value.length === 16) return value;
  const text = value instanceof Uuid ? value.text : value;
  if (typeof text !== 'string' || !UUID.test(text)) {
    throw new Refusal('is not a UUID such as "123e4567-e89b-12d3-a456-426614174000"');
  }
  return Uint8Array.from(Buffer.from(text.replaceAll('-', ''), 'hex'));
}

function encodeNative(value: unknown, sql: string): SqlValue {
  if (/blob$/i.test(sql)) return encodeBytes(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Refusal('is not a finite number');
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Uint8Array) return value;
  if (typeof value === 'string') return encodeText(value, null, 'text');
  throw new Refusal('is not a number, bigint, string or Uint8Array');
}

function decodeInteger(raw: Exclude<SqlValue, null>, bits: number): unknown {
  if (raw instanceof Uint8Array) return raw;
  return bits === 64 ? BigInt(raw) : Number(raw);
}

function decodeUuid(raw: Exclude<SqlValue, null>): string {
  if (!(raw instanceof Uint8Array)) return String(raw).toLowerCase();
  if (raw.length !== 16) throw new DataJointError('corrupt', `a UUID has 16 bytes, but ${raw.length} are stored`);
  return Uuid.fromBytes(raw).text;
}

/** The same bytes as a plain Uint8Array, not as whatever subclass the driver returned. */
function plainBytes(raw: Uint8Array): Uint8Array {
  return raw.constructor === Uint8Array ? raw : new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength);
}
