/** The element types of blob arrays, with the ids of datajoint-python 2.3.5 `blob.deserialize_lookup`: MATLAB's own. */

export type NumericArray =
  | Float64Array
  | Float32Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

export type DatetimeUnit = 'Y' | 'M' | 'W' | 'D' | 'h' | 'm' | 's' | 'ms' | 'us' | 'ns' | 'ps' | 'fs' | 'as';

export type NumericDType =
  | 'float64'
  | 'float32'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64';

/** numpy's name of an element type. `char` is a MATLAB character, `object` anything that a blob can hold. */
export type DType = 'bool' | 'char' | 'object' | NumericDType | `datetime64[${DatetimeUnit}]`;

interface NumericConstructor {
  new (buffer: ArrayBuffer): NumericArray;
  readonly BYTES_PER_ELEMENT: number;
}

const IDS: readonly (readonly [number, DType])[] = [
  [3, 'bool'],
  [4, 'char'],
  [5, 'object'],
  [6, 'float64'],
  [7, 'float32'],
  [8, 'int8'],
  [9, 'uint8'],
  [10, 'int16'],
  [11, 'uint16'],
  [12, 'int32'],
  [13, 'uint32'],
  [14, 'int64'],
  [15, 'uint64'],
  ...(['Y', 'M', 'W', 'D', 'h', 'm', 's', 'ms', 'us', 'ns', 'ps', 'fs', 'as'] as const).map(
    (unit, index) => [65_536 + index, `datetime64[${unit}]`] as const,
  ),
];

const CONSTRUCTORS: Readonly<Record<NumericDType, NumericConstructor>> = {
  float64: Float64Array,
  float32: Float32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
};

const nameOfId = new Map(IDS);
const idOfName = new Map(IDS.map(([id, name]) => [name, id]));

export function dtypeOfId(id: number): DType | undefined {
  return nameOfId.get(id);
}

export function idOfDtype(dtype: DType): number {
  const id = idOfName.get(dtype);
  if (id === undefined) throw new RangeError(`unknown element type ${dtype}`);
  return id;
}

/** The typed array that holds elements of a type: bool in bytes, datetime64 in 64-bit counts of its unit. */
export function arrayTypeOf(dtype: Exclude<DType, 'char' | 'object'>): NumericConstructor {
  if (dtype === 'bool') return Uint8Array;
  if (dtype.startsWith('datetime64')) return BigInt64Array;
  return CONSTRUCTORS[dtype as NumericDType];
}

/** The element type of a typed array, or null for a kind that numpy arrays in blobs do not have. */
export function dtypeOfArray(array: ArrayBufferView): NumericDType | null {
  for (const [dtype, constructor] of Object.entries(CONSTRUCTORS)) {
    if (array instanceof constructor) return dtype as NumericDType;
  }
  return null;
}
