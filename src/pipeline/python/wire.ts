/** What travels between a worker and its Python: one JSON object per line. The other side is media/python/djw_bridge.py. */
import type { Attribute, Key, SqlValue } from '../../engine';

/** A value that JSON cannot tell, or would change, as an object with one type as its name. */
export type WireValue = null | boolean | number | string | Readonly<Record<string, string>>;

/** What went wrong in Python. */
export interface WireError {
  /** When: before any make() (`datajoint`, `module`, `shadowed`, `table`, `key_source`), in `make`, or `abandoned`. */
  readonly stage: string;
  /** Of the exception: its class, message and printed traceback. */
  readonly type?: string;
  readonly message?: string;
  readonly traceback?: string;
  /** The numbers that the database driver gave, of the exception and those that led to it. */
  readonly numbers?: readonly number[];
  /** The connection to the server was lost; a row with the key exists. */
  readonly lost?: boolean;
  readonly duplicate?: boolean;
  /** The last lines that make() printed. */
  readonly printed?: string;
  /** Facts of the stages before any make(). */
  readonly file?: string;
  readonly found?: string;
  readonly names?: readonly string[];
  readonly version?: string | null;
}

/** A Python table class as its interpreter sees it. */
export interface PythonReport {
  /** What its Python calls the table by. */
  readonly number: number;
  readonly datajoint: string;
  readonly python: string;
  readonly pid: number;
  readonly schema: string;
  /** The SQL name. */
  readonly table: string;
  /** Null for a table that is not populated. */
  readonly tier: 'imported' | 'computed' | null;
  readonly parts: readonly string[];
  readonly maker: 'make' | '_make_tuples' | 'parts' | null;
  /** Where this datajoint keeps its jobs. */
  readonly jobs: 'table' | 'schema';
  /** Null where `tier` is. */
  readonly key_source: { readonly sql: string; readonly key: readonly string[]; readonly others: readonly string[] } | null;
  readonly connection: { readonly host: string; readonly port: number; readonly user: string; readonly id: number };
}

/** What datajoint-python's own populate() returns, keys as text. */
export interface NativeResult {
  readonly success_count: number;
  readonly error_list: readonly (readonly [key: Readonly<Record<string, string>>, message: string])[];
}

export type WireReply =
  | { readonly ok: unknown }
  | { readonly error: WireError }
  | { readonly ask: 'finish' }
  | { readonly changes: number }
  | { readonly failed: WireError };

/** A key with the types that datajoint-python's own keys have. @throws TypeError for a value that no key has */
export function wireKey(key: Key, attributes: readonly Attribute[]): Record<string, WireValue> {
  return Object.fromEntries(
    Object.entries(key).map(([name, value]) => [name, wireValue(value, attributes.find((attribute) => attribute.name === name))]),
  );
}

function wireValue(value: unknown, attribute: Attribute | undefined): WireValue {
  const kind = attribute?.column.kind;
  if (typeof value === 'string') {
    if (kind === 'decimal' || kind === 'date' || kind === 'time' || kind === 'uuid') return { [kind]: value };
    return kind === 'datetime' || kind === 'timestamp' ? { datetime: value } : value;
  }
  if (typeof value === 'number' && kind === 'float') return { float: String(value) };
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Uint8Array || value === null) return wireSql(value);
  if (typeof value === 'boolean') return value;
  throw new TypeError(`a key has no ${typeof value}`);
}

/** A parameter of a statement. */
export function wireSql(value: SqlValue): WireValue {
  if (typeof value === 'bigint') return { int: String(value) };
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') };
  return value;
}

/** The text of a statement as Python's drivers want it: `%s` for each value, other percent signs doubled. */
export function pythonSql(sql: string): string {
  return sql.replace(/`(?:[^`]|``)*`|'(?:[^'\\]|\\[^]|'')*'|"(?:[^"\\]|\\[^]|"")*"|[?%]/g, (found) =>
    found === '?' ? '%s' : found.replaceAll('%', '%%'),
  );
}
