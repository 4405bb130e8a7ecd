import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { DataJointError } from '../../../errors';
import type { SqlValue } from '../../contract';
import { AGGREGATES } from './aggregates';
import { DATE_FUNCTIONS } from './dates';
import { momentText } from './moments';

/** A function of SQL. Null for any argument gives null without its being called. */
type SqlFunction = (...args: readonly Exclude<SqlValue, null>[]) => SqlValue;

const textOf = (value: Exclude<SqlValue, null>): string => (value instanceof Uint8Array ? Buffer.from(value).toString() : String(value));

const bytesOf = (value: Exclude<SqlValue, null>): Uint8Array | string => (value instanceof Uint8Array ? value : String(value));

const characters = (value: Exclude<SqlValue, null>): string[] => [...textOf(value)];

function padded(text: Exclude<SqlValue, null>, length: Exclude<SqlValue, null>, filling: Exclude<SqlValue, null>): [text: string[], filling: string[]] | null {
  const [all, wanted, fill] = [characters(text), Number(length), characters(filling)];
  if (wanted < 0 || (fill.length === 0 && wanted > all.length)) return null;
  return [all.slice(0, wanted), Array.from({ length: Math.max(0, wanted - all.length) }, (_, i) => fill[i % fill.length] ?? '')];
}

function trimmed(side: string, wanted: string, text: string): string {
  let [from, to] = [0, text.length];
  if (wanted === '') return text;
  if (side !== 'trailing') while (text.startsWith(wanted, from)) from += wanted.length;
  if (side !== 'leading') while (to - wanted.length >= from && text.slice(from, to).endsWith(wanted)) to -= wanted.length;
  return text.slice(from, to);
}

/** Rounds a number, and cuts a text after its whole number. */
function integerOf(value: Exclude<SqlValue, null>): SqlValue {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Math.sign(value) * Math.round(Math.abs(value));
  return Number(/^\s*[-+]?\d+/.exec(textOf(value))?.[0] ?? 0);
}

function truncated(value: Exclude<SqlValue, null>, digits: Exclude<SqlValue, null>): number {
  const unit = 10 ** Number(digits);
  return Math.trunc(Number(value) * unit) / unit;
}

/** The place of a text in a list, from 1 on; 0 when it is not there. */
const place = (wanted: Exclude<SqlValue, null>, list: readonly Exclude<SqlValue, null>[]): number =>
  list.findIndex((each) => textOf(each) === textOf(wanted)) + 1;

const hash = (algorithm: string, value: Exclude<SqlValue, null>): string => createHash(algorithm).update(bytesOf(value)).digest('hex');

const CLASSES: Readonly<Record<string, string>> = {
  digit: '0-9', alpha: '\\p{L}', alnum: '\\p{L}0-9', space: '\\s', upper: '\\p{Lu}', lower: '\\p{Ll}', punct: '\\p{P}\\p{S}', xdigit: '0-9A-Fa-f',
};

function matches(text: string, pattern: string): number {
  try {
    return Number(new RegExp(pattern.replace(/\[:(\w+):\]/g, (whole, name: string) => CLASSES[name] ?? whole), 'u').test(text));
  } catch (cause) {
    throw new DataJointError('query', `The embedded database cannot read the regular expression ${JSON.stringify(pattern)}.`, { cause });
  }
}

const numberValue = (value: Exclude<SqlValue, null>): number | bigint => (typeof value === 'bigint' ? value : Number(value));

function remainder(value: Exclude<SqlValue, null>, divisor: Exclude<SqlValue, null>): SqlValue {
  const [a, b] = [numberValue(value), numberValue(divisor)];
  if (Number(b) === 0) return null;
  return typeof a === 'bigint' && typeof b === 'bigint' ? a % b : Number(a) % Number(b);
}

