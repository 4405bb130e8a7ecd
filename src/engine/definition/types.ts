import { codecNames, lookupCodec, parseCodecType, resolveCodec } from '../codecs';
import type { ColumnType } from '../database';
import { DefinitionError, messageOf } from '../errors';
import type { ParsedType } from './model';
import { NATIVE_NAMES, nativeType } from './nativeTypes';
import { nearest, Problem } from './problem';
import { oldStoredType } from './oldTypes';
import { findOutside, quote, splitOutside, unquote } from './scan';

const INTEGER_BITS: Readonly<Record<string, 8 | 16 | 32 | 64>> = { int8: 8, int16: 16, int32: 32, int64: 64 };
/** What a server calls its integers. */
const SERVER_INTEGER = { 8: 'tinyint', 16: 'smallint', 24: 'mediumint', 32: 'int', 64: 'bigint' } as const;
const CORE_NAMES = [
  ...Object.keys(INTEGER_BITS),
  'float32',
  'float64',
  'decimal(10,2)',
  'bool',
  'char(10)',
  'varchar(255)',
  "enum('a','b')",
  'date',
  'datetime',
  'uuid',
  'json',
  'bytes',
];

/** What people write who know other systems, and what it is called here. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  array: '<blob>',
  attach: '<attach>',
  bigserial: 'serial',
  binary: 'bytes',
  boolean: 'bool',
  buffer: 'bytes',
  dict: '<blob> or json',
  list: '<blob>',
  number: 'float64',
  object: '<blob> or json',
  str: 'varchar(255)',
  string: 'varchar(255)',
  uint8: 'tinyint unsigned',
  uint16: 'smallint unsigned',
  uint32: 'int unsigned',
  uint64: 'bigint unsigned',
  varbinary: 'bytes',
};

/**
 * Reads a type: a core type, one of the server's own, or a codec in angle brackets.
 * @throws DefinitionError that says what is wrong with it.
 */
export function parseType(text: string): ParsedType {
  try {
    return readType(text);
  } catch (error) {
    if (error instanceof Problem) throw new DefinitionError(`Type "${text.trim()}": ${error.message}.`);
    throw error;
  }
}

/** As `parseType`, for callers that know table and line. @throws Problem */
export function readType(text: string): ParsedType {
  const type = text.trim();
  if (type === '') throw new Problem('there is no type after the colon. Write for example "name : int32"');
  if (type.startsWith('<')) return codecType(type);
  const old = oldStoredType(type);
  if (old !== null) return old;
  const { word, args, suffix } = splitType(type);
  const column = isCoreDecimal(word, args, suffix) ? coreType(word, args) : null;
  if (column !== null) {
    if (suffix !== '') throw misplaced(type, word, suffix);
    return { declaredType: spell(word, args, column), column, codec: null, autoIncrement: false, warning: null };
  }
  const native = nativeType(word, args, suffix);
  if (native === null) throw unknownType(type, word, args !== null);
  return { ...native, codec: null };
}

/** `decimal(M,D)` alone is a core type; shorter, or with a modifier, it is the server's own. True for other words. */
function isCoreDecimal(word: string, args: string | null, suffix: string): boolean {
  return word !== 'decimal' || (suffix === '' && /^[^,]*,[^,]*$/.test(args ?? ''));
}

/** A column's type in the words of a definition; `parseType` reads it back into the same column. */
export function formatType(column: ColumnType): string {
  switch (column.kind) {
    case 'integer':
      return formatInteger(column.bits, column.unsigned);
    case 'float':
      return `float${column.bits}`;
    case 'decimal':
      return `decimal(${column.precision},${column.scale})${column.modifier === undefined ? '' : ` ${column.modifier}`}`;
    case 'char':
    case 'varchar':
      return `${column.kind}(${column.length})`;
    case 'enum':
      return `enum(${column.values.map(quote).join(',')})`;
    case 'datetime':
    case 'timestamp':
    case 'time':
      return column.precision === 0 ? column.kind : `${column.kind}(${column.precision})`;
    case 'native':
      return column.sql;
    default:
      return column.kind;
  }
}

function formatInteger(bits: keyof typeof SERVER_INTEGER, unsigned: boolean): string {
  return !unsigned && bits !== 24 ? `int${bits}` : serverInteger(bits, unsigned);
}

/** A server's own spelling of an integer, the only one that can be auto_increment. */
export function serverInteger(bits: keyof typeof SERVER_INTEGER, unsigned: boolean): string {
  return `${SERVER_INTEGER[bits]}${unsigned ? ' unsigned' : ''}`;
}

function splitType(type: string): { word: string; args: string | null; suffix: string } {
  const word = /^[A-Za-z_]\w*/.exec(type)?.[0];
  if (word === undefined) throw new Problem(`"${type}" is not a type. Write for example int32, varchar(20) or <blob>`);
  const rest = type.slice(word.length).trimStart();
  const tidy = (text: string): string => text.trim().replace(/\s+/g, ' ').toLowerCase();
  if (!rest.startsWith('(')) return { word: word.toLowerCase(), args: null, suffix: tidy(rest) };
  const end = findOutside(rest, ')', 1);
  if (end < 0) throw new Problem(`the parenthesis of ${word}(… is never closed. Add the closing )`);
  return { word: word.toLowerCase(), args: rest.slice(1, end).trim(), suffix: tidy(rest.slice(end + 1)) };
}

