/**
 * Values to blobs, byte for byte as datajoint-python 2.3.5 `blob.pack` writes the same value. The table of what becomes
 * what stands in the folder's index.
 */
import { Refusal, showValue } from '../refusal';
import { type Block, blockOf, NO_TYPES } from './arrange';
import { compress } from './compression';
import { arrayTypeOf, dtypeOfArray, idOfDtype } from './dtypes';
import { NdArray } from './ndarray';
import { haveFields, isPlainObject, recordColumns, type RecordColumns } from './records';
import { packCalendarDate, packClockTime, packDate } from './times';
import { CalendarDate, ClockTime, Complex, Decimal, MatCell, MatStruct, MicrosecondDate, Tuple, Uuid } from './values';
import { ByteWriter } from './writer';
import { arrayAt, formOf, isInt, placesOf, type PlaceType } from './written';

/** Nesting beyond this is a cycle, or something that Python could not read either. */
export const MAX_DEPTH = 400;

/**
 * The blob of a value; compressed when it is over 1000 bytes and compression makes it smaller.
 * @throws Refusal that says what cannot be stored and where it stands in the value.
 */
export function pack(value: unknown): Uint8Array {
  const packer = new Packer();
  packer.value(value, '', 0);
  const body = packer.writer.finish();
  return compress(Buffer.concat([Buffer.from(packer.dj0 ? 'dj0\0' : 'mYm\0', 'latin1'), body]));
}

class Packer {
  readonly writer = new ByteWriter();
  /** True once something was written that MATLAB's mYm format does not know. */
  dj0 = false;

  /** `type` is what stood at its place when its container was read. */
  value(value: unknown, path: string, depth: number, type?: PlaceType): void {
    if (depth > MAX_DEPTH) throw new Refusal(`is nested more than ${MAX_DEPTH} levels deep, or contains itself`);
    if (type !== undefined && this.typed(value, type, path, depth)) return;
    if (value instanceof NdArray) {
      this.array(value, path, depth);
    } else if (value instanceof MatCell) {
      this.cell({ shape: value.shape, items: value.items, types: NO_TYPES }, path, depth);
    } else if (value instanceof MatStruct) {
      this.struct(value.shape, Object.keys(value.rows[0] ?? {}), value.rows, path, depth);
    } else if (ArrayBuffer.isView(value) && !(value instanceof Uint8Array)) {
      this.typedArray(value, path, depth);
    } else if (!this.formed(value, path, depth)) {
      this.dj0 = true;
      if (typeof value === 'object' && value !== null) this.object(value, path, depth);
      else this.scalar(value, path);
    }
  }

  /** Writes the type that stood there before. @returns false when the value does not fit it */
  private typed(value: unknown, type: PlaceType, path: string, depth: number): boolean {
    if (type === 'float') {
      if (typeof value !== 'number') return false;
      this.dj0 = true;
      this.floats(0x0d, value);
      return true;
    }
    const array = arrayAt(value, type);
    if (array !== null) this.array(array, path, depth);
    return array !== null;
  }

  /** Writes a cell, a struct or an array with fields that was read as arrays and objects. @returns false for other values */
  private formed(value: unknown, path: string, depth: number): boolean {
    const form = typeof value === 'object' && value !== null ? formOf(value) : undefined;
    if (form === undefined) return false;
    const block = Array.isArray(value) ? blockOf(value, form.shape) : { shape: form.shape, items: [value], types: NO_TYPES };
    if (block === null) return false;
    if (form.kind === 'cell') {
      this.cell(block, path, depth);
      return true;
    }
    if (form.kind === 'struct') {
      if (!haveFields(block.items, form.fields)) return false;
      this.struct(block.shape, form.fields, block.items, path, depth);
      return true;
    }
    const records = recordColumns(block.items, form.fields, block.shape);
    if (records === null) return false;
    this.dj0 = true;
    this.records(records, path, depth);
    return true;
  }

