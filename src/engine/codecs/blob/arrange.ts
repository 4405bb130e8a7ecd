/**
 * The handiest JavaScript for arrays; blocks of elements, as MATLAB's cells and structs and numpy's arrays with fields have
 * them, to nested arrays and back.
 */
import { type NdArray, nest } from './ndarray';
import { type PlaceType, placesOf, rememberPlaces } from './written';

/** Elements in column-major order. `types` by the position of the element. */
export interface Block {
  readonly shape: readonly number[];
  readonly items: readonly unknown[];
  readonly types: ReadonlyMap<unknown, PlaceType>;
}

export const NO_TYPES: Block['types'] = new Map();

/** A plain object of fields and values. */
export function rowOf(names: readonly string[], items: readonly unknown[], types: Block['types']): object {
  const row = Object.fromEntries(names.map((name, index) => [name, items[index]])) as object;
  rememberPlaces(row, { items: types });
  return row;
}

/**
 * The handiest form of an array that keeps its meaning: a typed array for one dimension of numbers, a string for MATLAB
 * text, else the NdArray itself. One-dimensional uint8 stays an NdArray, because a Uint8Array means bytes.
 */
export function simplify(array: NdArray): unknown {
  const { dtype, shape, data } = array;
  if (dtype === 'char') {
    const isText = data.length === 0 || shape.length < 2 || (shape.length === 2 && shape[0] === 1);
    return isText ? data.join('') : array;
  }
  if (dtype.startsWith('datetime64')) return array;
  const hasTypedArray = dtype !== 'object' && dtype !== 'bool' && dtype !== 'uint8' && array.imaginary === null;
  return hasTypedArray && shape.length === 1 ? data : array;
}

/** A flat list for anything with one direction (MATLAB's rows and columns too), else nested arrays. */
export function arrange({ shape, items, types }: Block): unknown {
  if (shape.length === 0) return items[0];
  if (isFlat(shape, items.length)) {
    rememberPlaces(items, { items: types });
    return items;
  }
  return nest(
    shape,
    (offset) => items[offset],
    (list, offsets) => {
      const own = [...offsets.entries()].map(([index, offset]) => [index, types.get(offset)] as const);
      rememberPlaces(list, { items: new Map(own.filter((each): each is [number, PlaceType] => each[1] !== undefined)) });
    },
  );
}

/**
 * The block that `arrange` turned into a value of this shape; null when the value has another shape by now. Where one
 * direction is all there is, it may have become longer or shorter.
 */
export function blockOf(value: readonly unknown[], shape: readonly number[]): Block | null {
  const size = sizeOf(shape);
  if (isFlat(shape, size)) return { shape: resized(shape, size, value.length), items: value, types: typesOf(value) };
  const items: unknown[] = Array.from({ length: size });
  const types = new Map<unknown, PlaceType>();
  const fill = (level: unknown, axis: number, offset: number, stride: number): boolean => {
    const length = shape[axis] ?? 0;
    if (!Array.isArray(level) || level.length !== length) return false;
    const isLast = axis === shape.length - 1;
    const known = isLast ? typesOf(level) : NO_TYPES;
    return (level as unknown[]).every((item, index) => {
      const at = offset + index * stride;
      if (!isLast) return fill(item, axis + 1, at, stride * length);
      items[at] = item;
      const type = known.get(index);
      if (type !== undefined) types.set(at, type);
      return true;
    });
  };
  return fill(value, 0, 0, 1) ? { shape, items, types } : null;
}

function typesOf(list: readonly unknown[]): Block['types'] {
  return placesOf(list)?.items ?? NO_TYPES;
}

function isFlat(shape: readonly number[], size: number): boolean {
  return shape.filter((length) => length !== 1).length <= 1 || size === 0;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The shape for another number of elements along its one direction: the one that is not 1, else the last. */
function resized(shape: readonly number[], size: number, length: number): readonly number[] {
  if (length === size) return shape;
  const direction = shape.findLastIndex((each) => each !== 1);
  const axis = direction < 0 ? shape.length - 1 : direction;
  return shape.map((_, index) => (index === axis ? length : 1));
}
