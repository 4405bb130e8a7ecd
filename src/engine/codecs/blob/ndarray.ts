import { dtypeOfArray, type DType, type NumericArray } from './dtypes';
import { Complex } from './values';

/**
 * An n-dimensional array as blobs store it: numpy's and MATLAB's arrays of any shape.
 *
 * `data` lies in column-major order (the first index runs fastest), `shape` counts elements per dimension. bool is in
 * bytes, datetime64 in counts of its unit since 1970, char and object in plain arrays. A complex array keeps its
 * imaginary parts in `imaginary`, in the same order.
 *
 * An array without dimensions (`shape` is `[]`) is a scalar of numpy that makes up a whole blob: `get()` gives its value,
 * and it can be reckoned and compared with (`<`, `>`) like it. As an object it is never equal (`===`) to a number.
 */
export class NdArray {
  constructor(
    readonly dtype: DType,
    readonly shape: readonly number[],
    readonly data: NumericArray | readonly unknown[],
    readonly imaginary: NumericArray | null = null,
  ) {
    const size = shape.reduce((product, length) => product * length, 1);
    if (data.length !== size || (imaginary !== null && imaginary.length !== size)) {
      throw new RangeError(`an array of shape [${shape.join(', ')}] has ${size} elements, not ${data.length}`);
    }
  }

  /** An array from elements in row-major order (the last index runs fastest), as nested loops write them. */
  static fromRowMajor(shape: readonly number[], data: NumericArray | readonly unknown[], dtype?: DType): NdArray {
    const type = dtype ?? (ArrayBuffer.isView(data) ? dtypeOfArray(data) : 'object');
    if (type === null) throw new TypeError('this kind of typed array has no place in a blob');
    return new NdArray(type, shape, reorder(data, [...shape].reverse()));
  }

  get size(): number {
    return this.data.length;
  }

  /** One element: a number, bigint, boolean, Complex, string, or whatever an object array holds. */
  get(...index: number[]): unknown {
    if (index.length !== this.shape.length) {
      throw new RangeError(`an array with ${this.shape.length} dimensions needs as many indexes, not ${index.length}`);
    }
    let offset = 0;
    for (let axis = this.shape.length - 1; axis >= 0; axis -= 1) {
      const length = this.shape[axis] ?? 0;
      const at = index[axis] ?? 0;
      if (!Number.isInteger(at) || at < 0 || at >= length) {
        throw new RangeError(`index ${at} is outside 0 to ${length - 1}`);
      }
      offset = offset * length + at;
    }
    return this.element(offset);
  }

  /** The elements in row-major order, in the same kind of array as `data`. Real parts only. */
  toRowMajor(): NumericArray | readonly unknown[] {
    return reorder(this.data, this.shape);
  }

  /** Arrays of arrays, the outermost along the first dimension; one element for an array without dimensions. */
  toNested(): unknown {
    return nest(this.shape, (offset) => this.element(offset));
  }

  /** Without dimensions the element, so that one can reckon and compare with it; else the array. */
  valueOf(): unknown {
    if (this.shape.length > 0) return this;
    const item = this.element(0);
    return typeof item === 'bigint' ? exact(item) : item;
  }

  toString(): string {
    return this.shape.length > 0 ? `${this.dtype} array of shape [${this.shape.join(', ')}]` : String(this.element(0));
  }

  private element(offset: number): unknown {
    const value = this.data[offset];
    if (this.dtype === 'bool') return value !== 0;
    if (this.imaginary !== null) return new Complex(Number(value), Number(this.imaginary[offset]));
    return value;
  }
}

/** A number where that is exact, else the bigint. */
export function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Nested arrays of the elements that lie in column-major order; `finish` is told of each innermost one. */
export function nest(
  shape: readonly number[],
  element: (offset: number) => unknown,
  finish: (list: readonly unknown[], offsets: readonly number[]) => void = () => undefined,
): unknown {
  const strides: number[] = [];
  let stride = 1;
  for (const length of shape) {
    strides.push(stride);
    stride *= length;
  }
  const level = (axis: number, offset: number): unknown => {
    const length = shape[axis];
    if (length === undefined) return element(offset);
    const offsets = Array.from({ length }, (_, at) => offset + at * (strides[axis] ?? 0));
    const list = offsets.map((at) => level(axis + 1, at));
    if (axis === shape.length - 1) finish(list, offsets);
    return list;
  };
  return level(0, 0);
}

/** From column-major of `shape` to row-major (and back, given the shape reversed). */
function reorder<T extends NumericArray | readonly unknown[]>(data: T, shape: readonly number[]): T;
function reorder(data: NumericArray | readonly unknown[], shape: readonly number[]): NumericArray | readonly unknown[] {
  const result = data.slice() as { [index: number]: unknown } & typeof data;
  if (shape.filter((length) => length > 1).length < 2) return result;
  const index = shape.map(() => 0);
  const strides: number[] = [];
  let stride = 1;
  for (const length of shape) {
    strides.push(stride);
    stride *= length;
  }
  let offset = 0;
  for (let target = 0; target < data.length; target += 1) {
    (result as unknown[])[target] = data[offset];
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const next = (index[axis] ?? 0) + 1;
      const step = strides[axis] ?? 0;
      if (next < (shape[axis] ?? 0)) {
        index[axis] = next;
        offset += step;
        break;
      }
      offset -= step * (next - 1);
      index[axis] = 0;
    }
  }
  return result;
}