  private scalar(value: unknown, path: string): void {
    if (value === null) this.writer.u8(0xff);
    else if (typeof value === 'string') this.text(5, value, path);
    else if (typeof value === 'bigint') this.integer(value, path);
    else if (typeof value === 'boolean') this.writer.bytes(0x0b, value ? 1 : 0);
    else if (typeof value !== 'number') throw cannot(value, path);
    else if (isInt(value)) this.safeInteger(value, path);
    else this.floats(0x0d, value);
  }

  private object(value: object, path: string, depth: number): void {
    if (value instanceof Uint8Array) this.bytes(value);
    else if (value instanceof Tuple) this.sequence(1, value, path, depth);
    else if (Array.isArray(value)) this.sequence(2, value, path, depth);
    else if (value instanceof Set) this.set(value as Set<unknown>, path, depth);
    else if (value instanceof Map) this.mapping([...(value as Map<unknown, unknown>)], value, path, depth);
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
    if (!isPlainObject(value)) throw cannot(value, path);
    const order = placesOf(value)?.order ?? [];
    const names = [...new Set([...order.filter((name) => Object.hasOwn(value, name)), ...Object.keys(value)])];
    // As JSON does, a property without a value is no property.
    const entries = names.map((name) => [name, value[name]] as const).filter(([, item]) => item !== undefined);
    this.mapping(entries, value, path, depth);
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
    this.items(items, placesOf(items)?.items ?? NO_TYPES, path, depth);
  }

  private set(set: ReadonlySet<unknown>, path: string, depth: number): void {
    const types = placesOf(set)?.items ?? NO_TYPES;
    const items = [...set];
    this.writer.u8(3);
    this.writer.u64(items.length);
    for (const [index, item] of items.entries()) this.sized(item, `${path}[${index}]`, depth, types.get(item));
  }

  private items(items: ArrayLike<unknown>, types: Block['types'], path: string, depth: number): void {
    for (let index = 0; index < items.length; index += 1) {
      this.sized(items[index], `${path}[${index}]`, depth, types.get(index));
    }
  }

  private mapping(entries: readonly (readonly [unknown, unknown])[], dict: object, path: string, depth: number): void {
    const known = placesOf(dict);
    this.writer.u8(4);
    this.writer.u64(entries.length);
    for (const [key, item] of entries) {
      const place = typeof key === 'string' ? `${path}.${key}` : `${path}[${showValue(key)}]`;
      this.sized(key, place, depth, known?.keys?.get(key));
      this.sized(item, place, depth, known?.items.get(key));
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
      this.items(array.data, placesOf(array.data)?.items ?? NO_TYPES, path, depth);
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

  private cell({ shape, items, types }: Block, path: string, depth: number): void {
    this.writer.u8(0x43);
    this.shape(shape);
    this.items(items, types, path, depth);
  }

  private struct(
    shape: readonly number[],
    fields: readonly string[],
    rows: readonly Readonly<Record<string, unknown>>[],
    path: string,
    depth: number,
  ): void {
    this.writer.u8(0x53);
    this.shape(shape);
    this.fields(fields);
    for (const row of rows) {
      const types = placesOf(row)?.items ?? NO_TYPES;
      for (const field of fields) this.sized(row[field], `${path}.${field}`, depth, types.get(field));
    }
  }

  private records({ names, columns }: RecordColumns, path: string, depth: number): void {
    this.writer.u8(0x46);
    this.fields(names);
    for (const [index, column] of columns.entries()) {
      if (column instanceof NdArray) this.array(column, `${path}.${names[index] ?? ''}`, depth);
      else this.records(column, path, depth);
    }
  }

  private fields(names: readonly string[]): void {
    this.writer.u32(names.length);
    for (const name of names) this.writer.raw(Buffer.from(`${name}\0`, 'utf8'));
  }

  private shape(shape: readonly number[]): void {
    this.writer.u64(shape.length);
    for (const length of shape) this.writer.u64(length);
  }

  private sized(item: unknown, path: string, depth: number, type?: PlaceType): void {
    this.writer.sized(() => {
      this.value(item, path, depth + 1, type);
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
