import fc from 'fast-check';
import { CalendarDate, ClockTime, Complex, Decimal, MicrosecondDate, NdArray, Tuple, Uuid } from '../../../src/engine/codecs';

const wellFormedText = fc.string({ unit: 'binary' });
const date = fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });

const typedArrays = [
  fc.float64Array(),
  fc.float32Array(),
  fc.int8Array(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.bigInt64Array(),
  fc.bigUint64Array(),
] as const;

const ndArray = fc
  .array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 4 })
  .filter((shape) => shape.length > 1)
  .chain((shape) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const exactly = { minLength: size, maxLength: size };
    return fc.oneof(
      fc.float64Array(exactly).map((data) => new NdArray('float64', shape, data)),
      fc.uint8Array(exactly).map((data) => new NdArray('uint8', shape, data)),
      fc.bigInt64Array(exactly).map((data) => new NdArray('datetime64[ns]', shape, data)),
      fc.uint8Array({ ...exactly, max: 1 }).map((data) => new NdArray('bool', shape, data)),
      fc.tuple(fc.float32Array(exactly), fc.float32Array(exactly)).map(([re, im]) => new NdArray('float32', shape, re, im)),
      fc.array(fc.oneof(wellFormedText, fc.integer()), exactly).map((data) => new NdArray('object', shape, data)),
    );
  });

/** Values that a blob holds and gives back as they were. */
export const blobLeaf = fc.oneof(
  fc.constantFrom(null, true, false),
  fc.maxSafeInteger(),
  fc.double(),
  fc.bigInt().map((value) => (Number.isSafeInteger(Number(value)) ? value + 2n ** 60n : value)),
  wellFormedText,
  fc.uint8Array(),
  date,
  fc.tuple(date, fc.integer({ min: 1, max: 999 })).map(([day, micros]) => new MicrosecondDate(day.getTime(), micros)),
  date.map((day) => new CalendarDate(day.toISOString().slice(0, 10))),
  date.map((day) => new ClockTime(day.toISOString().slice(11, 19))),
  fc.uuid().map((text) => new Uuid(text)),
  fc.integer().map((value) => new Decimal(`${value}.50`)),
  fc.tuple(fc.double(), fc.double()).map(([re, im]) => new Complex(re, im)),
  ...typedArrays,
  ndArray,
);

export const blobValue = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, blobLeaf, tie('list'), tie('tuple'), tie('object'), tie('map'), tie('set')),
  list: fc.array(tie('value'), { maxLength: 6 }),
  tuple: fc.array(tie('value'), { maxLength: 4 }).map((items) => Tuple.from(items)),
  object: fc.dictionary(wellFormedText, tie('value'), { maxKeys: 6, noNullPrototype: true }),
  map: fc.array(fc.tuple(fc.integer(), tie('value')), { minLength: 1, maxLength: 4 }).map((entries) => new Map(entries)),
  set: fc.uniqueArray(fc.oneof(fc.integer(), wellFormedText), { maxLength: 5 }).map((items) => new Set<unknown>(items)),
})).value;
