import { normalizeLiteral, Refusal } from '../codecs';
import type { ColumnType, DefaultValue } from '../database';
import type { AttributeLine, ParsedType } from './model';
import { Problem } from './problem';
import { findOutside, unquote } from './scan';
import { readType } from './types';

/** MySQL's limits. */
const MAX_NAME = 64;
const MAX_COMMENT = 1024;

/**
 * Reads `name [= default] : type [= default] [# comment]`.
 * @throws Problem
 */
export function parseAttributeLine(
  line: string,
  number: number,
  inKey: boolean,
): { attribute: AttributeLine; warning: string | null } {
  const { name, type: typeText, defaultText, comment } = splitLine(line);
  checkName(name);
  const type = readType(typeText);
  const value = defaultText === null ? null : readDefault(defaultText, type, name);
  const nullable = value?.kind === 'null';
  if (nullable && inKey) {
    throw new Problem(
      `"${name}" is in the primary key and cannot be null. Remove "= null", or move the line below ---`,
    );
  }
  if (inKey) checkKeyType(name, type);
  if (type.autoIncrement && value !== null) {
    throw new Problem(`"${name}" counts by itself and cannot have a default. Remove "= ${defaultText}"`);
  }
  checkComment(comment, type);
  const { warning, ...typed } = type;
  return {
    attribute: { kind: 'attribute', line: number, inKey, name, ...typed, default: value, nullable, comment },
    warning,
  };
}

function splitLine(line: string): { name: string; type: string; defaultText: string | null; comment: string } {
  const hash = findOutside(line, '#');
  const code = hash < 0 ? line : line.slice(0, hash);
  const comment = hash < 0 ? '' : line.slice(hash + 1).trim();
  const colon = findOutside(code, ':');
  if (colon < 0) throw noColon(code);
  const head = code.slice(0, colon);
  const tail = code.slice(colon + 1);
  const headEqual = findOutside(head, '=');
  const tailEqual = findOutside(tail, '=');
  const name = (headEqual < 0 ? head : head.slice(0, headEqual)).trim();
  const type = (tailEqual < 0 ? tail : tail.slice(0, tailEqual)).trim();
  if (headEqual >= 0 && tailEqual >= 0) throw new Problem('there are two defaults. Keep one: "name = value : type"');
  const defaultText = headEqual >= 0 ? head.slice(headEqual + 1) : tailEqual >= 0 ? tail.slice(tailEqual + 1) : null;
  if (defaultText?.trim() === '') {
    throw new Problem(`there is no value after "=". Write "${name} = null : ${type}", or remove the "="`);
  }
  if (headEqual >= 0 && /^\d{2}\b/.test(type)) {
    throw new Problem('a default with a colon in it needs quotes: name = "2026-01-31 14:05:00" : datetime');
  }
  return { name, type, defaultText: defaultText?.trim() ?? null, comment };
}

function noColon(code: string): Problem {
  const [name = '', ...rest] = code.trim().split(/\s+/);
  if (code.includes('->')) {
    throw new Problem('a reference begins with its arrow. Write "-> Parent" on a line of its own');
  }
  if (rest.length > 0 && !rest.includes('=') && !name.includes('=')) {
    return new Problem(`there is no colon between name and type. Write "${name} : ${rest.join(' ')}"`);
  }
  return new Problem(`there is no colon and no type. Write "${code.trim()} : int32", or whatever type it has`);
}

function checkName(name: string): void {
  if (name === '') throw new Problem('there is no name before the colon. Write "name : type"');
  if (name.startsWith('_')) {
    throw new Problem(
      `the name "${name}" begins with an underscore, which is kept for hidden columns. Write ${fixedName(name)}`,
    );
  }
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    throw new Problem(
      `the name "${name}" may hold only lower-case letters, digits and underscores, and begins with a letter. Write ${fixedName(name)}`,
    );
  }
  if (name.length > MAX_NAME) {
    throw new Problem(`the name "${name}" has ${name.length} characters, and ${MAX_NAME} is the limit. Shorten it`);
  }
}

/** The name that was probably meant: `SpikeTime` as spike_time, `my-value` as my_value. */
function fixedName(name: string): string {
  const snake = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  const words = snake.replace(/[^a-z0-9]+/g, '_').replace(/^[_\d]+|_+$/g, '');
  return words === '' ? 'a name such as sample_rate' : words;
}

function checkKeyType(name: string, type: ParsedType): void {
  const { kind } = type.column;
  if (kind !== 'bytes' && kind !== 'json' && kind !== 'text' && !isNativeBlob(type.column) && !isNativeText(type.column)) return;
  throw new Problem(
    `"${name}" is in the primary key, which cannot hold ${type.declaredType}. Move the line below ---, or use a shorter type such as varchar(255)`,
  );
}

function isNativeBlob(column: ColumnType): boolean {
  return column.kind === 'native' && /blob$/.test(column.sql);
}

function isNativeText(column: ColumnType): boolean {
  return column.kind === 'native' && /text$/.test(column.sql);
}

function checkComment(comment: string, type: ParsedType): void {
  if (comment.startsWith(':')) throw new Problem('the comment must not begin with a colon. Put a word before it');
  if (type.declaredType.length + comment.length + 2 > MAX_COMMENT) {
    throw new Problem(`the comment is too long: with the type it may have ${MAX_COMMENT - 2} characters. Shorten it`);
  }
}

function readDefault(text: string, type: ParsedType, name: string): DefaultValue {
  if (/^null$/i.test(text)) return { kind: 'null' };
  const { column, declaredType } = type;
  if (type.codec !== null || column.kind === 'bytes' || column.kind === 'json' || isNativeBlob(column)) {
    throw new Problem(
      `"${name}" of type ${declaredType} can only have the default null. Write "${name} = null : ${declaredType}"`,
    );
  }
  const now = /^(current_timestamp|now|localtimestamp)\s*(?:\(\s*(\d*)\s*\))?$/i.exec(text);
  if (now !== null) return currentTime(now[1] ?? '', now[2] ?? '', column);
  const quoted = unquote(text);
  if (quoted === null && /^["']|["']$/.test(text)) {
    throw new Problem(`the default ${text} is not one quoted text. Quote it as a whole`);
  }
  const literal = quoted ?? text;
  try {
    return { kind: 'literal', text: normalizeLiteral(column, literal) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Problem(`the default ${text} of "${name}" ${error.message}. Give one that ${declaredType} can hold`);
  }
}

function currentTime(word: string, digits: string, column: ColumnType): DefaultValue {
  if (column.kind !== 'datetime' && column.kind !== 'timestamp') {
    throw new Problem(`${word.toUpperCase()} needs the type datetime. Write "name = CURRENT_TIMESTAMP : datetime"`);
  }
  const { precision } = column;
  if (word.toLowerCase() !== 'current_timestamp' || Number(digits) !== precision) {
    throw new Problem(
      `the default must have the digits of its type. Write ${precision === 0 ? 'CURRENT_TIMESTAMP' : `CURRENT_TIMESTAMP(${precision})`}`,
    );
  }
  return { kind: 'now', precision };
}
