/**
 * How the containers of a blob were written, where their JavaScript does not show it: that the 1 in a list was 1.0 or an
 * int16 of numpy, that a list of objects was an array with fields.
 *
 * It is kept beside a container by its identity, so that the container itself stays a plain array or object. A container
 * that is changed keeps it where it still fits; one that is made from it (`map`, a spread, `structuredClone`) has none.
 */
import { arrayTypeOf, type DType } from './dtypes';
import { NdArray } from './ndarray';
import { Complex } from './values';

export type NumberDType = Exclude<DType, 'char' | 'object'>;

/** What stood at a place of a container: Python's float, a scalar of numpy, or MATLAB's text of one or two dimensions. */
export type PlaceType = 'float' | NumberDType | `complex ${NumberDType}` | 'text 1' | 'text 2';

/** By index for lists, by key for dicts, by value for sets. Only places where the value alone would become something else. */
export interface Places {
  readonly items: ReadonlyMap<unknown, PlaceType>;
  /** Of the keys of a dict. */
  readonly keys?: ReadonlyMap<unknown, PlaceType>;
  /** The keys of a dict in their order, where JavaScript has them in another: numbers come first there. */
  readonly order?: readonly string[];
}

/** A field of a numpy array with fields; its elements may have fields themselves. */
export interface RecordField {
  readonly name: string;
  readonly type: { readonly dtype: DType; readonly isComplex: boolean } | readonly RecordField[];
}

/** What an array or an object was that is no list and no dict. */
export type Form =
  | { readonly kind: 'cell'; readonly shape: readonly number[] }
  | { readonly kind: 'struct'; readonly shape: readonly number[]; readonly fields: readonly string[] }
  | { readonly kind: 'records'; readonly shape: readonly number[]; readonly fields: readonly RecordField[] };

/** Whether a number alone becomes Python's int: a whole one within ±2^53. */
export function isInt(value: unknown): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

const places = new WeakMap<object, Places>();
const forms = new WeakMap<object, Form>();

export function rememberPlaces(container: object, known: Places): void {
  if (known.items.size > 0 || (known.keys?.size ?? 0) > 0 || known.order !== undefined) places.set(container, known);
}

export function placesOf(container: object): Places | undefined {
  return places.get(container);
}

export function rememberForm(container: unknown, form: Form): void {
  if (typeof container === 'object' && container !== null) forms.set(container, form);
}

export function formOf(container: object): Form | undefined {
  return forms.get(container);
}

/** The type of an array that is read as a plain value inside of containers; null for other arrays. */
export function placeType({ dtype, shape, imaginary }: NdArray): PlaceType | null {
  if (dtype === 'char') {
    if (shape.length === 1) return 'text 1';
    const [rows, length] = shape;
    return shape.length === 2 && (length === 0 ? rows === 0 : rows === 1) ? 'text 2' : null;
  }
  if (shape.length > 0 || dtype === 'object' || dtype.startsWith('datetime64')) return null;
  return imaginary === null ? dtype : `complex ${dtype}`;
}

/** The array that a value is in a place of a type; null for a value that the type cannot hold. */
export function arrayAt(value: unknown, type: Exclude<PlaceType, 'float'>): NdArray | null {
  if (type === 'text 1' || type === 'text 2') {
    if (typeof value !== 'string') return null;
    const units = value.split('');
    return new NdArray('char', type === 'text 1' ? [units.length] : [Math.min(units.length, 1), units.length], units);
  }
  const isComplex = type.startsWith('complex ');
  return arrayOf([value], { dtype: type.replace('complex ', '') as NumberDType, isComplex }, []);
}

/** The array of these elements in column-major order; null when one of them does not fit its type exactly. */
export function arrayOf(
  items: readonly unknown[],
  { dtype, isComplex }: { readonly dtype: DType; readonly isComplex: boolean },
  shape: readonly number[],
): NdArray | null {
  if (dtype === 'object') return new NdArray(dtype, shape, items);
  if (dtype === 'char') {
    return items.every((item) => typeof item === 'string' && item.length === 1) ? new NdArray(dtype, shape, items) : null;
  }
  if (!isComplex) {
    const data = elements(items, dtype);
    return data === null ? null : new NdArray(dtype, shape, data);
  }
  const numbers = items.filter((item) => item instanceof Complex);
  if (numbers.length !== items.length) return null;
  const real = elements(numbers.map(({ re }) => re), dtype);
  const imaginary = elements(numbers.map(({ im }) => im), dtype);
  return real === null || imaginary === null ? null : new NdArray(dtype, shape, real, imaginary);
}

function elements(items: readonly unknown[], dtype: NumberDType) {
  const Type = arrayTypeOf(dtype);
  const data = new Type(new ArrayBuffer(items.length * Type.BYTES_PER_ELEMENT));
  for (const [index, item] of items.entries()) {
    const given = storable(item, dtype, data instanceof BigInt64Array || data instanceof BigUint64Array);
    if (given === null) return null;
    Reflect.set(data, index, given);
    if (!Object.is(data[index], given)) return null;
  }
  return data;
}

/** A number or bigint as a typed array of the type gives it back; null for another value. */
function storable(item: unknown, dtype: NumberDType, isBig: boolean): number | bigint | null {
  if (dtype === 'bool') return typeof item === 'boolean' ? Number(item) : null;
  if (isBig && isInt(item)) return BigInt(item as number);
  return typeof item === (isBig ? 'bigint' : 'number') ? (item as number | bigint) : null;
}
