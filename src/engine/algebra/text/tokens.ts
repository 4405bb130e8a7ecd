import { DataJointError } from '../../errors';

/** A piece of SQL text as MySQL cuts it. Strings are without quotes and escapes; comments and spaces are gone. */
export type Token =
  | { readonly kind: 'text' | 'number' | 'operator'; readonly text: string }
  | { readonly kind: 'hex'; readonly digits: string; readonly prefix: 'X' | '0x' }
  | { readonly kind: 'bits'; readonly digits: string }
  | { readonly kind: 'name'; readonly text: string; readonly quoted: boolean };

const SPACE = /\s+/y;
/** `--` begins a comment only before a space or at the end, since `a--1` is a sum. */
const COMMENT = /(?:#|--(?=\s|$))[^\n]*|\/\*(?![!+])[^]*?\*\//y;
const NAME = /[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*/y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const HEX = /[xX]'((?:[0-9a-fA-F]{2})*)'|0x([0-9a-fA-F]+)\b/y;
const BITS = /[bB]'([01]*)'|0b([01]+)\b/y;
/** A string of the national character set, which is Unicode as every other string here. */
const NATIONAL = /[nN](?=')/y;
const OPERATOR = /<=>|->>|<=|>=|<>|!=|\|\||&&|<<|>>|->|[-+*%=<>!~^&|(),.{}[\]]|\/(?!\*)/y;

/** @throws DataJointError `query` for what no condition or computation can hold: see `refusal`. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    const found = pattern.exec(text);
    if (found !== null) position += found[0].length;
    return found;
  };
  while (position < text.length) {
    if (match(SPACE) !== null || match(COMMENT) !== null) continue;
    const hex = match(HEX);
    const bits = hex === null ? match(BITS) : null;
    if (hex !== null) {
      const digits = hex[1] ?? hex[2] ?? '';
      const prefix = hex[1] === undefined ? '0x' : 'X';
      tokens.push({ kind: 'hex', digits: digits.length % 2 === 0 ? digits : `0${digits}`, prefix });
      continue;
    }
    if (bits !== null) {
      tokens.push({ kind: 'bits', digits: bits[1] ?? bits[2] ?? '' });
      continue;
    }
    match(NATIONAL);
    const start = position;
    const character = text.charAt(start);
    if (character === "'" || character === '"') {
      const [content, end] = readQuoted(text, start, true);
      position = end;
      const before = tokens.at(-1);
      // Strings that stand side by side are one.
      if (before?.kind === 'text') tokens[tokens.length - 1] = { kind: 'text', text: before.text + content };
      else tokens.push({ kind: 'text', text: content });
    } else if (character === '`') {
      const [content, end] = readQuoted(text, start, false);
      position = end;
      tokens.push({ kind: 'name', text: content, quoted: true });
    } else {
      const name = match(NAME)?.[0];
      const other = name ?? match(NUMBER)?.[0];
      const operator = other ?? match(OPERATOR)?.[0];
      if (name !== undefined) tokens.push({ kind: 'name', text: name, quoted: false });
      else if (other !== undefined) tokens.push({ kind: 'number', text: other });
      else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator });
      else throw refusal(text, start);
    }
  }
  return tokens;
}

/** Reads a quoted string or name as MySQL does: doubled quotes and, in strings, backslash escapes. Returns where it ends. */
function readQuoted(text: string, start: number, escapes: boolean): [content: string, end: number] {
  const delimiter = text.charAt(start);
  let content = '';
  for (let i = start + 1; i < text.length; i++) {
    const character = text.charAt(i);
    if (escapes && character === '\\' && i + 1 < text.length) {
      i += 1;
      content += unescape(text.charAt(i));
    } else if (character === delimiter) {
      if (text.charAt(i + 1) !== delimiter) return [content, i + 1];
      i += 1;
      content += delimiter;
    } else {
      content += character;
    }
  }
  throw new DataJointError('query', `The text ${quote(text)} has a quote at position ${String(start + 1)} that never ends.`);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', b: '\b', Z: '\x1a', '%': '\\%', _: '\\_' };

/** `\%` and `\_` keep their backslash: they mean a literal % or _ to LIKE. */
function unescape(character: string): string {
  return ESCAPES[character] ?? character;
}

const REASONS: Readonly<Record<string, string>> = {
  ';': 'a semicolon at position N: write one condition',
  '?': 'a question mark at position N: write the value itself, or restrict by an object',
  '@': 'a variable at position N: write its value',
  ':': 'a colon at position N: write a value where a name for one stands',
  '/': 'a comment at position N that a server would run or that never ends: leave it out',
};

function refusal(text: string, position: number): DataJointError {
  const character = text.charAt(position);
  const reason = REASONS[character] ?? `the character ${JSON.stringify(character)} at position N, which SQL does not know: quote it`;
  return new DataJointError('query', `The text ${quote(text)} has ${reason.replace('N', String(position + 1))}.`);
}

/** A text as an error message repeats it. */
export function quote(text: string): string {
  return text.length > 120 ? `“${text.slice(0, 117)}…”` : `“${text}”`;
}
