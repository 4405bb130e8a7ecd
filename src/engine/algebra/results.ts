import { decodeValue } from '../codecs';
import type { SqlRow } from '../database';
import type { Row } from '../definition';
import { UnknownAttributeError } from '../errors';
import type { Block } from './block';

/** The columns to select for the wanted attributes, with KEY spelled out. */
export function outputNames(block: Block, names: readonly string[]): readonly string[] {
  if (names.length === 0) return block.heading.names;
  const unknown = names.find((name) => name !== 'KEY' && !block.heading.has(name));
  if (unknown !== undefined) throw new UnknownAttributeError(`${block.label} has no attribute "${unknown}".`);
  return [...new Set(names.flatMap((name) => (name === 'KEY' ? block.heading.primaryKey : [name])))];
}

/** The value of one name; `KEY` gives the primary key. */
export function pick(block: Block, name: string, row: SqlRow): unknown {
  return name === 'KEY' ? decodeRow(block, block.heading.primaryKey, row) : decodeAttribute(block, name, row);
}

/** The named attributes as values. */
export function decodeRow(block: Block, names: readonly string[], row: SqlRow): Row {
  const decoded: Row = {};
  for (const name of names) decoded[name] = decodeAttribute(block, name, row);
  return decoded;
}

function decodeAttribute(block: Block, name: string, row: SqlRow): unknown {
  const stored = block.heading.get(name)?.stored ?? null;
  const raw = row[name] ?? null;
  return stored === null ? raw : decodeValue(stored, raw);
}
