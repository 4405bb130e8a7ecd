/**
 * Blobs to values: everything that datajoint-python 2.3.5 `blob.unpack` reads, in the formats `dj0` and `mYm`. Input is
 * not trusted: counts are checked against the bytes that are left, depth and unpacked size are limited.
 */
import { arrange, type Block, rowOf, simplify } from './arrange';
import { decompress, MAX_BYTES, TEXT, type UnpackLimits } from './compression';
import { arrayTypeOf, dtypeOfId } from './dtypes';
import { exact, NdArray } from './ndarray';
import { MAX_DEPTH } from './pack';
import { ByteReader, corrupt } from './reader';
import { unpackTime } from './times';
import { Complex, Decimal, Tuple, Uuid } from './values';
import { isInt, type PlaceType, placesOf, placeType, type RecordField, rememberForm, rememberPlaces } from './written';

/** The code of Python's float. */
const FLOAT = 0x0d;
/** numpy's own limit. */
const MAX_DIMENSIONS = 64;

/**
 * The value of a blob.
 * @param most bytes that its use can take once it is unpacked; by default what datajoint-python can write, 2 GiB
 * @throws DataJointError `corrupt` that says what is wrong and at which byte.
 */
export function unpack(blob: Uint8Array, most?: UnpackLimits): unknown {
  const bytes = decompress(blob, most);
  const reader = new ByteReader(bytes);
  const format = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  if (format !== 'dj0\0' && format !== 'mYm\0') throw corrupt('it does not begin with dj0 or mYm', 0);
  reader.position = 4;
  const value = new Unpacker(reader).value(0);
  if (reader.remaining > 0) throw corrupt(`${reader.remaining} bytes are left over at its end`, reader.position);
  return value;
}

/** Items of a container, and the types of those that have one to be remembered. */
interface Items {
  readonly items: unknown[];
  readonly types: Map<unknown, PlaceType>;
}

class Unpacker {
  /** What the container of the value read last has to remember of it. */
  private type: PlaceType | null = null;

  constructor(private readonly reader: ByteReader) {}

  value(depth: number): unknown {
    const at = this.reader.position;
    if (depth > MAX_DEPTH) throw corrupt(`it is nested more than ${MAX_DEPTH} levels deep`, at);
    const code = this.reader.u8();
    const value = this.read(code, at, depth);
    if (value instanceof NdArray) {
      this.type = placeType(value);
      return simplify(value);
    }
    this.type = code === FLOAT && isInt(value) ? 'float' : null;
    return value;
  }