/** The column of a core type (datajoint-python 2.3.2 `declare.CORE_TYPES`), or null for another word. */
function coreType(word: string, args: string | null): ColumnType | null {
  const bits = INTEGER_BITS[word];
  if (bits !== undefined) return plain(word, args, { kind: 'integer', bits, unsigned: false });
  switch (word) {
    case 'float32':
      return plain(word, args, { kind: 'float', bits: 32 });
    case 'float64':
      return plain(word, args, { kind: 'float', bits: 64 });
    case 'bool':
    case 'date':
    case 'uuid':
    case 'json':
    case 'bytes':
      return plain(word, args, { kind: word });
    case 'jsonb':
      return plain(word, args, { kind: 'json' });
    case 'datetime':
      return { kind: 'datetime', precision: args === null ? 0 : wholeNumber(word, args, 0, 6, 'digits of the second') };
    case 'char':
      return { kind: 'char', length: wholeNumber(word, args, 1, 255, 'characters') };
    case 'varchar':
      return { kind: 'varchar', length: wholeNumber(word, args, 1, 65_535, 'characters') };
    case 'decimal':
      return decimalType(word, args);
    case 'enum':
      return { kind: 'enum', values: enumMembers(args) };
    default:
      return null;
  }
}

function plain(word: string, args: string | null, column: ColumnType): ColumnType {
  if (args !== null) throw new Problem(`${word} takes nothing in parentheses. Write ${word}`);
  return column;
}

function wholeNumber(word: string, args: string | null, low: number, high: number, what: string): number {
  const number = args !== null && /^\d+$/.test(args) ? Number(args) : NaN;
  if (number >= low && number <= high) return number;
  const example = word === 'datetime' ? 'datetime(3)' : `${word}(20)`;
  throw new Problem(`${word} needs the number of ${what}, ${low} to ${high}. Write for example ${example}`);
}

function decimalType(word: string, args: string | null): ColumnType {
  const numbers = (args ?? '').split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
  const [precision, scale, ...more] = numbers;
  const isValid = precision !== undefined && scale !== undefined && more.length === 0;
  if (!isValid || !(precision >= 1 && precision <= 65) || !(scale >= 0 && scale <= 30 && scale <= precision)) {
    throw new Problem(
      `${word} needs the number of all digits (1 to 65) and of those after the point (0 to 30). Write for example decimal(10,2)`,
    );
  }
  return { kind: 'decimal', precision, scale };
}

function enumMembers(args: string | null): string[] {
  if (args === null || args === '') throw new Problem("enum needs its values. Write for example enum('left', 'right')");
  const members = splitOutside(args, ',').map((part) => {
    const member = unquote(part);
    if (member === null) {
      throw new Problem(
        `the enum value ${part === '' ? 'after the last comma' : part} is not in quotes. Write enum('a', 'b')`,
      );
    }
    return member;
  });
  const twice = members.find((member, index) => members.indexOf(member) !== index);
  if (twice !== undefined) throw new Problem(`the enum value "${twice}" stands there twice. Remove one`);
  return members;
}

function codecType(type: string): ParsedType {
  const parsed = parseCodecType(type);
  if (parsed === null) throw new Problem(`"${type}" is not a codec. Write <name> or <name@store>`);
  if (lookupCodec(parsed.name) === null) {
    const meant = nearest(parsed.name, codecNames());
    const known = codecNames().map((name) => `<${name}>`);
    const help = meant === null ? `Known are ${known.join(', ')}, and those you register` : `Did you mean <${meant}>?`;
    throw new Problem(`no codec <${parsed.name}> is registered. ${help}`);
  }
  let storedAs: string;
  try {
    storedAs = resolveCodec(type).storedAs;
  } catch (error) {
    throw new Problem(messageOf(error));
  }
  const stored = readType(storedAs);
  const declaredType = parsed.store === null ? `<${parsed.name}>` : `<${parsed.name}@${parsed.store}>`;
  return { declaredType, column: stored.column, codec: parsed.name, autoIncrement: false, warning: null };
}

/** The spelling that goes into the database's own comment: lower case, nothing between the word and its parenthesis. */
function spell(word: string, args: string | null, column: ColumnType): string {
  if (column.kind === 'enum') return `enum(${args ?? ''})`;
  return word === 'jsonb' || args === null ? formatWord(word) : `${word}(${args.replace(/\s+/g, '')})`;
}

function formatWord(word: string): string {
  return word === 'jsonb' ? 'json' : word;
}

function misplaced(type: string, word: string, suffix: string): Problem {
  const bits = INTEGER_BITS[word];
  if (bits !== undefined && /^(unsigned|auto_increment)( auto_increment)?$/.test(suffix)) {
    return new Problem(`${word} cannot be "${suffix}". Write ${SERVER_INTEGER[bits]} ${suffix}`);
  }
  return new Problem(`"${suffix}" after ${word} is not understood in "${type}". A comment begins with #`);
}

function unknownType(type: string, word: string, hasArgs: boolean): Problem {
  const meant = OTHER_WORDS[word] ?? nearestType(hasArgs ? word : type);
  return new Problem(
    `unknown type "${type}". ${meant === null ? `Known are ${CORE_NAMES.join(', ')}, <blob>` : `Did you mean ${meant}?`}`,
  );
}

function nearestType(word: string): string | null {
  const names = new Map([...CORE_NAMES, ...NATIVE_NAMES].map((name) => [name.replace(/\(.*/, ''), name]));
  const meant = nearest(word.replace(/\(.*/, '').trim(), names.keys());
  return meant === null ? null : (names.get(meant) ?? null);
}
