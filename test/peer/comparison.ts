// One expression on both sides: what each answers, and whether that is the same.
import * as dj from '../../src/engine';
import type { Relation } from '../integration/engine/naive/relation';
import type { Answer } from './peer';

/** What a query of this engine gives, in the form of datajoint-python's answers. */
export async function answerOf(query: dj.Query): Promise<Answer> {
  try {
    const { primaryKey, names } = await query.heading();
    const rows = (await query.fetch()) as Record<string, unknown>[];
    return { key: primaryKey, names, rows, length: await query.count() };
  } catch (error) {
    if (!(error instanceof dj.DataJointError)) throw error;
    return { error: error.message };
  }
}

export const answerOfRelation = ({ attributes, rows }: Relation): Answer => ({
  key: attributes.filter(({ inKey }) => inKey).map(({ name }) => name),
  names: attributes.map(({ name }) => name),
  rows,
  length: rows.length,
});

function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  // A Decimal or a date says its value.
  return (value as { toString(): string }).toString();
}

/** A value as text, so that a Decimal, a number and a text of the same value are the same. */
function canonicalValue(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return String(Number(value));
  const text = textOf(value);
  if (!/^-?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return text;
  return Number(Number(text).toPrecision(12)).toString();
}

const canonicalRows = (rows: readonly Readonly<Record<string, unknown>>[]): string[] =>
  rows
    .map((row) => JSON.stringify(Object.entries(row).map(([name, value]) => [name, canonicalValue(value)]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))))
    .sort();

const isSame = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((each, i) => each === b[i]);
const isSameSet = (a: readonly string[], b: readonly string[]): boolean => isSame([...a].sort(), [...b].sort());

/** In what two answers differ; empty when they agree. Two errors agree. */
export function differs(a: Answer, b: Answer): ('error' | 'key' | 'names' | 'rows' | 'length')[] {
  if ('error' in a || 'error' in b) return 'error' in a && 'error' in b ? [] : ['error'];
  return [
    ...(isSameSet(a.key, b.key) ? [] : (['key'] as const)),
    ...(isSameSet(a.names, b.names) ? [] : (['names'] as const)),
    ...(isSame(canonicalRows(a.rows), canonicalRows(b.rows)) ? [] : (['rows'] as const)),
    ...(a.length === b.length ? [] : (['length'] as const)),
  ];
}
