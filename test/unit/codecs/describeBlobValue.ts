import { CalendarDate, ClockTime, Complex, Decimal, MicrosecondDate, NdArray, Tuple, Uuid } from '../../../src/engine/codecs';

/** What test/fixtures/blobs/describe.py says of the same value in Python. */
export function describeBlobValue(value: unknown): unknown {
  if (value === null) return { none: 0 };
  if (typeof value === 'boolean') return { bool: value };
  if (typeof value === 'number') return describeNumber(value);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? describeNumber(Number(value)) : { int: value.toString() };
  if (typeof value === 'string') return { str: value };
  if (value instanceof NdArray) return describeArray(value);
  if (value instanceof Uint8Array) return { bytes: base64(value) };
  if (ArrayBuffer.isView(value)) {
    const name = value.constructor.name.replace(/Big|Array/g, '').toLowerCase();
    return { array: [name, [(value as unknown as ArrayLike<unknown>).length], base64(value)] };
  }
  if (value instanceof Complex) return { complex: [describeNumber(value.re), describeNumber(value.im)] };
  if (value instanceof Date) {
    const micros = value instanceof MicrosecondDate ? value.microseconds : 0;
    return { datetime: `${value.toISOString().replace('T', ' ').replace('Z', '')}${String(micros).padStart(3, '0')}` };
  }
  if (value instanceof CalendarDate) return { date: value.text };
  if (value instanceof ClockTime) return { time: value.text.includes('.') ? value.text.padEnd(15, '0') : `${value.text}.000000` };
  if (value instanceof Decimal) return { decimal: value.text };
  if (value instanceof Uuid) return { uuid: value.text };
  if (value instanceof Tuple) return { tuple: Array.from(value, describeBlobValue) };
  if (Array.isArray(value)) return { list: value.map(describeBlobValue) };
  if (value instanceof Set) return { set: sorted([...(value as Set<unknown>)].map(describeBlobValue)) };
  const entries = value instanceof Map ? [...(value as Map<unknown, unknown>)] : Object.entries(value as object);
  return { dict: sorted(entries.map(([key, item]) => [describeBlobValue(key), describeBlobValue(item)])) };
}

/** Sets and dicts have no order: compare them sorted, whichever way the other language sorted them. */
export function sortUnordered(description: unknown): unknown {
  if (Array.isArray(description)) return description.map(sortUnordered);
  if (typeof description !== 'object' || description === null) return description;
  const entries = Object.entries(description).map(([key, item]) => {
    const inner = sortUnordered(item);
    return [key, (key === 'set' || key === 'dict') && Array.isArray(inner) ? sorted(inner) : inner] as const;
  });
  return Object.fromEntries(entries);
}

function describeArray(array: NdArray): unknown {
  const { dtype, shape, data, imaginary } = array;
  // An array without dimensions is told as its scalar.
  if (shape.length === 0 && !dtype.startsWith('datetime64')) return describeBlobValue(array.valueOf());
  if (!ArrayBuffer.isView(data)) return { array: [dtype, shape, Array.from(data, describeBlobValue)] };
  return { array: [dtype, shape, base64(data), ...(imaginary === null ? [] : [base64(imaginary)])] };
}

function describeNumber(value: number): unknown {
  if (Number.isNaN(value)) return { num: 'nan' };
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return { num: bytes.toString('hex') };
}

function base64(view: ArrayBufferView): string {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('base64');
}

function sorted(items: readonly unknown[]): unknown[] {
  return items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
