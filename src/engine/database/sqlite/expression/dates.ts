import { DataJointError } from '../../../errors';
import type { SqlValue } from '../../contract';

type Given = Exclude<SqlValue, null>;

/** A moment read as UTC: milliseconds since the epoch, what a millisecond does not hold, and how it was written. */
interface Moment {
  readonly millis: number;
  /** Below a millisecond. */
  readonly micros: number;
  readonly isDate: boolean;
  /** Digits of the fraction of a second. */
  readonly digits: number;
}

const MOMENT = /^(\d{4})-(\d\d?)-(\d\d?)(?:[ T](\d\d?):(\d\d?)(?::(\d\d?)(?:\.(\d{1,6}))?)?)?/;

function read(text: Given): Moment | null {
  const match = MOMENT.exec(String(text));
  if (match === null) return null;
  const [year, month, day, hours, minutes, seconds] = match.slice(1, 7).map((part) => Number((part as string | undefined) ?? 0));
  const fraction = match[7] ?? '';
  const micros = Number(fraction.padEnd(6, '0'));
  const date = new Date(0);
  date.setUTCFullYear(year ?? 0, (month ?? 1) - 1, day);
  if (date.getUTCMonth() !== (month ?? 1) - 1) return null;
  date.setUTCHours(hours ?? 0, minutes, seconds, Math.floor(micros / 1000));
  return { millis: date.getTime(), micros: micros % 1000, isDate: match[4] === undefined, digits: fraction.length };
}

function write({ millis, micros, isDate, digits }: Moment): string | null {
  const date = new Date(millis);
  const year = date.getUTCFullYear();
  if (Number.isNaN(year) || year < 0 || year > 9999) return null;
  const text = date.toISOString().replace('T', ' ').replace('Z', '');
  if (isDate) return text.slice(0, 10);
  const full = `${text}${String(micros).padStart(3, '0')}`;
  return digits === 0 ? full.slice(0, 19) : full.slice(0, 20 + digits);
}

const MICROS: Readonly<Record<string, number>> = { microsecond: 1, second: 1e6, minute: 6e7, hour: 3.6e9, day: 8.64e10, week: 6.048e11 };
const MONTHS: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };
/** The parts of a composite unit, `DAY_SECOND`, from the largest to the smallest. */
const PARTS = ['day', 'hour', 'minute', 'second', 'microsecond'];

/** The amounts of single units in an interval: `'1:30'` HOUR_MINUTE is an hour and thirty minutes. */
function amounts(amount: Given, unit: string): [unit: string, amount: number][] {
  const [from = '', to] = unit.split('_');
  if (to === undefined) return [[unit, Number(amount)]];
  const text = String(amount);
  const sign = text.trim().startsWith('-') ? -1 : 1;
  const units = from === 'year' ? ['year', 'month'] : PARTS.slice(PARTS.indexOf(from), PARTS.indexOf(to) + 1);
  const numbers = text.match(/\d+/g) ?? [];
  // Fewer numbers than units are those of the smallest.
  return numbers.map((number, i) => {
    const each = units[units.length - numbers.length + i] ?? '';
    return [each, sign * Number(each === 'microsecond' ? number.padEnd(6, '0') : number)];
  });
}

function add(moment: Moment, unit: string, amount: number): Moment {
  const months = MONTHS[unit];
  if (months !== undefined) {
    const date = new Date(moment.millis);
    const day = date.getUTCDate();
    date.setUTCDate(1);
    date.setUTCMonth(date.getUTCMonth() + months * Math.round(amount));
    date.setUTCDate(Math.min(day, daysOf(date)));
    return { ...moment, millis: date.getTime() };
  }
  const micros = moment.micros + (MICROS[unit] ?? NaN) * (unit === 'second' ? amount : Math.round(amount));
  const millis = Math.floor(micros / 1000);
  const isFine = unit === 'microsecond' || (unit === 'second' && !Number.isInteger(amount));
  return {
    millis: moment.millis + millis,
    micros: Math.round(micros - millis * 1000),
    isDate: moment.isDate && (unit === 'day' || unit === 'week'),
    digits: isFine ? 6 : moment.digits,
  };
}

const daysOf = (date: Date): number => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();

const DAY = 86_400_000;
const dayNumber = (moment: Moment): number => Math.floor(moment.millis / DAY);

/** Whole units from one moment to the other, towards zero. */
function difference(unit: string, from: Moment, to: Moment): number {
  const months = MONTHS[unit];
  const micros = (to.millis - from.millis) * 1000 + to.micros - from.micros;
  if (months === undefined) return Math.trunc(micros / (MICROS[unit] ?? NaN));
  const [a, b] = [new Date(from.millis), new Date(to.millis)];
  const whole = (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
  const within = (date: Date, moment: Moment): number => (date.getUTCDate() * DAY + (moment.millis % DAY)) * 1000 + moment.micros;
  const rest = within(b, to) - within(a, from);
  const full = whole > 0 && rest < 0 ? whole - 1 : whole < 0 && rest > 0 ? whole + 1 : whole;
  return Math.trunc(full / months);
}

const NAMES = {
  month: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'],
  day: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
};

const two = (number: number): string => String(number).padStart(2, '0');
const dayOfYear = (date: Date): number => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY) + 1;

