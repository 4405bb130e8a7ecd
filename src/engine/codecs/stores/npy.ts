/** numpy's file format `.npy`, versions 1 to 3, as documented with numpy.lib.format. */
import { DataJointError } from '../../errors';
import { type DType, NdArray, type NumericArray } from '../blob';

/** Element types by numpy's code without byte order. */
const TYPES: Readonly<Record<string, readonly [DType, (buffer: ArrayBuffer) => NumericArray]>> = {
  b1: ['bool', (buffer) => new Uint8Array(buffer)],
  i1: ['int8', (buffer) => new Int8Array(buffer)],
  u1: ['uint8', (buffer) => new Uint8Array(buffer)],
  i2: ['int16', (buffer) => new Int16Array(buffer)],
  u2: ['uint16', (buffer) => new Uint16Array(buffer)],
  i4: ['int32', (buffer) => new Int32Array(buffer)],
  u4: ['uint32', (buffer) => new Uint32Array(buffer)],
  i8: ['int64', (buffer) => new BigInt64Array(buffer)],
  u8: ['uint64', (buffer) => new BigUint64Array(buffer)],
  f2: ['float32', (buffer) => Float32Array.from(halves(buffer))],
  f4: ['float32', (buffer) => new Float32Array(buffer)],
  f8: ['float64', (buffer) => new Float64Array(buffer)],
  c8: ['float32', (buffer) => new Float32Array(buffer)],
  c16: ['float64', (buffer) => new Float64Array(buffer)],
  M8: ['datetime64[D]', (buffer) => new BigInt64Array(buffer)],
};

/**
 * The array of a `.npy` file, whatever its byte order and layout. float16 becomes float32.
 * @throws DataJointError `corrupt` for bytes that are none, `not_allowed` for elements that an NdArray
 * cannot hold.
 */
export function readNpy(bytes: Uint8Array): NdArray {
  const { descr, isFortran, shape, start } = readHeader(bytes);
  const [, order = '', code = '', unit] =
    /^([<>|=]?)([a-zA-Z]\d+)(?:\[(Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)\])?$/.exec(descr) ?? [];
  const type = TYPES[code];
  if (type === undefined || (code === 'M8') !== (unit !== undefined)) {
    throw new DataJointError(
      'not_allowed',
      `this .npy file holds elements of numpy's type ${descr}, which cannot be read here; localPath() says where it is`,
    );
  }
  const isComplex = code.startsWith('c');
  const count = shape.reduce((product, length) => product * length, 1);
  const width = Number(code.slice(1));
  if (bytes.length - start !== count * width) {
    throw corrupt(`it promises ${count} elements of ${width} bytes, but ${bytes.length - start} bytes follow`);
  }
  const content = Buffer.from(bytes.subarray(start));
  if (order === '>') swap(content, isComplex ? width / 2 : width);
  const data = type[1](content.buffer.slice(content.byteOffset, content.byteOffset + content.length));
  const dtype: DType = unit === undefined ? type[0] : (`datetime64[${unit}]` as DType);
  const [real, imaginary] = isComplex ? [everySecond(data, 0), everySecond(data, 1)] : [data, null];
  if (isFortran) return new NdArray(dtype, shape, real, imaginary);
  const imaginaryPart = imaginary === null ? null : NdArray.fromRowMajor(shape, imaginary, dtype).data;
  return new NdArray(dtype, shape, NdArray.fromRowMajor(shape, real, dtype).data, imaginaryPart as NumericArray | null);
}

interface Header {
  readonly descr: string;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** The byte after the header. */
  readonly start: number;
}

/** The header is a Python dict with three known keys: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), } */
function readHeader(bytes: Uint8Array): Header {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 12 || buffer.toString('latin1', 0, 6) !== '\x93NUMPY') throw corrupt('it does not begin as one');
  const isShort = buffer[6] === 1;
  const length = isShort ? buffer.readUInt16LE(8) : buffer.readUInt32LE(8);
  const start = (isShort ? 10 : 12) + length;
  const text = buffer.toString('utf8', start - length, start);
  const shape = /'shape':\s*\(([\d,\sL]*)\)/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const descr = /'descr':\s*(?:'([^']*)'|(\[.*\]))/.exec(text);
  if (start > buffer.length || shape === undefined || order === undefined || descr === null)
    throw corrupt('its header cannot be read');
  const lengths = shape.split(',').filter((part) => part.trim() !== '');
  return {
    descr: descr[1] ?? descr[2] ?? '',
    isFortran: order === 'True',
    shape: lengths.map((part) => parseInt(part, 10)),
    start,
  };
}

function swap(content: Buffer, width: number): void {
  if (width === 2) content.swap16();
  else if (width === 4) content.swap32();
  else if (width === 8) content.swap64();
}

function everySecond(data: NumericArray, first: number): NumericArray {
  return (data as Float64Array).filter((_, index) => index % 2 === first);
}

/** IEEE 754 half precision, of which not every supported runtime has a typed array. */
function* halves(buffer: ArrayBuffer): Generator<number> {
  for (const bits of new Uint16Array(buffer)) {
    const sign = bits >> 15 === 0 ? 1 : -1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0x1f) yield fraction === 0 ? sign * Infinity : NaN;
    else if (exponent === 0) yield sign * fraction * 2 ** -24;
    else yield sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
}

function corrupt(reason: string): DataJointError {
  return new DataJointError('corrupt', `the stored .npy file cannot be read: ${reason}`);
}
