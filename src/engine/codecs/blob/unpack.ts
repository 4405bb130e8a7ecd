/**
 * Blobs to values: everything that datajoint-python 2.3.2 `blob.unpack` reads, in the formats `dj0` and `mYm`. Input is
 * not trusted: counts are checked against the bytes that are left, depth and unpacked size are limited.
 */
import { inflateSync } from 'node:zlib';
import { messageOf } from '../../errors';
import { arrayTypeOf, dtypeOfId } from './dtypes';
import { NdArray, nest } from './ndarray';
import { MAX_DEPTH } from './pack';
import { ByteReader, corrupt } from './reader';
import { unpackTime } from './times';
import { Complex, Decimal, Tuple, Uuid } from './values';

const COMPRESSED = 'ZL123\0';
/** zlib shrinks at most about 1030 times; a larger promise is a lie or a bomb. */
const MAX_RATIO = 1100n;
const MAX_BYTES = 2n ** 31n - 1n;
/** numpy's own limit. */
const MAX_DIMENSIONS = 64;

/** Elements in column-major order, before they are put into nested arrays. */
interface Block {
  readonly shape: readonly number[];
  readonly items: readonly unknown[];
}

/**
 * The value of a blob.
 * @throws DataJointError `corrupt` that says what is wrong and at which byte.
 */
export function unpack(blob: Uint8Array): unknown {
  const bytes = decompress(blob);
  const reader = new ByteReader(bytes);
  const format = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  if (format !== 'dj0\0' && format !== 'mYm\0') throw corrupt('it does not begin with dj0 or mYm', 0);
  reader.position = 4;
  const value = new Unpacker(reader).value(0);
  if (reader.remaining > 0) throw corrupt(`${reader.remaining} bytes are left over at its end`, reader.position);
  return value;
}

function decompress(blob: Uint8Array): Uint8Array {
  if (Buffer.from(blob.subarray(0, 6)).toString('latin1') !== COMPRESSED) return blob;
  const reader = new ByteReader(blob);
  reader.position = COMPRESSED.length;
  const size = reader.u64();
  if (size > MAX_BYTES || size > BigInt(reader.remaining) * MAX_RATIO) {
    throw corrupt(
      `it promises to unpack into ${size} bytes, which ${reader.remaining} bytes cannot hold`,
      COMPRESSED.length,
    );
  }
  let bytes: Uint8Array;
  try {
    bytes = inflateSync(reader.raw(reader.remaining), { maxOutputLength: Math.max(Number(size), 1) });
  } catch (error) {
    throw corrupt(
      `its compression is broken or hides more than it promises (${messageOf(error)})`,
      COMPRESSED.length + 8,
    );
  }
  if (BigInt(bytes.length) !== size) {
    throw corrupt(`it unpacks into ${bytes.length} bytes instead of ${size}`, COMPRESSED.length);
  }
  return bytes;
}

class Unpacker {
  constructor(private readonly reader: ByteReader) {}

  value(depth: number): unknown {
    const { reader } = this;
    const at = reader.position;
    if (depth > MAX_DEPTH) throw corrupt(`it is nested more than ${MAX_DEPTH} levels deep`, at);
    const code = reader.u8();
    switch (code) {
      case 0x41: // A
        return simplify(this.array(depth));
      case 0x43: // C
        return arrange(this.cell(depth));
      case 0x53: // S
        return structValue(this.struct(depth));
      case 0x46: // F
        return arrange(this.records(depth));
      case 0xff:
        return null;
      case 0x01:
        return Tuple.from(this.sequence(depth));
      case 0x02:
        return this.sequence(depth);
      case 0x03:
        return new Set(this.sequence(depth));
      case 0x04:
        return this.mapping(depth);
      case 0x05:
        return reader.text(reader.count(1, 'bytes of text'));
      case 0x06:
        return new Uint8Array(reader.copy(reader.count(1, 'bytes')));
      case 0x0a:
        return this.integer();
      case 0x0b:
        return reader.u8() !== 0;
      case 0x0c:
        return new Complex(reader.f64(), reader.f64());
      case 0x0d:
        return reader.f64();
      case 0x64: // d
        return new Decimal(reader.text(reader.count(1, 'bytes of text')));
      case 0x74: // t
        return this.time(at);
      case 0x75: // u
        return Uuid.fromBytes(reader.raw(16));
      case 0x50: // P
        throw corrupt('it holds a sparse MATLAB array, which is not supported', at);
      default:
        throw corrupt(`unknown structure code ${code}`, at);
    }
  }