const TEXT_FUNCTIONS: Readonly<Record<string, SqlFunction>> = {
  lower: (text = '') => textOf(text).toLowerCase(),
  upper: (text = '') => textOf(text).toUpperCase(),
  left: (text = '', count = 0) => characters(text).slice(0, Math.max(0, Number(count))).join(''),
  right: (text = '', count = 0) => (Number(count) <= 0 ? '' : characters(text).slice(-Number(count)).join('')),
  lpad: (text = '', length = 0, filling = ' ') => padded(text, length, filling)?.reverse().flat().join('') ?? null,
  rpad: (text = '', length = 0, filling = ' ') => padded(text, length, filling)?.flat().join('') ?? null,
  reverse: (text = '') => characters(text).reverse().join(''),
  repeat: (text = '', count = 0) => textOf(text).repeat(Math.max(0, Number(count))),
  space: (count = 0) => ' '.repeat(Math.max(0, Number(count))),
  locate: (wanted = '', text = '', from = 1) => {
    const rest = characters(text).slice(Number(from) - 1).join('');
    const found = Number(from) < 1 ? -1 : rest.indexOf(textOf(wanted));
    return found < 0 ? 0 : characters(rest.slice(0, found)).length + Number(from);
  },
  trim: (side = '', wanted = '', text = '') => trimmed(textOf(side), textOf(wanted), textOf(text)),
  strcmp: (one = '', other = '') => Math.sign(Buffer.compare(Buffer.from(textOf(one)), Buffer.from(textOf(other)))),
  field: (wanted = '', ...list) => place(wanted, list),
  find_in_set: (wanted = '', list = '') => place(wanted, textOf(list).split(',')),
  regexp: (text = '', pattern = '') => matches(textOf(text), textOf(pattern)),
  regexp_like: (text = '', pattern = '') => matches(textOf(text), textOf(pattern)),
  substring: (text = '', from = 1, length = Infinity) => {
    const all = characters(text);
    const start = Number(from) < 0 ? all.length + Number(from) : Number(from) - 1;
    return start < 0 || Number(length) < 0 ? '' : all.slice(start, start + Number(length)).join('');
  },
  elt: (at = 0, ...list) => list[Number(at) - 1] ?? null,
  hex: (value = '') => (typeof value === 'bigint' ? value.toString(16) : Buffer.from(bytesOf(value)).toString('hex')).toUpperCase(),
  moment: (value = '', precision = 0) =>
    typeof value !== 'string' ? value : momentText(value, Number(precision) < 0 ? { kind: 'date' } : { kind: 'datetime', precision: Number(precision) }),
  integer: integerOf,
  mod: (value = 0, divisor = 1) => remainder(value, divisor),
  truncate: (value = 0, digits = 0) => truncated(value, digits),
  md5: (text = '') => hash('md5', text),
  sha1: (text = '') => hash('sha1', text),
  sha2: (text = '', bits = 256) => hash(`sha${Number(bits) === 0 ? 256 : Number(bits)}`, text),
  json_length: (document = '') => {
    const value: unknown = JSON.parse(textOf(document));
    return typeof value === 'object' && value !== null ? Object.keys(value).length : 1;
  },
};

/** What each connection gets beside SQLite's own functions, by the names that translated expressions call. */
export const REGISTERED: Readonly<Record<string, SqlFunction>> = Object.fromEntries(
  Object.entries({ ...TEXT_FUNCTIONS, ...DATE_FUNCTIONS }).map(([name, work]) => [`mysql_${name}`, work]),
);

/** No table needs one of these functions, so that other programs can open the file. */
export function registerFunctions(database: DatabaseSync): void {
  for (const [name, work] of Object.entries(REGISTERED)) {
    database.function(name, { deterministic: true, varargs: true, useBigIntArguments: true }, (...args: SqlValue[]) => {
      const given = args.filter((arg) => arg !== null);
      const result = given.length < args.length ? null : work(...given);
      // The binding takes every number for a fraction, which shows as soon as it becomes text.
      return typeof result === 'number' && Number.isSafeInteger(result) ? BigInt(result) : result;
    });
  }
  // Node has aggregates since 22.16; where they are missing, SQLite says that the function is.
  if (typeof database.aggregate !== 'function') return;
  for (const [name, options] of Object.entries(AGGREGATES)) database.aggregate(name, options);
}
