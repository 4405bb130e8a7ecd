import { DataJointError, UnknownAttributeError } from '../errors';
import { concat, type Fragment, raw, value } from './fragment';

type Token =
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'name'; readonly text: string; readonly quoted: boolean; readonly call: boolean }
  | { readonly kind: 'other'; readonly text: string };

/**
 * Words that a condition or a computed attribute may use without their being attributes. Names that are followed by a
 * parenthesis are functions and need no entry.
 */
const KEYWORDS = new Set(
  (
    'and or not xor is null true false unknown in between like rlike regexp glob escape case when then else end as ' +
    'distinct all any some exists interval microsecond second minute hour day week month quarter year div mod binary ' +
    'collate asc desc by order separator partition over rows range preceding following current row unbounded ' +
    'current_timestamp current_date current_time localtime localtimestamp utc_timestamp signed unsigned integer int ' +
    'char varchar decimal double float real text date datetime time json blob nulls first last filter where ' +
    'select from join left right inner outer on using group having limit offset union values with sounds match against'
  ).split(' '),
);

const NAME = /[A-Za-z_$][A-Za-z0-9_$]*/y;
const NUMBER = /(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)/y;

/**
 * SQL text as a person writes it in a restriction or projection, turned into a fragment: attribute names become the
 * expressions that `column` gives for them, string literals (in either kind of quotes, as MySQL reads them) become
 * bound values.
 * @throws UnknownAttributeError for a name that is neither an attribute, a function nor an SQL word.
 * @throws DataJointError `query` for an unterminated quote or a semicolon outside quotes.
 */
export function compileSqlText(text: string, column: (name: string) => Fragment | undefined, where: string): Fragment {
  const tokens = tokenize(text);
  const hasSubquery = tokens.some((token) => token.kind === 'name' && /^select$/i.test(token.text));
  const parts = tokens.map((token): Fragment => {
    if (token.kind === 'string') return value(token.text);
    if (token.kind === 'other' || token.call) return raw(token.text);
    const known = column(token.text);
    if (known !== undefined) return known;
    if (!hasSubquery && (token.quoted || !KEYWORDS.has(token.text.toLowerCase()))) {
      throw new UnknownAttributeError(`${where} has no attribute "${token.text}", which the text ${quote(text)} names.`);
    }
    return raw(token.quoted ? `\`${token.text}\`` : token.text);
  });
  return concat(parts);
}

/** The bare name that a text consists of, or null: `a` renames, anything else computes. */
export function bareName(text: string): string | null {
  const trimmed = text.trim();
  const name = /^(?:`([^`]+)`|([A-Za-z_$][A-Za-z0-9_$]*))$/.exec(trimmed);
  const found = name?.[1] ?? name?.[2];
  return found === undefined || ['null', 'current_timestamp', 'true', 'false'].includes(found.toLowerCase()) ? null : found;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = position;
    const found = pattern.exec(text)?.[0] ?? null;
    if (found !== null) position += found.length;
    return found;
  };
  while (position < text.length) {
    const character = text.charAt(position);
    if (character === "'" || character === '"') {
      const [content, end] = readString(text, position);
      tokens.push({ kind: 'string', text: content });
      position = end;
    } else if (character === '`') {
      const end = text.indexOf('`', position + 1);
      if (end < 0) throw unterminated(text, position);
      tokens.push({ kind: 'name', text: text.slice(position + 1, end), quoted: true, call: false });
      position = end + 1;
    } else if (character === ';') {
      throw new DataJointError('query', `The text ${quote(text)} has a semicolon at position ${String(position + 1)}: write one condition.`);
    } else {
      const name = match(NAME);
      if (name !== null) {
        const call = /^\s*\(/.test(text.slice(position, position + 20));
        tokens.push({ kind: 'name', text: name, quoted: false, call });
      } else {
        const number = match(NUMBER);
        if (number === null) position += 1;
        tokens.push({ kind: 'other', text: number ?? character });
      }
    }
  }
  return tokens;
}

/** Reads a quoted string as MySQL does: doubled quotes and backslash escapes. Returns its content and where it ends. */
function readString(text: string, start: number): [string, number] {
  const delimiter = text.charAt(start);
  let content = '';
  for (let i = start + 1; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '\\' && i + 1 < text.length) {
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
  throw unterminated(text, start);
}

/** `\%` and `\_` keep their backslash: they mean a literal % or _ to LIKE. */
function unescape(character: string): string {
  const named: Record<string, string> = { n: '\n', t: '\t', r: '\r', '0': '\0', b: '\b', Z: '\x1a', '%': '\\%', _: '\\_' };
  return named[character] ?? character;
}

function unterminated(text: string, position: number): DataJointError {
  return new DataJointError('query', `The text ${quote(text)} has a quote at position ${String(position + 1)} that never ends.`);
}

function quote(text: string): string {
  return text.length > 120 ? `“${text.slice(0, 117)}…”` : `“${text}”`;
}
