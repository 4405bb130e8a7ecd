import { Refusal } from './refusal';

/** A point in calendar time: microseconds since the Unix epoch, read as UTC. */
type Micros = bigint;

const MICROS_PER_SECOND = 1_000_000n;
const MICROS_PER_DAY = 86_400n * MICROS_PER_SECOND;
/** 0001-01-01 and the last microsecond of 9999, as Python's datetime and MySQL's DATETIME end. */
const FIRST = BigInt(Date.parse('0001-01-01T00:00:00Z')) * 1000n;
const LAST = BigInt(Date.parse('9999-12-31T23:59:59Z')) * 1000n + MICROS_PER_SECOND - 1n;
/** MySQL's TIMESTAMP counts seconds in 31 bits and keeps 0 for itself. */
const TIMESTAMP_FIRST = MICROS_PER_SECOND;
const TIMESTAMP_LAST = (2n ** 31n - 1n) * MICROS_PER_SECOND + MICROS_PER_SECOND - 1n;
/** MySQL's TIME reaches ±838:59:59. */
const TIME_LAST = ((838n * 60n + 59n) * 60n + 59n) * MICROS_PER_SECOND;

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATETIME = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/;
const TIME = /^(-?)(\d{1,3}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?$/;

/** `YYYY-MM-DD` of a date text, or of a Date read as UTC. */
export function encodeDate(value: unknown): string {
  if (value instanceof Date) return formatMicros(dateMicros(value)).slice(0, 10);
  if (typeof value !== 'string' || !DATE.test(value)) throw new Refusal('is not a date such as "2026-01-31"');
  return formatMicros(inCalendar(parseDay(value))).slice(0, 10);
}

/**
 * `YYYY-MM-DD HH:MM:SS` with exactly `precision` digits of fraction, of such a text (also in ISO form, also a date
 * alone) or of a Date read as UTC. More digits are rounded, as MySQL rounds them. An offset is converted to UTC.
 */
export function encodeDateTime(value: unknown, precision: number, kind: 'datetime' | 'timestamp'): string {
  const exact = value instanceof Date ? dateMicros(value) : parseDateTime(value);
  const micros = inCalendar(roundMicros(exact, precision));
  if (kind === 'timestamp' && (micros < TIMESTAMP_FIRST || micros > TIMESTAMP_LAST)) {
    throw new Refusal('is outside 1970-01-01 00:00:01 to 2038-01-19 03:14:07, the range of timestamp; use datetime');
  }
  return fit(formatMicros(micros), precision);
}

/** `HH:MM:SS` with `precision` digits of fraction; negative and up to 838 hours, as MySQL's TIME. */
export function encodeTime(value: unknown, precision: number): string {
  const match = typeof value === 'string' ? TIME.exec(value) : null;
  if (match === null) throw new Refusal('is not a time such as "14:05:00"');
  const [, sign, hours = '', minutes = '', seconds = '', fraction = ''] = match;
  if (Number(minutes) > 59 || Number(seconds) > 59) throw new Refusal('has more than 59 minutes or seconds');
  const whole = ((BigInt(hours) * 60n + BigInt(minutes)) * 60n + BigInt(seconds)) * MICROS_PER_SECOND;
  const micros = roundMicros(whole + fractionMicros(fraction), precision);
  if (micros > TIME_LAST) throw new Refusal('is outside -838:59:59 to 838:59:59');
  const total = micros / MICROS_PER_SECOND;
  const parts = [total / 3600n, (total / 60n) % 60n, total % 60n];
  const clock = parts.map((part) => part.toString().padStart(2, '0')).join(':');
  const text = fit(`${clock}.${(micros % MICROS_PER_SECOND).toString().padStart(6, '0')}`, precision);
  return sign === '-' && micros > 0n ? `-${text}` : text;
}

/** A stored date, datetime or time text with exactly `precision` digits of fraction, whatever the database wrote. */
export function normalizeFraction(text: string, precision: number): string {
  const point = text.indexOf('.');
  const whole = (point < 0 ? text : text.slice(0, point)).replace('T', ' ');
  if (precision === 0) return whole;
  const fraction = point < 0 ? '' : text.slice(point + 1);
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, '0')}`;
}

/** Microseconds since the epoch of a Date. */
function dateMicros(value: Date): Micros {
  const millis = value.getTime();
  if (Number.isNaN(millis)) throw new Refusal('is an invalid Date');
  return inCalendar(BigInt(millis) * 1000n);
}

function parseDay(text: string): Micros {
  const [, year = '', month = '', day = ''] = DATE.exec(text) ?? [];
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) {
    throw new Refusal('is not a day of the calendar');
  }
  return BigInt(date.getTime()) * 1000n;
}

function parseDateTime(value: unknown): Micros {
  const match = typeof value === 'string' ? DATETIME.exec(value) : null;
  if (match === null) throw new Refusal('is not a datetime such as "2026-01-31 14:05:00"');
  const [, day = '', hours = '0', minutes = '0', seconds = '0', fraction = '', zone = ''] = match;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) throw new Refusal('is not a time of the day');
  const clock = ((BigInt(hours) * 60n + BigInt(minutes)) * 60n + BigInt(seconds)) * MICROS_PER_SECOND;
  return parseDay(day) + clock + fractionMicros(fraction) - offsetMicros(zone);
}

function offsetMicros(zone: string): Micros {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (match === null) return 0n;
  const [, sign, hours = '0', minutes = '0'] = match;
  const micros = (BigInt(hours) * 60n + BigInt(minutes)) * 60n * MICROS_PER_SECOND;
  return sign === '-' ? -micros : micros;
}

/** Microseconds of the digits after the point; a seventh digit rounds. */
function fractionMicros(digits: string): Micros {
  const micros = BigInt(digits.slice(0, 6).padEnd(6, '0'));
  return Number(digits.charAt(6)) >= 5 ? micros + 1n : micros;
}

/** Rounds half up to `precision` digits of a second. */
function roundMicros(micros: Micros, precision: number): Micros {
  const unit = 10n ** BigInt(6 - precision);
  const shifted = micros + unit / 2n;
  return shifted - (((shifted % unit) + unit) % unit);
}

function inCalendar(micros: Micros): Micros {
  if (micros < FIRST || micros > LAST) throw new Refusal('is outside the years 1 to 9999');
  return micros;
}

function formatMicros(micros: Micros): string {
  const days = (micros - (((micros % MICROS_PER_DAY) + MICROS_PER_DAY) % MICROS_PER_DAY)) / MICROS_PER_DAY;
  const inDay = micros - days * MICROS_PER_DAY;
  const millis = Number(days * 86_400_000n + inDay / 1000n);
  const text = new Date(millis).toISOString().replace('T', ' ').replace('Z', '');
  return `${text}${(inDay % 1000n).toString().padStart(3, '0')}`;
}

/** Cuts the six digits of a formatted fraction down to `precision`. */
function fit(text: string, precision: number): string {
  return precision === 0 ? text.slice(0, -7) : text.slice(0, text.length - (6 - precision));
}
