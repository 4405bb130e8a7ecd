import type { Attribute, ColumnType, DefaultValue } from '../model';
import { columnTypeSql, INTEGERS } from './columns';

type Typed = Pick<Attribute, 'column' | 'declaredType' | 'serverType' | 'codec' | 'comment'>;

/**
 * What a column is, from the type that the server reports (`int(10) unsigned`) and the comment, where DataJoint marks
 * core types and codecs: `:uuid:text`. Source: datajoint-python 2.3.2, `heading.Heading._init_from_database`; marks of
 * 0.14 (`:blob@raw:`, `:external-raw:`) become types of the server's own, whose stored value is shown.
 */
export function readColumn(columnType: string, fullComment: string): Typed {
  const [, mark, rest = ''] = /^:([^:]+):([^]*)$/.exec(fullComment) ?? [];
  const stored = readType(columnType);
  if (mark === undefined)
    return { column: stored, declaredType: unmarkedType(stored, columnType), serverType: unmarkedServerType(stored, columnType), codec: null, comment: fullComment };
  const codec = /^<(\w+)(@[^>]*)?>$/.exec(mark)?.[1];
  if (codec !== undefined)
    return { column: asMarkedJson(stored, columnType), declaredType: mark, codec, comment: rest };
  // datajoint-python 0.14 wrote what is `<attach>` now, in the same bytes.
  if (/^attach$/i.test(mark) && stored.kind === 'bytes')
    return { column: stored, declaredType: '<attach>', codec: 'attach', comment: rest };
  const column = markedColumn(mark.trim().toLowerCase(), stored);
  if (column !== null) return { column, declaredType: mark, codec: null, comment: rest };
  return { column: { kind: 'native', sql: columnType }, declaredType: mark, codec: null, comment: rest };
}

/** The column of a marked core type; null for a mark that is none, or that the column cannot be. */
function markedColumn(mark: string, stored: ColumnType): ColumnType | null {
  const isTinyint = stored.kind === 'integer' && stored.bits === 8 && !stored.unsigned;
  if (mark === 'bool') return isTinyint ? { kind: 'bool' } : null;
  if (mark === 'uuid') return stored.kind === 'native' && /^binary\(16\)$/i.test(stored.sql) ? { kind: 'uuid' } : null;
  if (mark === 'json' || mark === 'jsonb') return isJsonStore(stored) ? { kind: 'json' } : null;
  if (mark === 'bytes') return stored.kind === 'bytes' ? stored : null;
  return /^(int(8|16|32|64)|float(32|64)|date(time)?|char|varchar|enum|decimal)\b/.test(mark) ? stored : null;
}

/** MariaDB keeps json as longtext; the mark is the only sign. */
function isJsonStore(stored: ColumnType): boolean {
  return stored.kind === 'json' || (stored.kind === 'native' && /^longtext$/i.test(stored.sql));
}

/** Codecs that keep metadata keep it as json. */
function asMarkedJson(stored: ColumnType, columnType: string): ColumnType {
  return /^longtext$/i.test(columnType) ? { kind: 'json' } : stored;
}

/** The type of a column without regard to its comment. */
export function readType(columnType: string): ColumnType {
  const match = /^(\w+)(?:\((.*)\))?([^()]*)$/s.exec(columnType.trim());
  if (match === null) return { kind: 'native', sql: columnType };
  const word = (match[1] ?? '').toLowerCase();
  const args = match[2] ?? '';
  const suffix = (match[3] ?? '').toLowerCase();
  const bits = Object.entries(INTEGERS).find(([, name]) => name === word)?.[0];
  const isUnsigned = /\bunsigned\b/.test(suffix);
  if (bits !== undefined) return { kind: 'integer', bits: Number(bits) as keyof typeof INTEGERS, unsigned: isUnsigned };
  const native: ColumnType = { kind: 'native', sql: columnType };
  const modifier = word === 'decimal' ? decimalModifier(suffix.trim()) : undefined;
  if (suffix.trim() !== '' && modifier === undefined) return native;
  switch (word) {
    case 'float':
    case 'double':
      return args === '' ? { kind: 'float', bits: word === 'float' ? 32 : 64 } : native;
    case 'decimal': {
      const [precision = 10, scale = 0] = args.split(',').map(Number);
      return { kind: 'decimal', precision, scale, ...(modifier === undefined ? {} : { modifier }) };
    }
    case 'char':
    case 'varchar':
      return { kind: word, length: Number(args) };
    case 'enum':
      return { kind: 'enum', values: enumMembers(args) };
    case 'datetime':
    case 'timestamp':
    case 'time':
      return { kind: word, precision: Number(args === '' ? 0 : args) };
    case 'date':
    case 'json':
    case 'text':
      return { kind: word };
    case 'longblob':
      return { kind: 'bytes' };
    default:
      return native;
  }
}

