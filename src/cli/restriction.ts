/** Reads the RESTRICTIONs of the command line. */
import { type Condition, EXPRESSION, Query } from '../engine';
import { usageError } from './arguments';
import type { Populated } from './populatedTable';
import { didYouMean } from './suggest';

/** An attribute to compare with a value that is still text. */
export interface NamedValue {
  readonly name: string;
  readonly text: string;
}

export type Restriction =
  | { readonly kind: 'keys'; readonly keys: readonly Readonly<Record<string, unknown>>[] }
  | { readonly kind: 'value'; readonly value: NamedValue }
  | { readonly kind: 'sql'; readonly sql: string };

/**
 * `{"subject_id": "c3"}` or a list of such objects (any of them), `subject_id=c3`, or SQL.
 * @throws DataJointError `usage` for JSON that cannot be read
 */
export function readRestriction(text: string): Restriction {
  const trimmed = text.trim();
  if (trimmed === '') throw usageError('A restriction is empty: write SQL, a JSON object or name=value.');
  if (/^[{[]/.test(trimmed)) return { kind: 'keys', keys: readKeys(trimmed) };
  const [, name, value] = /^([A-Za-z_]\w*)=([^=].*|)$/s.exec(trimmed) ?? [];
  // `gain=0 and duration>5` is SQL: a bare value has no spaces, and a quoted one nothing after it.
  if (name !== undefined && value !== undefined) {
    const quoted = /^(?:'([^']*)'|"([^"]*)")$/.exec(value);
    if (quoted !== null) return { kind: 'value', value: { name, text: quoted[1] ?? quoted[2] ?? '' } };
    if (/^[^\s'"()]*$/.test(value)) return { kind: 'value', value: { name, text: value } };
  }
  return { kind: 'sql', sql: trimmed };
}

function readKeys(text: string): Readonly<Record<string, unknown>>[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw usageError(`The restriction ${text} is no JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  const keys: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  return keys.map((key) => {
    if (!isObject(key))
      throw usageError(`The restriction ${text} is no key: write {"attribute": value}, or a list of such objects.`);
    return key;
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The restrictions of a command line as conditions on the keys of a table that are to be made.
 * @throws DataJointError `usage` for an attribute that the keys do not have: as a condition it would match everything
 */
export async function conditionsOf(texts: readonly string[], table: Populated, label: string): Promise<Condition[]> {
  if (texts.length === 0) return [];
  const heading = await new Query(table.keySource[EXPRESSION]).heading();
  const names = [...heading.names];
  const check = (name: string): void => {
    if (!heading.has(name)) {
      throw usageError(
        `The keys of ${label} have no attribute "${name}", only ${names.join(', ')}.${didYouMean(name, names)}`,
      );
    }
  };
  return texts.map((text): Condition => {
    const restriction = readRestriction(text);
    if (restriction.kind === 'sql') return restriction.sql;
    if (restriction.kind === 'keys') {
      restriction.keys.forEach((key) => Object.keys(key).forEach(check));
      return restriction.keys;
    }
    const { name, text: value } = restriction.value;
    check(name);
    return { [name]: typedValue(heading.get(name)?.stored?.column.kind, value) };
  });
}

/** A value of the command line as its attribute's type wants it; the engine refuses what does not fit. */
function typedValue(kind: string | undefined, text: string): string | number | bigint | boolean {
  const isNumber = text.trim() !== '' && Number.isFinite(Number(text));
  if (kind === 'integer' && /^-?\d+$/.test(text)) return BigInt(text);
  if (kind === 'float' && isNumber) return Number(text);
  if (kind === 'bool' && /^(true|false|0|1)$/i.test(text)) return /^(true|1)$/i.test(text);
  return text;
}
