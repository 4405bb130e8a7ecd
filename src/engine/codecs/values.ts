/**
 * Values of attributes to what a database stores, and back.
 *
 * | type | in JavaScript | also accepted |
 * |---|---|---|
 * | int8 … int32 | number | bigint |
 * | int64 and unsigned 64 | bigint | number within ±2^53 |
 * | float32, float64 | finite number | bigint |
 * | decimal(p,s) | string with s digits | number, bigint |
 * | bool | boolean | 0, 1 |
 * | char, varchar, enum, text | string | |
 * | date | `YYYY-MM-DD` | Date (UTC) |
 * | datetime, timestamp | `YYYY-MM-DD HH:MM:SS[.f]` | Date (UTC), ISO text |
 * | uuid | canonical string | Uuid, 16 bytes |
 * | json | the parsed value | |
 * | bytes | Uint8Array | |
 * | tinyblob … longblob | what is packed in it, as datajoint-python 0.14 reads it; else Uint8Array | Uint8Array |
 * | `<codec>` | what the codec says | |
 * | `<codec@store>` | StoredObject, whose `read()` gives what the codec says | refused: stores are not written |
 */
import type { Attribute, SqlValue } from '../database';
import { DataJointError, messageOf } from '../errors';
import { decodeColumn, encodeColumn } from './columns';
import { Refusal, showValue } from './refusal';
import { parseCodecType, resolveCodec, type CodecChain, type CodecContext } from './registry';
import { decodeOldStored, StoredObject } from './stores';
import { unmarkedValue } from './unmarkedBlob';

/**
 * What to store for a value of an attribute; null for null and undefined.
 * @throws DataJointError `invalid_value` or `missing_value`, naming table, attribute, type and value.
 */
export function encodeValue(attribute: Attribute, value: unknown, table: string): SqlValue {
  if (value === null || value === undefined) {
    if (attribute.nullable) return null;
    throw new DataJointError('missing_value', `${place(attribute, table)} needs a value and cannot be null.`);
  }
  const stored = refusing(attribute, value, table, () => encodeThroughCodecs(attribute, value, table));
  return refusing(attribute, stored, table, () => encodeColumn(attribute.column, stored));
}

/**
 * The value of what an attribute stores; null for null.
 * @throws DataJointError `corrupt` when it cannot be read, `definition` when its codec is not registered.
 */
export function decodeValue(attribute: Attribute, raw: SqlValue): unknown {
  if (raw === null) return null;
  try {
    let value = decodeColumn(attribute.column, raw);
    if (attribute.codec === null) {
      const unmarked = unmarkedValue(attribute, raw);
      return unmarked === null ? (decodeOldStored(attribute, raw) ?? value) : unmarked.value;
    }
    const { codecs, context } = chainOf(attribute, '');
    for (const codec of codecs.toReversed()) {
      const decode = (stored: unknown): unknown => codec.decode(stored, context);
      value = value instanceof StoredObject ? value.through(codec.name, decode) : decode(value);
    }
    return value;
  } catch (error) {
    const code = error instanceof DataJointError ? error.code : 'corrupt';
    throw new DataJointError(code, `Attribute ${attribute.name}: ${sentence(messageOf(error))}`, { cause: error });
  }
}

/** Runs `encode`; what it refuses about `value` becomes an error that says where. */
export function refusing<T>(attribute: Attribute, value: unknown, table: string, encode: () => T): T {
  try {
    return encode();
  } catch (error) {
    const reason = error instanceof Refusal ? `${showValue(value)} ${error.message}` : messageOf(error);
    const code = error instanceof DataJointError ? error.code : 'invalid_value';
    throw new DataJointError(code, `${place(attribute, table)}: ${sentence(reason)}`, { cause: error });
  }
}

function encodeThroughCodecs(attribute: Attribute, value: unknown, table: string): unknown {
  if (attribute.codec === null) return value;
  const { codecs, context } = chainOf(attribute, table);
  return codecs.reduce((item, codec) => codec.encode(item, context), value);
}

function chainOf(attribute: Attribute, table: string): { codecs: CodecChain['codecs']; context: CodecContext } {
  const isWritten = parseCodecType(attribute.declaredType)?.name === attribute.codec;
  const { codecs, store } = resolveCodec(isWritten ? attribute.declaredType : `<${attribute.codec ?? ''}>`);
  return { codecs, context: { table, attribute: attribute.name, store } };
}

function place(attribute: Attribute, table: string): string {
  return `Table ${table}, attribute ${attribute.name} (${attribute.declaredType})`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
