/**
 * Values to blobs, byte for byte as datajoint-python 2.3.2 `blob.pack` writes the same value. The table of what becomes
 * what stands in the folder's index.
 */
import { deflateSync } from 'node:zlib';
import { Refusal, showValue } from '../refusal';
import { arrayTypeOf, dtypeOfArray, idOfDtype } from './dtypes';
import { NdArray } from './ndarray';
import { packCalendarDate, packClockTime, packDate } from './times';
import { CalendarDate, ClockTime, Complex, Decimal, MatCell, MatStruct, MicrosecondDate, Tuple, Uuid } from './values';
import { ByteWriter } from './writer';

/** Nesting beyond this is a cycle, or something that Python could not read either. */
export const MAX_DEPTH = 400;
/** Blobs up to this size are not worth compressing. */
const COMPRESS_OVER = 1000;

/**
 * The blob of a value; compressed when it is over 1000 bytes and compression makes it smaller.
 * @throws Refusal that says what cannot be stored and where it stands in the value.
 */
export function pack(value: unknown): Uint8Array {
  const packer = new Packer();
  packer.value(value, '', 0);
  const body = packer.writer.finish();
  const blob = Buffer.concat([Buffer.from(packer.dj0 ? 'dj0\0' : 'mYm\0', 'latin1'), body]);
  if (blob.length > COMPRESS_OVER) {
    const header = Buffer.alloc(14, 'ZL123\0', 'latin1');
    header.writeBigUInt64LE(BigInt(blob.length), 6);
    const compressed = Buffer.concat([header, deflateSync(blob)]);
    if (compressed.length < blob.length) return new Uint8Array(compressed);
  }
  return new Uint8Array(blob);
}

class Packer {
  readonly writer = new ByteWriter();
  /** True once something was written that MATLAB's mYm format does not know. */
  dj0 = false;

  value(value: unknown, path: string, depth: number): void {
    if (depth > MAX_DEPTH) throw new Refusal(`is nested more than ${MAX_DEPTH} levels deep, or contains itself`);
    if (value instanceof NdArray) {
      this.array(value, path, depth);
    } else if (value instanceof MatCell) {
      this.cell(value, path, depth);
    } else if (value instanceof MatStruct) {
      this.struct(value, path, depth);
    } else if (ArrayBuffer.isView(value) && !(value instanceof Uint8Array)) {
      this.typedArray(value, path, depth);
    } else {
      this.dj0 = true;
      if (typeof value === 'object' && value !== null) this.object(value, path, depth);
      else this.scalar(value, path);
    }
  }

  private scalar(value: unknown, path: string): void {
    if (value === null) this.writer.u8(0xff);
    else if (typeof value === 'string') this.text(5, value, path);
    else if (typeof value === 'bigint') this.integer(value, path);
    else if (typeof value === 'boolean') this.writer.bytes(0x0b, value ? 1 : 0);
    else if (typeof value !== 'number') throw cannot(value, path);
    else if (Number.isSafeInteger(value) && !Object.is(value, -0)) this.safeInteger(value, path);
    else this.floats(0x0d, value);
  }

  private object(value: object, path: string, depth: number): void {
    if (value instanceof Uint8Array) this.bytes(value);
    else if (value instanceof Tuple) this.sequence(1, value, path, depth);
    else if (Array.isArray(value)) this.sequence(2, value, path, depth);
    else if (value instanceof Set) this.sequence(3, [...(value as Set<unknown>)], path, depth);
    else if (value instanceof Map) this.mapping([...(value as Map<unknown, unknown>)], path, depth);
    else if (value instanceof MicrosecondDate) packDate(this.writer, value, value.microseconds, path);
    else if (value instanceof Date) packDate(this.writer, value, 0, path);
    else if (value instanceof CalendarDate) packCalendarDate(this.writer, value.text);
    else if (value instanceof ClockTime) packClockTime(this.writer, value.text);
    else if (value instanceof Decimal) this.text(0x64, value.text, path);
    else if (value instanceof Uuid) this.writer.bytes(0x75, ...value.toBytes());
    else if (value instanceof Complex) this.floats(0x0c, value.re, value.im);
    else this.plainObject(value, path, depth);
  }