  /** A value with its size in front. */
  private sized(depth: number): unknown {
    const { reader } = this;
    const size = reader.count(1, 'bytes');
    const start = reader.position;
    const value = this.value(depth + 1);
    if (reader.position - start !== size) {
      throw corrupt(`a value takes ${reader.position - start} bytes instead of the announced ${size}`, start);
    }
    return value;
  }

  private items(count: number, depth: number): unknown[] {
    const items: unknown[] = [];
    for (let index = 0; index < count; index += 1) items.push(this.sized(depth));
    return items;
  }

  private sequence(depth: number): unknown[] {
    return this.items(this.reader.count(9, 'items'), depth);
  }

  /** A dict: a plain object when all its keys are strings, else a Map. */
  private mapping(depth: number): unknown {
    const entries: [unknown, unknown][] = [];
    const count = this.reader.count(18, 'items');
    for (let index = 0; index < count; index += 1) entries.push([this.sized(depth), this.sized(depth)]);
    return entries.every(([key]) => typeof key === 'string') ? Object.fromEntries(entries) : new Map(entries);
  }

  /** A Python int: a number when that is exact, else a bigint. */
  private integer(): number | bigint {
    const size = this.reader.u16();
    if (size >= 1 && size <= 6) return this.reader.int(size);
    const hex = Buffer.from(this.reader.raw(size)).reverse().toString('hex');
    return exact(BigInt.asIntN(size * 8, BigInt(`0x${hex === '' ? '0' : hex}`)));
  }

  private time(at: number): unknown {
    const value = unpackTime(this.reader.i32(), this.reader.i64());
    if (value === null) throw corrupt('a date or time does not exist in the calendar', at);
    return value;
  }

  private shape(what: string): { shape: number[]; size: number } {
    const at = this.reader.position;
    const dimensions = this.reader.count(8, `dimensions of ${what}`);
    if (dimensions > MAX_DIMENSIONS) throw corrupt(`${what} has ${dimensions} dimensions`, at);
    const lengths = Array.from({ length: dimensions }, () => this.reader.u64());
    // Lengths beside a zero take no bytes; they are limited all the same, because somebody may loop over them.
    if (lengths.reduce((product, length) => product * (length || 1n), 1n) > MAX_BYTES) {
      throw corrupt(`${what} has the impossible shape ${lengths.join('×')}`, at);
    }
    const shape = lengths.map(Number);
    return { shape, size: shape.reduce((product, length) => product * length, 1) };
  }

  private array(depth: number): NdArray {
    const { reader } = this;
    const { shape, size } = this.shape('an array');
    const at = reader.position;
    const id = reader.u32();
    const complex = reader.u32() !== 0;
    const dtype = dtypeOfId(id);
    if (dtype === undefined) throw corrupt(`unknown element type ${id}`, at);
    if (dtype === 'object') return new NdArray(dtype, shape, this.items(this.checked(size, 9), depth));
    if (dtype === 'char') {
      const codes = new Uint16Array(reader.copy(this.checked(size, 2) * 2));
      return new NdArray(dtype, shape, Array.from(codes, (code) => String.fromCharCode(code)));
    }
    const Type = arrayTypeOf(dtype);
    const bytes = this.checked(size, Type.BYTES_PER_ELEMENT) * Type.BYTES_PER_ELEMENT;
    const data = new Type(reader.copy(bytes));
    return new NdArray(dtype, shape, data, complex ? new Type(reader.copy(bytes)) : null);
  }

