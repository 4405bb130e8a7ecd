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
 * | NdArray | numpy array of any shape and type, without dimensions a numpy scalar | NdArray; a scalar in a container its plain value |
 * | Complex, Decimal, Uuid | complex, Decimal, UUID | the same |
 * | MatCell, MatStruct | MATLAB cell and struct arrays | plain arrays and objects |
 * | | numpy array with fields | one plain object per element |
 *
 * A whole number becomes an int because that is what a person who wrote 3 expects to find; Python treats 3 and 3.0
 * alike wherever it computes. A Float64Array keeps floats floats.
 *
 * What was read packs back into the bytes that it was read from (compression aside): arrays and objects remember how they
 * were written, so that a 1.0 in a list, an int16 of numpy in a dict and the types of an array with fields survive. A
 * place that is given another value keeps its type where the value fits it exactly; rows that no longer fit their fields
 * become a list of dicts. What is made from an array or object (`map`, a spread, `structuredClone`) is new and remembers
 * nothing. Alone, with no container to remember it, a whole float comes back as an int and MATLAB's text as a str.
 */
export { type DatetimeUnit, type DType, type NumericArray } from './dtypes';
export { NdArray } from './ndarray';
export { pack } from './pack';
export { unpack } from './unpack';
export { CalendarDate, ClockTime, Complex, Decimal, MatCell, MatStruct, MicrosecondDate, Tuple, Uuid } from './values';