  private plainObject(value: object, path: string, depth: number): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) throw cannot(value, path);
    // As JSON does, a property without a value is no property.
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    this.mapping(entries, path, depth);
  }

  private text(code: number, text: string, path: string): void {
    if (!text.isWellFormed()) throw new Refusal(`holds half of a surrogate pair${at(path)}, which UTF-8 cannot store`);
    this.writer.u8(code);
    this.writer.text(text);
  }

  private bytes(bytes: Uint8Array): void {
    this.writer.u8(6);
    this.writer.sized(() => {
      this.writer.raw(bytes);
    });
  }

  private floats(code: number, ...values: number[]): void {
    this.writer.u8(code);
    for (const value of values) this.writer.f64(value);
  }

  /** As `integer`, without the detour for what fits into 6 bytes. */
  private safeInteger(value: number, path: string): void {
    const size = Math.floor(bitLength(Math.abs(value)) / 8) + 1;
    if (size > 6) {
      this.integer(BigInt(value), path);
      return;
    }
    this.writer.u8(0x0a);
    this.writer.u16(size);
    this.writer.int(value, size);
  }

  /** Little-endian two's complement in the bytes that Python's `bit_length() // 8 + 1` gives. */
  private integer(value: bigint, path: string): void {
    const magnitude = value < 0n ? -value : value;
    const size = Math.floor(bitLength(magnitude) / 8) + 1;
    if (size > 0xffff) throw new Refusal(`has an integer of more than 65535 bytes${at(path)}`);
    const hex = BigInt.asUintN(size * 8, value).toString(16).padStart(size * 2, '0');
    this.writer.u8(0x0a);
    this.writer.u16(size);
    this.writer.raw(Buffer.from(hex, 'hex').reverse());
  }

  private sequence(code: number, items: readonly unknown[], path: string, depth: number): void {
    this.writer.u8(code);
    this.writer.u64(items.length);
    this.items(items, path, depth);
  }

  private items(items: ArrayLike<unknown>, path: string, depth: number): void {
    for (let index = 0; index < items.length; index += 1) this.sized(items[index], `${path}[${index}]`, depth);
  }

  private mapping(entries: readonly (readonly [unknown, unknown])[], path: string, depth: number): void {
    this.writer.u8(4);
    this.writer.u64(entries.length);
    for (const [key, item] of entries) {
      const place = typeof key === 'string' ? `${path}.${key}` : `${path}[${showValue(key)}]`;
      this.sized(key, place, depth);
      this.sized(item, place, depth);
    }
  }

  private typedArray(view: ArrayBufferView, path: string, depth: number): void {
    const dtype = dtypeOfArray(view);
    if (dtype === null) throw cannot(view, path);
    const data = view as InstanceType<ReturnType<typeof arrayTypeOf>>;
    this.array(new NdArray(dtype, [data.length], data), path, depth);
  }

  private array(array: NdArray, path: string, depth: number): void {
    if (array.dtype === 'object' || array.shape.length === 0 || array.dtype.startsWith('datetime64')) this.dj0 = true;
    this.writer.u8(0x41);
    this.shape(array.shape);
    this.writer.u32(idOfDtype(array.dtype));
    this.writer.u32(array.imaginary === null ? 0 : 1);
    if (array.dtype === 'object') {
      this.items(array.data, path, depth);
    } else if (array.dtype === 'char') {
      for (const character of array.data) this.writer.u16(String(character).charCodeAt(0));
    } else {
      for (const data of [array.data, array.imaginary]) {
        if (data !== null) this.writer.raw(ArrayBuffer.isView(data) ? data : this.elements(array.dtype, data));
      }
    }
  }

  private elements(dtype: Parameters<typeof arrayTypeOf>[0], items: readonly unknown[]): ArrayBufferView {
    const Type = arrayTypeOf(dtype);
    const data = new Type(new ArrayBuffer(items.length * Type.BYTES_PER_ELEMENT));
    items.forEach((item, index) => Reflect.set(data, index, typeof item === 'boolean' ? Number(item) : item));
    return data;
  }

  private cell(cell: MatCell, path: string, depth: number): void {
    this.writer.u8(0x43);
    this.shape(cell.shape);
    this.items(cell.items, path, depth);
  }

  private struct(struct: MatStruct, path: string, depth: number): void {
    const fields = Object.keys(struct.rows[0] ?? {});
    this.writer.u8(0x53);
    this.shape(struct.shape);
    this.writer.u32(fields.length);
    for (const field of fields) this.writer.raw(Buffer.from(`${field}\0`, 'utf8'));
    for (const row of struct.rows) for (const field of fields) this.sized(row[field], `${path}.${field}`, depth);
  }

  private shape(shape: readonly number[]): void {
    this.writer.u64(shape.length);
    for (const length of shape) this.writer.u64(length);
  }

  private sized(item: unknown, path: string, depth: number): void {
    this.writer.sized(() => {
      this.value(item, path, depth + 1);
    });
  }
}

function bitLength(magnitude: number | bigint): number {
  return magnitude === 0 || magnitude === 0n ? 0 : magnitude.toString(2).length;
}

function at(path: string): string {
  return path === '' ? '' : ` at ${path.startsWith('.') ? path.slice(1) : path}`;
}

function cannot(value: unknown, path: string): Refusal {
  const isObject = typeof value === 'object' && value !== null;
  const what = isObject ? showValue(value) : `a value of type ${typeof value}`;
  return new Refusal(
    `has ${what}${at(path)}, which a blob cannot hold; turn it into plain objects, arrays and numbers`,
  );
}