  private cell(depth: number): Block {
    const { shape, size } = this.shape('a cell array');
    return { shape, items: this.items(this.checked(size, 9), depth) };
  }

  private struct(depth: number): Block {
    const { shape, size } = this.shape('a struct array');
    const fields = this.fields();
    if (fields.length === 0) return { shape: [1, 1], items: [{}] };
    this.checked(size * fields.length, 9);
    const row = (): unknown => Object.fromEntries(fields.map((field) => [field, this.sized(depth)]));
    return { shape, items: Array.from({ length: size }, row) };
  }

  /** A numpy array with fields, turned into one plain object per element. */
  private records(depth: number): Block {
    const fields = this.fields();
    const columns = fields.map((field) => ({ field, block: this.column(depth + 1) }));
    const first = columns[0]?.block;
    if (first === undefined) return { shape: [0], items: [] };
    if (columns.some(({ block }) => block.items.length !== first.items.length)) {
      throw corrupt('the fields of a record array differ in length', this.reader.position);
    }
    const items = first.items.map((_, index) =>
      Object.fromEntries(columns.map(({ field, block }) => [field, block.items[index]])),
    );
    return { shape: first.shape, items };
  }

  private column(depth: number): Block {
    const at = this.reader.position;
    if (depth > MAX_DEPTH) throw corrupt(`it is nested more than ${MAX_DEPTH} levels deep`, at);
    const code = this.reader.u8();
    if (code === 0x46) return this.records(depth);
    if (code !== 0x41) throw corrupt(`a field of a record array has the structure code ${code}`, at);
    const array = this.array(depth);
    const flat = new NdArray(array.dtype, [array.size], array.data, array.imaginary);
    return { shape: array.shape, items: flat.toNested() as unknown[] };
  }

  private fields(): string[] {
    const at = this.reader.position;
    const count = this.reader.u32();
    if (count > this.reader.remaining) {
      throw corrupt(`it announces ${count} fields, but only ${this.reader.remaining} bytes follow`, at);
    }
    return Array.from({ length: count }, () => this.reader.zeroTerminated());
  }

  /** `size`, when so many elements of `unit` bytes can follow. */
  private checked(size: number, unit: number): number {
    if (size * unit > this.reader.remaining) {
      throw corrupt(
        `it announces ${size} elements, but only ${this.reader.remaining} bytes follow`,
        this.reader.position,
      );
    }
    return size;
  }
}

/**
 * The handiest form of an array that keeps its meaning: a scalar for no dimensions, a typed array for one dimension of
 * numbers, a string for MATLAB text, else the NdArray itself. One-dimensional uint8 stays an NdArray, because a
 * Uint8Array means bytes.
 */
function simplify(array: NdArray): unknown {
  const { dtype, shape, data } = array;
  if (dtype === 'char') {
    const isText = data.length === 0 || shape.length < 2 || (shape.length === 2 && shape[0] === 1);
    return isText ? data.join('') : array;
  }
  if (dtype.startsWith('datetime64')) return array;
  if (shape.length === 0) {
    const item = array.get();
    return typeof item === 'bigint' ? exact(item) : item;
  }
  const hasTypedArray = dtype !== 'object' && dtype !== 'bool' && dtype !== 'uint8' && array.imaginary === null;
  return hasTypedArray && shape.length === 1 ? data : array;
}

/** A flat list for anything with one direction (MATLAB's rows and columns too), else nested arrays. */
function arrange({ shape, items }: Block): unknown {
  if (shape.length === 0) return items[0];
  if (shape.filter((length) => length !== 1).length <= 1 || items.length === 0) return items;
  return nest(shape, (offset) => items[offset]);
}

/** MATLAB's scalar struct is an object; a struct array is a list of objects. */
function structValue(block: Block): unknown {
  return block.items.length === 1 ? block.items[0] : arrange(block);
}

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