  private read(code: number, at: number, depth: number): unknown {
    const { reader } = this;
    switch (code) {
      case 0x41: // A
        return this.array(depth);
      case 0x43: // C
        return this.cell(depth);
      case 0x53: // S
        return this.struct(depth);
      case 0x46: // F
        return this.recordArray(depth);
      case 0xff:
        return null;
      case 0x01:
        return this.sequence(depth, (items) => Tuple.from(items));
      case 0x02:
        return this.sequence(depth, (items) => items);
      case 0x03:
        return this.set(depth);
      case 0x04:
        return this.mapping(depth);
      case TEXT:
        return reader.text(reader.count(1, 'bytes of text'));
      case 0x06:
        return new Uint8Array(reader.copy(reader.count(1, 'bytes')));
      case 0x0a:
        return this.integer();
      case 0x0b:
        return reader.u8() !== 0;
      case 0x0c:
        return new Complex(reader.f64(), reader.f64());
      case FLOAT:
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
    return this.type !== null && value instanceof NdArray ? value.valueOf() : value;
  }

  private items(count: number, depth: number): Items {
    const items: unknown[] = [];
    const types: Items['types'] = new Map();
    for (let index = 0; index < count; index += 1) {
      items.push(this.sized(depth));
      if (this.type !== null) types.set(index, this.type);
    }
    return { items, types };
  }

  private sequence(depth: number, make: (items: unknown[]) => object): unknown {
    const { items, types } = this.items(this.reader.count(9, 'items'), depth);
    const sequence = make(items);
    rememberPlaces(sequence, { items: types });
    return sequence;
  }

  private set(depth: number): unknown {
    const { items, types } = this.items(this.reader.count(9, 'items'), depth);
    const set = new Set(items);
    rememberPlaces(set, { items: new Map([...types].map(([index, type]) => [items[index as number], type])) });
    return set;
  }

  /** A dict: a plain object when all its keys are strings, else a Map. */
  private mapping(depth: number): unknown {
    const entries: [unknown, unknown][] = [];
    const items: Items['types'] = new Map();
    const keys: Items['types'] = new Map();
    const count = this.reader.count(18, 'items');
    for (let index = 0; index < count; index += 1) {
      const key = this.sized(depth);
      if (this.type !== null) keys.set(key, this.type);
      entries.push([key, this.sized(depth)]);
      if (this.type !== null) items.set(key, this.type);
    }
    const names = entries.map(([key]) => key);
    const dict = names.every((name) => typeof name === 'string') ? Object.fromEntries(entries) as object : new Map(entries);
    const isInOrder = dict instanceof Map || Object.keys(dict).every((name, index) => name === names[index]);
    rememberPlaces(dict, { items, keys, ...(isInOrder ? {} : { order: names as string[] }) });
    return dict;
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
    // Lengths beside a zero take no bytes; they are limited all the same, because a program may loop over them.
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
    if (dtype === 'object') {
      const { items, types } = this.items(this.checked(size, 9), depth);
      rememberPlaces(items, { items: types });
      return new NdArray(dtype, shape, items);
    }
    if (dtype === 'char') {
      const codes = new Uint16Array(reader.copy(this.checked(size, 2) * 2));
      return new NdArray(dtype, shape, Array.from(codes, (code) => String.fromCharCode(code)));
    }
    const Type = arrayTypeOf(dtype);
    const bytes = this.checked(size, Type.BYTES_PER_ELEMENT) * Type.BYTES_PER_ELEMENT;
    const data = new Type(reader.copy(bytes));
    return new NdArray(dtype, shape, data, complex ? new Type(reader.copy(bytes)) : null);
  }

  private cell(depth: number): unknown {
    const { shape, size } = this.shape('a cell array');
    const cell = arrange({ shape, ...this.items(this.checked(size, 9), depth) });
    rememberForm(cell, { kind: 'cell', shape });
    return cell;
  }

  /** MATLAB's scalar struct is an object; a struct array is a list of objects. */
  private struct(depth: number): unknown {
    const { shape, size } = this.shape('a struct array');
    const fields = this.fields();
    if (fields.length === 0) return {};
    this.checked(size * fields.length, 9);
    const items = Array.from({ length: size }, () => {
      const row = this.items(fields.length, depth);
      const byName = [...row.types].map(([index, type]) => [fields[index as number], type] as const);
      return rowOf(fields, row.items, new Map(byName));
    });
    const struct = items.length === 1 ? items[0] : arrange({ shape, items, types: new Map() });
    rememberForm(struct, { kind: 'struct', shape, fields });
    return struct;
  }

  /** A numpy array with fields: one plain object per element. */
  private recordArray(depth: number): unknown {
    const { block, fields } = this.records(depth);
    const array = arrange(block);
    if (fields.length > 0) rememberForm(array, { kind: 'records', shape: block.shape, fields });
    return array;
  }

  private records(depth: number): { readonly block: Block; readonly fields: readonly RecordField[] } {
    const names = this.fields();
    const columns = names.map((name) => ({ name, ...this.column(depth + 1) }));
    const first = columns[0]?.block;
    if (first === undefined) return { block: { shape: [0], items: [], types: new Map() }, fields: [] };
    if (columns.some(({ block }) => block.items.length !== first.items.length)) {
      throw corrupt('the fields of a record array differ in length', this.reader.position);
    }
    const items = first.items.map((_, index) => {
      const types: Items['types'] = new Map();
      for (const { name, block } of columns) {
        const type = block.types.get(index);
        if (type !== undefined) types.set(name, type);
      }
      return rowOf(names, columns.map(({ block }) => block.items[index]), types);
    });
    return { block: { shape: first.shape, items, types: new Map() }, fields: columns };
  }

  private column(depth: number): { readonly block: Block; readonly type: RecordField['type'] } {
    const at = this.reader.position;
    if (depth > MAX_DEPTH) throw corrupt(`it is nested more than ${MAX_DEPTH} levels deep`, at);
    const code = this.reader.u8();
    if (code === 0x46) {
      const { block, fields } = this.records(depth);
      return { block, type: fields };
    }
    if (code !== 0x41) throw corrupt(`a field of a record array has the structure code ${code}`, at);
    const { dtype, shape, size, data, imaginary } = this.array(depth);
    const items = new NdArray(dtype, [size], data, imaginary).toNested() as unknown[];
    return { block: { shape, items, types: placesOf(data)?.items ?? new Map() }, type: { dtype, isComplex: imaginary !== null } };
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
