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
    if (value instanceof NdArray) return this.array(value, path, depth);
    if (value instanceof MatCell) return this.cell(value, path, depth);
    if (value instanceof MatStruct) return this.struct(value, path, depth);
    if (ArrayBuffer.isView(value) && !(value instanceof Uint8Array)) return this.typedArray(value, path, depth);
    this.dj0 = true;
    switch (typeof value) {
      case 'string':
        return this.text(5, value, path);
      case 'number':
        return Number.isSafeInteger(value) && !Object.is(value, -0) ? this.integer(BigInt(value), path) : this.float(value);
      case 'bigint':
        return this.integer(value, path);
      case 'boolean':
        this.writer.u8(0x0b);
        return this.writer.u8(value ? 1 : 0);
      case 'object':
        return value === null ? this.writer.u8(0xff) : this.object(value, path, depth);
      default:
        throw cannot(value, path);
    }
  }

  private object(value: object, path: string, depth: number): void {
    if (value instanceof Uint8Array) return this.bytes(value);
    if (value instanceof Tuple) return this.sequence(1, value, path, depth);
    if (Array.isArray(value)) return this.sequence(2, value, path, depth);
    if (value instanceof Set) return this.sequence(3, [...(value as Set<unknown>)], path, depth);
    if (value instanceof Map) return this.mapping([...(value as Map<unknown, unknown>)], path, depth);
    if (value instanceof Date) {
      return packDate(this.writer, value, value instanceof MicrosecondDate ? value.microseconds : 0, path);
    }
    if (value instanceof CalendarDate) return packCalendarDate(this.writer, value.text);
    if (value instanceof ClockTime) return packClockTime(this.writer, value.text);
    if (value instanceof Decimal) return this.text(0x64, value.text, path);
    if (value instanceof Uuid) {
      this.writer.u8(0x75);
      return this.writer.raw(value.toBytes());
    }
    if (value instanceof Complex) {
      this.writer.u8(0x0c);
      this.writer.f64(value.re);
      return this.writer.f64(value.im);
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) throw cannot(value, path);
    // As JSON does, a property without a value is no property.
    return this.mapping(Object.entries(value).filter(([, item]) => item !== undefined), path, depth);
  }

  private text(code: number, text: string, path: string): void {
    if (!text.isWellFormed()) throw new Refusal(`holds half of a surrogate pair${at(path)}, which UTF-8 cannot store`);
    this.writer.u8(code);
    this.writer.sized(() => this.writer.raw(Buffer.from(text, 'utf8')));
  }

  private bytes(bytes: Uint8Array): void {
    this.writer.u8(6);
    this.writer.sized(() => this.writer.raw(bytes));
  }

  private float(value: number): void {
    this.writer.u8(0x0d);
    this.writer.f64(value);
  }

  /** Little-endian two's complement in the bytes that Python's `bit_length() // 8 + 1` gives. */
  private integer(value: bigint, path: string): void {
    const magnitude = value < 0n ? -value : value;
    const bits = magnitude === 0n ? 0 : magnitude.toString(2).length;
    const size = Math.floor(bits / 8) + 1;
    if (size > 0xffff) throw new Refusal(`has an integer of more than 65535 bytes${at(path)}`);
    const hex = BigInt.asUintN(size * 8, value).toString(16).padStart(size * 2, '0');
    this.writer.u8(0x0a);
    this.writer.u16(size);
    this.writer.raw(Buffer.from(hex, 'hex').reverse());
  }

  private sequence(code: number, items: readonly unknown[], path: string, depth: number): void {
    this.writer.u8(code);
    this.writer.u64(items.length);
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
      array.data.forEach((item, index) => this.sized(item, `${path}[${index}]`, depth));
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
    const data = new Type(new ArrayBuffer(items.length * Type.BYTES_PER_ELEMENT)) as unknown as { [index: number]: unknown };
    items.forEach((item, index) => (data[index] = typeof item === 'boolean' ? Number(item) : item));
    return data as unknown as ArrayBufferView;
  }

  private cell(cell: MatCell, path: string, depth: number): void {
    this.writer.u8(0x43);
    this.shape(cell.shape);
    cell.items.forEach((item, index) => this.sized(item, `${path}[${index}]`, depth));
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
    this.writer.sized(() => this.value(item, path, depth + 1));
  }
}

function at(path: string): string {
  return path === '' ? '' : ` at ${path.startsWith('.') ? path.slice(1) : path}`;
}

function cannot(value: unknown, path: string): Refusal {
  const what = value instanceof Object && typeof value !== 'function' ? showValue(value) : `a value of type ${typeof value}`;
  return new Refusal(`has ${what}${at(path)}, which a blob cannot hold; turn it into plain objects, arrays and numbers`);
}
