import { DataJointError, messageOf } from '../errors';
import { Refusal } from './refusal';

/** JSON text of a value; what JSON would silently drop or change is refused instead. */
export function stringifyJson(value: unknown): string {
  let text: unknown;
  try {
    text = JSON.stringify(value, (key, item: unknown) => checkJson(key, item));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`cannot become JSON (${messageOf(error)})`);
  }
  // Declared to be a string, but undefined for what has no JSON.
  if (typeof text !== 'string') throw new Refusal('cannot become JSON');
  return text;
}

/** The value of stored JSON text. */
export function parseJson(raw: unknown): unknown {
  if (typeof raw !== 'string') return raw;
  try {
    return JSON.parse(raw);
  } catch (error) {
    throw new DataJointError('corrupt', `the stored JSON cannot be read (${messageOf(error)})`, { cause: error });
  }
}

function checkJson(key: string, item: unknown): unknown {
  const place = key === '' ? '' : ` at "${key}"`;
  if (typeof item === 'number' && !Number.isFinite(item)) {
    throw new Refusal(`has ${item}${place}, which JSON cannot hold`);
  }
  if (typeof item === 'bigint') {
    throw new Refusal(`has a bigint${place}, which JSON cannot hold; use a number or a string`);
  }
  if (typeof item === 'function' || typeof item === 'symbol') throw new Refusal(`has a ${typeof item}${place}`);
  if (ArrayBuffer.isView(item) || item instanceof Map || item instanceof Set) {
    throw new Refusal(`has a ${item.constructor.name}${place}, which JSON cannot hold; use <blob>`);
  }
  return item;
}
