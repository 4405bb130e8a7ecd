import type { Dialect } from '../database';
import { DataJointError, UnknownAttributeError } from '../errors';
import { type Block, columnOf, comparableColumn } from './block';
import type { Projection } from './expression';
import { type Fragment, sql } from './fragment';
import { Heading, type HeadingAttribute } from './heading';
import { bareName, compileSqlText } from './sqlText';

/**
 * `proj`: keeps the primary key and the named attributes, renames (`new: 'old'`), duplicates (`new: '(old)'`) and
 * computes (`new: 'a + b'`). `...` keeps all, `-name` leaves out.
 * Source: datajoint-python 2.3.2, `QueryExpression.proj`.
 * @throws UnknownAttributeError, DataJointError `query` for a clash of names or an excluded key attribute.
 */
export function project(block: Block, projection: Projection, dialect: Dialect): Block {
  const { heading } = block;
  const renames = new Map<string, string>();
  const copies = new Map<string, string>();
  const computed = new Map<string, Fragment>();
  for (const [name, text] of Object.entries(projection.named)) {
    const old = bareName(text);
    const copied = /^\s*\((.*)\)\s*$/s.exec(text)?.[1];
    const copy = copied === undefined ? null : bareName(copied);
    if (old !== null && heading.has(old)) renames.set(name, old);
    else if (copy !== null && heading.has(copy)) copies.set(name, copy);
    else computed.set(name, sql`(${compileSqlText(text, (each) => comparableColumn(block, each, dialect), block.label)})`);
  }
  const kept = keptNames(block, projection.attributes, new Set(renames.values()));

  const attributes: HeadingAttribute[] = [];
  const columns = new Map<string, Fragment>();
  const add = (attribute: HeadingAttribute, column: Fragment) => {
    if (columns.has(attribute.name)) {
      throw new DataJointError('query', `The projection of ${block.label} gives two attributes the name "${attribute.name}".`);
    }
    attributes.push(attribute);
    columns.set(attribute.name, column);
  };
  for (const attribute of heading.attributes) {
    if (kept.has(attribute.name)) add(attribute, columnOf(block, attribute.name));
    for (const [name, old] of [...renames, ...copies]) {
      if (old === attribute.name) add({ ...attribute, name }, columnOf(block, old));
    }
  }
  for (const [name, column] of computed) add({ name, inKey: false, lineage: null, stored: null }, column);
  attributes.sort((a, b) => Number(b.inKey) - Number(a.inKey));
  return { ...block, heading: new Heading(attributes, heading.lineageKnown), columns };
}

function keptNames(block: Block, wanted: readonly string[], renamed: ReadonlySet<string>): Set<string> {
  const { heading } = block;
  const kept = new Set(heading.primaryKey.filter((name) => !renamed.has(name)));
  const dropped = new Set<string>();
  for (const entry of wanted) {
    if (entry === '...') {
      for (const name of heading.secondary) if (!renamed.has(name)) kept.add(name);
    } else if (entry.startsWith('-')) {
      dropped.add(entry.slice(1).trim());
    } else {
      kept.add(known(block, entry));
    }
  }
  for (const name of dropped) {
    if (heading.primaryKey.includes(name)) {
      throw new DataJointError('query', `"${name}" is in the primary key of ${block.label} and cannot be left out; rename it instead.`);
    }
    kept.delete(known(block, name));
  }
  return kept;
}

function known(block: Block, name: string): string {
  if (!block.heading.has(name)) throw new UnknownAttributeError(`${block.label} has no attribute "${name}".`);
  return name;
}
