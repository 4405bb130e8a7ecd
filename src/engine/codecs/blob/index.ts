/**
 * The blob format of DataJoint: `dj0` (Python) and `mYm` (MATLAB), optionally compressed.
 *
 * | JavaScript | in the blob, as Python reads it | and back |
 * |---|---|---|
 * | null, boolean, string | None, bool, str | the same |
 * | whole number within ±2^53, bigint | int | number when exact, else bigint |
 * | other number (also -0, NaN, infinities) | float | number |
 * | array, Tuple, Set | list, tuple, set | the same |
 * | plain object, Map | dict | object when all keys are strings, else Map |
 * | Date, CalendarDate, ClockTime | datetime, date, time | Date (MicrosecondDate), CalendarDate, ClockTime |
 * | Uint8Array | bytes | Uint8Array |
 * | other typed array | 1-d numpy array | typed array |
 * | NdArray | numpy array of any shape and type | NdArray; without dimensions a plain scalar |
 * | Complex, Decimal, Uuid | complex, Decimal, UUID | the same |
 * | MatCell, MatStruct | MATLAB cell and struct arrays | plain arrays and objects |
 *
 * A whole number becomes an int because that is what a person who wrote 3 expects to find; Python treats 3 and 3.0
 * alike wherever it computes. A Float64Array keeps floats floats.
 */
export { type DatetimeUnit, type DType, type NumericArray } from './dtypes';
export { NdArray } from './ndarray';
export { pack } from './pack';
export { unpack } from './unpack';
export { CalendarDate, ClockTime, Complex, Decimal, MatCell, MatStruct, MicrosecondDate, Tuple, Uuid } from './values';