function decimalModifier(suffix: string): 'unsigned' | 'unsigned zerofill' | undefined {
  return suffix === 'unsigned' || suffix === 'unsigned zerofill' ? suffix : undefined;
}

function enumMembers(args: string): string[] {
  return [...args.matchAll(/'((?:[^']|'')*)'/g)].map(([, member = '']) => member.replaceAll("''", "'"));
}

/**
 * How a definition would spell a column without a mark: one that a reference brought in, or one of a server's own type.
 * A tinyint stays one, because a reference to a bool loses its mark too.
 */
function unmarkedType(column: ColumnType, columnType: string): string {
  switch (column.kind) {
    case 'integer':
      if (column.unsigned || column.bits === 8 || column.bits === 24)
        return `${INTEGERS[column.bits]}${column.unsigned ? ' unsigned' : ''}`;
      return `int${column.bits}`;
    case 'float':
      return `float${column.bits}`;
    case 'bytes':
      return 'longblob';
    default:
      return columnType;
  }
}

/** Without what only some servers report: the width of `int(11)`. */
const unmarkedServerType = (column: ColumnType, columnType: string): string => (column.kind === 'integer' ? columnTypeSql(column) : columnType);

/** What `information_schema.columns` says of a column's default. */
export interface ReportedDefault {
  readonly text: string | null;
  readonly isNullable: boolean;
  /** `DEFAULT_GENERATED` of MySQL's `extra`: the text is an expression. */
  readonly isGenerated: boolean;
}

/**
 * MariaDB from 10.2.7 reports SQL (`'text'`, `NULL`, `current_timestamp(3)`, `uuid()`), MySQL bare text, for a default of
 * NULL nothing, and an expression with its quotes and backslashes escaped.
 */
export function readDefault({ text, isNullable, isGenerated }: ReportedDefault, quotesDefaults: boolean): DefaultValue | null {
  if (text === null || (quotesDefaults && text === 'NULL')) return isNullable ? { kind: 'null' } : null;
  const now = /^(?:current_timestamp|now|localtimestamp|localtime)(?:\((\d*)\))?$/i.exec(text);
  if (now !== null) return { kind: 'now', precision: Number(now[1] ?? 0) };
  if (!quotesDefaults)
    return isGenerated ? { kind: 'expression', sql: unescapeText(text) } : { kind: 'literal', text };
  const quoted = /^'([^]*)'$/.exec(text)?.[1];
  if (quoted !== undefined) return { kind: 'literal', text: unescapeText(quoted) };
  const isLiteral = /^[-+]?[\d.]+(e[-+]?\d+)?$|^(b|x)'[^']*'$|^0x[\da-f]*$/i.test(text);
  return isLiteral ? { kind: 'literal', text } : { kind: 'expression', sql: text };
}

function unescapeText(quoted: string): string {
  const named: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', 0: '\0', b: '\b', Z: '\x1a' };
  return quoted.replace(/''|\\([^])/g, (pair, escaped: string | undefined) =>
    escaped === undefined ? pair.slice(1) : (named[escaped] ?? escaped),
  );
}
