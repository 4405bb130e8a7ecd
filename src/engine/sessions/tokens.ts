/** The words of a condition on sessions, each with its place, so that a refusal can point at it. */
import { DataJointError } from '../errors';

export type Token =
  /** A bare word, in capitals: a column or a key word. A `column` stood in backquotes. */
  | { readonly kind: 'word' | 'column'; readonly text: string; readonly at: number }
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'number'; readonly text: string; readonly at: number }
  | { readonly kind: 'sign'; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly text: ''; readonly at: number };

const BLANK = /\s+/y;
const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const COLUMN = /`([^`]*)`/y;
const NUMBER = /-?(?:\d+(?:\.\d*)?|\.\d+)/y;
const TEXT = /'((?:[^'\\]|''|\\[\s\S])*)'|"((?:[^"\\]|""|\\[\s\S])*)"/y;
const SIGN = /<=>|<>|!=|<=|>=|&&|\|\||[=<>!(),]/y;

/** @throws DataJointError `query` for what no condition can hold, with its position (from 1). */
export function tokens(source: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  while (at < source.length) {
    const blank = match(BLANK);
    if (blank !== null) {
      at += blank[0].length;
      continue;
    }
    const [whole, token] = read(match, at) ?? refuse(source, at);
    found.push(token);
    at += whole.length;
  }
  found.push({ kind: 'end', text: '', at: source.length });
  return found;
}

function read(match: (pattern: RegExp) => RegExpExecArray | null, at: number): [string, Token] | null {
  const word = match(WORD);
  if (word !== null) return [word[0], { kind: 'word', text: word[0].toUpperCase(), at }];
  const column = match(COLUMN);
  if (column !== null) return [column[0], { kind: 'column', text: (column[1] ?? '').toUpperCase(), at }];
  const number = match(NUMBER);
  if (number !== null) return [number[0], { kind: 'number', text: number[0], at }];
  const text = match(TEXT);
  if (text !== null) return [text[0], { kind: 'text', text: unescaped(text[0]), at }];
  const sign = match(SIGN);
  return sign === null ? null : [sign[0], { kind: 'sign', text: sign[0], at }];
}

/** A quoted text as MySQL reads it. `\%` and `\_` keep their backslash, which LIKE reads. */
function unescaped(quoted: string): string {
  const quote = quoted.charAt(0);
  const named: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', '%': '\\%', _: '\\_' };
  return quoted
    .slice(1, -1)
    .replaceAll(/\\([\s\S])|''|""/g, (pair: string, escaped: string | undefined) => {
      if (escaped !== undefined) return named[escaped] ?? escaped;
      return pair.startsWith(quote) ? quote : pair;
    });
}

function refuse(source: string, at: number): never {
  const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
  if (character === ';') throw refusal('A semicolon has no place in a condition: write one condition', at);
  if (`'"\``.includes(character)) throw refusal('A quote never ends', at);
  throw refusal(`"${character}" has no place in a condition`, at);
}

/** A sentence that says where. */
export function refusal(what: string, at: number): DataJointError {
  return new DataJointError('query', `${what} (position ${at + 1}).`);
}