/** The specifiers of DATE_FORMAT, but for those of weeks. */
const FORMATS: Readonly<Record<string, (date: Date, moment: Moment) => string>> = {
  Y: (date) => String(date.getUTCFullYear()).padStart(4, '0'),
  y: (date) => two(date.getUTCFullYear() % 100),
  m: (date) => two(date.getUTCMonth() + 1),
  c: (date) => String(date.getUTCMonth() + 1),
  M: (date) => NAMES.month[date.getUTCMonth()] ?? '',
  b: (date) => (NAMES.month[date.getUTCMonth()] ?? '').slice(0, 3),
  d: (date) => two(date.getUTCDate()),
  e: (date) => String(date.getUTCDate()),
  j: (date) => String(dayOfYear(date)).padStart(3, '0'),
  W: (date) => NAMES.day[date.getUTCDay()] ?? '',
  a: (date) => (NAMES.day[date.getUTCDay()] ?? '').slice(0, 3),
  w: (date) => String(date.getUTCDay()),
  H: (date) => two(date.getUTCHours()),
  k: (date) => String(date.getUTCHours()),
  h: (date) => two(date.getUTCHours() % 12 || 12),
  I: (date) => two(date.getUTCHours() % 12 || 12),
  l: (date) => String(date.getUTCHours() % 12 || 12),
  i: (date) => two(date.getUTCMinutes()),
  S: (date) => two(date.getUTCSeconds()),
  s: (date) => two(date.getUTCSeconds()),
  p: (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  T: (date) => date.toISOString().slice(11, 19),
  r: (date) => `${two(date.getUTCHours() % 12 || 12)}${date.toISOString().slice(13, 19)} ${date.getUTCHours() < 12 ? 'AM' : 'PM'}`,
  f: (date, { micros }) => `${String(date.getUTCMilliseconds()).padStart(3, '0')}${String(micros).padStart(3, '0')}`,
};

const EXTRACTS: Readonly<Record<string, (date: Date, moment: Moment) => number>> = {
  year: (date) => date.getUTCFullYear(),
  quarter: (date) => Math.floor(date.getUTCMonth() / 3) + 1,
  month: (date) => date.getUTCMonth() + 1,
  day: (date) => date.getUTCDate(),
  hour: (date) => date.getUTCHours(),
  minute: (date) => date.getUTCMinutes(),
  second: (date) => date.getUTCSeconds(),
  microsecond: (date, { micros }) => date.getUTCMilliseconds() * 1000 + micros,
  year_month: (date) => date.getUTCFullYear() * 100 + date.getUTCMonth() + 1,
};

/** A time of the day, or a span up to 838 hours, as on the first day of all times. */
const clockOf = (text: Given): string => (/^\d+:/.test(String(text)) ? `1970-01-01 ${String(text)}` : String(text));

const ofMoment = (work: (date: Date, moment: Moment) => SqlValue) => (text: Given = ''): SqlValue => {
  const moment = read(clockOf(text));
  return moment === null ? null : work(new Date(moment.millis), moment);
};

export const DATE_FUNCTIONS: Readonly<Record<string, (...args: readonly Given[]) => SqlValue>> = {
  date_add: (text = '', sign = 1, amount = 0, unit = '') => {
    const moment = read(text);
    if (moment === null) return null;
    return write(amounts(amount, String(unit)).reduce((sum, [each, count]) => add(sum, each, Number(sign) * count), moment));
  },
  extract: (unit = '', text = '') => {
    const work = EXTRACTS[String(unit)];
    if (work === undefined) throw new DataJointError('query', `The embedded database cannot extract ${String(unit)}: compute it in code.`);
    return ofMoment(work)(text);
  },
  timestampdiff: (unit = '', from = '', to = '') => {
    const [start, end] = [read(from), read(to)];
    return start === null || end === null ? null : difference(String(unit), start, end);
  },
  datediff: (to = '', from = '') => {
    const [start, end] = [read(from), read(to)];
    return start === null || end === null ? null : dayNumber(end) - dayNumber(start);
  },
  date_format: (text = '', format = '') =>
    ofMoment((date, moment) =>
      String(format).replace(/%(.)/gu, (_, specifier: string) => {
        if (/[UuVvXxD]/.test(specifier)) throw new DataJointError('query', `The embedded database has no %${specifier} in DATE_FORMAT: compute it in code.`);
        return FORMATS[specifier]?.(date, moment) ?? specifier;
      }),
    )(text),
  dayofweek: ofMoment((date) => date.getUTCDay() + 1),
  weekday: ofMoment((date) => (date.getUTCDay() + 6) % 7),
  dayofyear: ofMoment((date) => dayOfYear(date)),
  dayname: ofMoment((date) => NAMES.day[date.getUTCDay()] ?? null),
  monthname: ofMoment((date) => NAMES.month[date.getUTCMonth()] ?? null),
  last_day: ofMoment((date, moment) => {
    date.setUTCDate(daysOf(date));
    return write({ ...moment, millis: date.getTime(), isDate: true });
  }),
  to_days: ofMoment((_, moment) => dayNumber(moment) + 719_528),
  from_unixtime: (seconds = 0) => write({ millis: Number(seconds) * 1000, micros: 0, isDate: false, digits: 0 }),
  time_to_sec: ofMoment((_, moment) => Math.floor(moment.millis / 1000) % 86_400),
};
