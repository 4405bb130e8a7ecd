import type { ColumnType } from '../../model';
import { quoteText } from '../quote';
import type { Operand } from './operand';

export type Moment = ColumnType & { readonly kind: 'date' | 'datetime' | 'timestamp' };

export const isMoment = (type: ColumnType | null): type is Moment =>
  type?.kind === 'date' || type?.kind === 'datetime' || type?.kind === 'timestamp';

export const precisionOf = (type: Moment): number => (type.kind === 'date' ? 0 : type.precision);

/** A column of moments in a form that is the same for every precision: no zeros at the end of the fraction. */
export function momentOf({ sql, type }: Operand): string {
  if (type?.kind === 'date') return `${sql} || ' 00:00:00'`;
  return isMoment(type) && precisionOf(type) > 0 ? `rtrim(rtrim(${sql}, '0'), '.')` : sql;
}

const MOMENT = /^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]+(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?)?)?\s*$/;

/** Any other value, in the form of a column of this type. */
export const momentAtRun = (sql: string, type: Moment): string => `mysql_moment(${sql}, ${type.kind === 'date' ? -1 : type.precision})`;

/**
 * A moment as a column of this type holds it, so that texts compare as the moments do. What is finer than the type
 * keeps its digits: then it is later than what the column can hold, and equal to nothing.
 */
export function momentText(text: string, type: Moment): string {
  const [found, year = '', ...parts] = MOMENT.exec(text) ?? [];
  if (found === undefined) return text;
  const [month, day, hours, minutes, seconds] = [0, 1, 2, 3, 4].map((i) => (parts[i] ?? '0').padStart(2, '0'));
  const fraction = (parts[5] ?? '').replace(/0+$/, '').padEnd(precisionOf(type), '0');
  const date = `${year}-${month}-${day}`;
  const clock = `${hours}:${minutes}:${seconds}${fraction === '' ? '' : `.${fraction}`}`;
  return type.kind === 'date' && clock === '00:00:00' ? date : `${date} ${clock}`;
}

export interface Interval {
  readonly sign: '+' | '-';
  readonly amount: string;
  readonly unit: string;
}

/** A moment moved by an interval: a date stays one unless hours or less are added. */
export function movedMoment({ sql, type }: Operand, { sign, amount, unit }: Interval): Operand {
  const moved = `mysql_date_add(${sql}, ${sign}1, ${amount}, ${quoteText(unit)})`;
  if (!isMoment(type)) return { sql: moved, type: null, literal: null };
  if (unit.includes('microsecond')) return { sql: moved, type: { kind: 'datetime', precision: 6 }, literal: null };
  const staysDate = type.kind === 'date' && /^(day|week|month|quarter|year|year_month)$/.test(unit);
  return { sql: moved, type: staysDate ? type : { kind: 'datetime', precision: precisionOf(type) }, literal: null };
}
