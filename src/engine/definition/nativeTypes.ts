/**
 * A server's own types. datajoint-python 2.3.5 (`declare.TYPE_PATTERN`) passes them through with a warning; here they
 * become a column type wherever there is one, so that every database can hold them.
 */
import type { ColumnType } from '../database';
import type { ParsedType } from './model';
import { Problem } from './problem';

type Native = Omit<ParsedType, 'codec'>;

const INTEGERS: Readonly<Record<string, 8 | 16 | 24 | 32 | 64>> = {
  tinyint: 8,
  smallint: 16,
  mediumint: 24,
  int: 32,
  integer: 32,
  bigint: 64,
};

const DECIMALS = ['decimal', 'numeric', 'dec', 'fixed'];
const FLOATS = ['float', 'double', 'real'];

/** The portable type that a native word should become. */
const PORTABLE: Readonly<Record<string, string>> = {
  tinyint: 'int8',
  smallint: 'int16',
  mediumint: 'int32',
  int: 'int32',
  integer: 'int32',
  bigint: 'int64',
  serial: 'int64 with keys of your own',
  float: 'float32',
  double: 'float64',
  real: 'float64',
  numeric: 'decimal(p,s)',
  decimal: 'decimal(p,s)',
  dec: 'decimal(p,s)',
  fixed: 'decimal(p,s)',
  tinytext: 'varchar(n)',
  text: 'varchar(n)',
  mediumtext: 'varchar(n) or <attach>',
  longtext: 'varchar(n) or <attach>',
  tinyblob: 'bytes',
  blob: 'bytes',
  mediumblob: 'bytes',
  longblob: 'bytes',
  time: 'varchar(8) or float64 seconds',
  timestamp: 'datetime',
  year: 'int16',
};

export const NATIVE_NAMES: readonly string[] = Object.keys(PORTABLE);

/** The type behind a native word, or null for a word that is none. @throws Problem for one that is malformed. */
export function nativeType(word: string, args: string | null, suffix: string): Native | null {
  const portable = PORTABLE[word];
  if (portable === undefined) return null;
  if (!suffixesOf(word).includes(suffix)) {
    if (/\bauto_increment\b/.test(suffix) && INTEGERS[word] === undefined) {
      throw new Problem(`only whole numbers can be auto_increment. Write bigint auto_increment`);
    }
    throw new Problem(`"${suffix}" after ${word} is not understood. A comment begins with #`);
  }
  const isCounter = /\bauto_increment\b/.test(suffix) || word === 'serial';
  const modifiers = suffix.replace(/ ?auto_increment$/, '');
  const declaredType = `${word}${args === null ? '' : `(${args.replace(/\s+/g, '')})`}${modifiers === '' ? '' : ` ${modifiers}`}`;
  return {
    declaredType: word === 'serial' ? 'bigint unsigned' : declaredType,
    column: nativeColumn(word, args, modifiers, declaredType),
    autoIncrement: isCounter,
    warning: `${declaredType} is a type of the server's own${word.endsWith('blob') ? ', for raw bytes only (<blob> keeps arrays and objects)' : ''}; ${portable} works alike on every database`,
  };
}

/** What may follow a word, in this order and as a whole. Source: datajoint-python 2.3.5, `declare.TYPE_PATTERN`. */
function suffixesOf(word: string): readonly string[] {
  if (INTEGERS[word] !== undefined) return ['', 'unsigned', 'auto_increment', 'unsigned auto_increment'];
  if (DECIMALS.includes(word)) return ['', 'unsigned', 'zerofill', 'unsigned zerofill'];
  return FLOATS.includes(word) ? ['', 'unsigned'] : [''];
}

function nativeColumn(word: string, args: string | null, modifiers: string, declaredType: string): ColumnType {
  const unsigned = modifiers !== '';
  const bits = INTEGERS[word];
  if (bits !== undefined) {
    if (args !== null && !/^\d+$/.test(args)) throw new Problem(`${word}(${args}) is not a type. Write ${word}`);
    return { kind: 'integer', bits, unsigned };
  }
  switch (word) {
    case 'serial':
      return { kind: 'integer', bits: 64, unsigned: true };
    case 'float':
    case 'double':
    case 'real':
      if (args !== null || unsigned) return { kind: 'native', sql: declaredType };
      return { kind: 'float', bits: word === 'float' ? 32 : 64 };
    case 'decimal':
    case 'numeric':
    case 'dec':
    case 'fixed':
      return decimalColumn(word, args, modifiers);
    case 'text':
      return { kind: 'text' };
    case 'longblob':
      return { kind: 'bytes' };
    case 'time':
    case 'timestamp':
      if (args !== null && !/^[0-6]$/.test(args)) {
        throw new Problem(`${word} takes 0 to 6 digits of the second. Write ${word}(3)`);
      }
      return { kind: word, precision: Number(args ?? 0) };
    default:
      return { kind: 'native', sql: declaredType };
  }
}

/** One type under four names, with MySQL's defaults of 10 digits and none after the point. zerofill implies unsigned. */
function decimalColumn(word: string, args: string | null, modifiers: string): ColumnType {
  const match = /^(\d{1,2})\s*(?:,\s*(\d{1,2}))?$/.exec(args ?? '10,0');
  const precision = Number(match?.[1]);
  const scale = Number(match?.[2] ?? 0);
  if (match === null || precision < 1 || precision > 65 || scale > 30 || scale > precision) {
    throw new Problem(`${word} needs the number of all digits and of those after the point. Write decimal(10,2)`);
  }
  const decimal = { kind: 'decimal', precision, scale } as const;
  if (modifiers === '') return decimal;
  return { ...decimal, modifier: modifiers === 'unsigned' ? 'unsigned' : 'unsigned zerofill' };
}
