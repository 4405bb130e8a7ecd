/**
 * Why a value cannot be stored, told by the code that knows the type. It has no table and no attribute yet: `encodeValue` and
 * the definition parser put those around it.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** The longest piece of a value that an error message repeats. */
const SHOWN = 60;

/** A value as an error message repeats it: short, on one line, and never failing whatever it is. */
export function showValue(value: unknown): string {
  const text = plainText(value).replace(/\s+/g, ' ');
  const characters = [...text];
  return characters.length > SHOWN ? `${characters.slice(0, SHOWN).join('')}…` : text;
}

function plainText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 2 * SHOWN));
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : `Date ${value.toISOString()}`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength} bytes`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const type = (value as { constructor?: { name?: unknown } }).constructor?.name;
  if (typeof type !== 'string' || type === 'Object' || type === '') return 'an object';
  return `${/^[AEIOU]/i.test(type) ? 'an' : 'a'} ${type} object`;
}
