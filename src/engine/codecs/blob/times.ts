/** Python's date, time and datetime in blobs: the calendar's digits in an int32 and the clock's in an int64, -1 for none. */
import { Refusal } from '../refusal';
import { CalendarDate, ClockTime, MicrosecondDate } from './values';
import type { ByteWriter } from './writer';

const CODE = 0x74;
const ABSENT = -1;

/** A Date, read as UTC, as Python's datetime without a time zone. */
export function packDate(writer: ByteWriter, date: Date, microseconds: number, path: string): void {
  const year = date.getUTCFullYear();
  if (Number.isNaN(year) || year < 1 || year > 9999) {
    throw new Refusal(`has a Date outside the years 1 to 9999${path === '' ? '' : ` at ${path}`}`);
  }
  const clock = (date.getUTCHours() * 100 + date.getUTCMinutes()) * 100 + date.getUTCSeconds();
  write(
    writer,
    (year * 100 + date.getUTCMonth() + 1) * 100 + date.getUTCDate(),
    BigInt(clock) * 1_000_000n + BigInt(date.getUTCMilliseconds() * 1000 + microseconds),
  );
}

export function packCalendarDate(writer: ByteWriter, text: string): void {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new Refusal(`has the date "${text}", which is not YYYY-MM-DD`);
  write(writer, Number(text.replaceAll('-', '')), BigInt(ABSENT));
}

export function packClockTime(writer: ByteWriter, text: string): void {
  const match = /^(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?$/.exec(text);
  if (match === null) throw new Refusal(`has the time "${text}", which is not HH:MM:SS`);
  const [, hours = '', minutes = '', seconds = '', fraction = ''] = match;
  write(writer, ABSENT, BigInt(`${hours}${minutes}${seconds}${fraction.padEnd(6, '0')}`));
}

function write(writer: ByteWriter, date: number, time: bigint): void {
  writer.u8(CODE);
  writer.i32(date);
  writer.i64(time);
}

/** The value behind the two counts; null when they are no date and no time. */
export function unpackTime(date: number, time: bigint): Date | CalendarDate | ClockTime | null {
  const day = date < 0 ? '' : dayText(date);
  if (time < 0n) return day === '' || Number.isNaN(Date.parse(day)) ? null : new CalendarDate(day);
  const digits = time.toString().padStart(12, '0').slice(-12);
  const clock = `${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4, 6)}`;
  const fraction = digits.slice(6);
  const millis = Date.parse(`${day === '' ? '1970-01-01' : day}T${clock}.${fraction.slice(0, 3)}Z`);
  if (Number.isNaN(millis)) return null;
  if (day === '') return new ClockTime(fraction === '000000' ? clock : `${clock}.${fraction}`);
  const micros = Number(fraction.slice(3));
  return micros === 0 ? new Date(millis) : new MicrosecondDate(millis, micros);
}

function dayText(date: number): string {
  return [pad(Math.floor(date / 10_000), 4), pad(Math.floor(date / 100) % 100, 2), pad(date % 100, 2)].join('-');
}

function pad(value: number, width: number): string {
  return value.toString().padStart(width, '0');
}
