import { DataJointError } from '../../../errors';
import type { ColumnType } from '../../model';
import { nowText } from '../time';
import type { Operand } from './operand';
import { REGISTERED } from './registered';

type Translation = (...args: readonly string[]) => string;

const renamed = (name: string): Translation => (...args) => `${name}(${args.join(', ')})`;
const now: Translation = (digits = '0') => nowText(Number(digits));
const today: Translation = () => "date('now')";
const clock: Translation = () => "time('now')";
const part = (unit: string): Translation => (moment = '') => `mysql_extract('${unit}', ${moment})`;

/** Functions of MySQL that SQLite has under another name, or that mean something else in it. */
const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  if: renamed('iif'),
  isnull: (value = '') => `(${value} IS NULL)`,
  // SQLite's own concat passes over NULL.
  concat: (...args) => `(${args.map((arg) => `(${arg})`).join(' || ')} || '')`,
  length: renamed('octet_length'),
  char_length: renamed('length'),
  character_length: renamed('length'),
  lcase: renamed('mysql_lower'),
  lower: renamed('mysql_lower'),
  ucase: renamed('mysql_upper'),
  upper: renamed('mysql_upper'),
  locate: (wanted = '', text = '', from = '1') => `mysql_locate(${wanted}, ${text}, ${from})`,
  ceiling: renamed('ceil'),
  power: renamed('pow'),
  log: (...args) => (args.length < 2 ? `ln(${args.join()})` : `(ln(${args[1] ?? ''}) / ln(${args[0] ?? ''}))`),
  truncate: renamed('mysql_truncate'),
  rand: () => '(0.5 + random() / 18446744073709551616.0)',
  greatest: renamed('max'),
  least: renamed('min'),
  now,
  localtime: now,
  localtimestamp: now,
  current_timestamp: now,
  sysdate: now,
  utc_timestamp: now,
  curdate: today,
  current_date: today,
  utc_date: today,
  curtime: clock,
  current_time: clock,
  utc_time: clock,
  year: part('year'),
  quarter: part('quarter'),
  month: part('month'),
  day: part('day'),
  dayofmonth: part('day'),
  hour: part('hour'),
  minute: part('minute'),
  second: part('second'),
  microsecond: part('microsecond'),
  timestamp: (moment = '') => `mysql_moment(${moment}, 6)`,
  unix_timestamp: (moment = "'now'") => `unixepoch(${moment})`,
  json_unquote: (value = '') => `(${value})`,
  json_arrayagg: renamed('json_group_array'),
  json_objectagg: renamed('json_group_object'),
};

/** Functions that mean something else to MySQL than to SQLite, and that nothing here stands for. */
const REFUSED: ReadonlySet<string> = new Set(['any', 'all', 'some', 'row', 'insert', 'format', 'char', 'json_type', 'json_remove', 'json_set']);

export function functionCall(name: string, args: readonly string[]): Operand {
  return { sql: translated(name, args), type: typeOf(name, args), literal: null };
}

function translated(name: string, args: readonly string[]): string {
  if (REFUSED.has(name)) {
    throw new DataJointError('query', `The embedded database has no function ${name.toUpperCase()} that does what MySQL's does: compute it in code.`);
  }
  if (Object.hasOwn(TRANSLATIONS, name)) return TRANSLATIONS[name]?.(...args) ?? '';
  return `${Object.hasOwn(REGISTERED, `mysql_${name}`) ? `mysql_${name}` : name}(${args.join(', ')})`;
}

/** The functions that give a moment, so that it compares as one. */
function typeOf(name: string, args: readonly string[]): ColumnType | null {
  if (name === 'timestamp') return { kind: 'datetime', precision: 6 };
  if (/^(curdate|current_date|utc_date|date|last_day)$/.test(name)) return { kind: 'date' };
  if (TRANSLATIONS[name] === now) return { kind: 'datetime', precision: Number(args[0] ?? 0) };
  return null;
}
