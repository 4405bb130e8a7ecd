/**
 * A server's own types. datajoint-python 2.3.2 (`declare.TYPE_PATTERN`) passes them through with a warning; here they
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
  tinytext: 'varchar(n)',
  text: 'varchar(n)',
  mediumtext: 'varchar(n) or <attach>',
  longtext: 'varchar(n) or <attach>',
  tinyblob: 'bytes',
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
  const isUnsigned = /\bunsigned\b/.test(suffix);
  const isCounter = /\bauto_increment\b/.test(suffix) || word === 'serial';
  const leftover = suffix.replace(/\b(unsigned|auto_increment)\b/g, '').trim();
  const isNumber = INTEGERS[word] !== undefined || ['float', 'double', 'real', 'numeric', 'serial'].includes(word);
  if (leftover !== '' || (suffix !== '' && !isNumber)) {
    throw new Problem(`"${suffix}" after ${word} is not understood. A comment begins with #`);
  }
  if (isCounter && word !== 'serial' && INTEGERS[word] === undefined) {
    throw new Problem(`only whole numbers can be auto_increment. Write bigint auto_increment`);
  }
  const declaredType = `${word}${args === null ? '' : `(${args.replace(/\s+/g, '')})`}${isUnsigned ? ' unsigned' : ''}`;
  return {
    declaredType: word === 'serial' ? 'bigint unsigned' : declaredType,
    column: nativeColumn(word, args, isUnsigned, declaredType),
    autoIncrement: isCounter,
    warning: `${declaredType} is a type of the server's own; ${portable} works alike on every database`,
  };
}

function nativeColumn(word: string, args: string | null, unsigned: boolean, declaredType: string): ColumnType {
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
    case 'numeric':
      return numericColumn(args, unsigned, declaredType);
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

/** numeric, numeric(p) and numeric(p,s): decimal with MySQL's defaults 10 and 0. */
function numericColumn(args: string | null, unsigned: boolean, declaredType: string): ColumnType {
  if (unsigned) return { kind: 'native', sql: declaredType };
  const match = /^(\d{1,2})\s*(?:,\s*(\d{1,2}))?$/.exec(args ?? '10,0');
  const precision = Number(match?.[1]);
  const scale = Number(match?.[2] ?? 0);
  if (match === null || precision < 1 || precision > 65 || scale > 30 || scale > precision) {
    throw new Problem('numeric needs the number of all digits and of those after the point. Write decimal(10,2)');
  }
  return { kind: 'decimal', precision, scale };
}
