import type { Dialect } from '../database';
import { DataJointError, UnknownAttributeError } from '../errors';
import { type Block, columnOf, namedColumn } from './block';
import type { Projection } from './expression';
import { Heading, type HeadingAttribute } from './heading';
import { bareName, compileSqlText } from './text';

/**
 * `proj`: keeps the primary key and the named attributes, renames (`new: 'old'`), duplicates (`new: '(old)'`) and
 * computes (`new: 'a + b'`). `...` keeps all, `-name` leaves out, if it is there.
 * Source: datajoint-python 2.3.2, `QueryExpression.proj`.
 * @throws UnknownAttributeError, DataJointError `query` for a clash of names or an excluded key attribute.
 */
export function project(block: Block, projection: Projection, dialect: Dialect): Block {
  const { heading } = block;
  const renames = new Map<string, string>();
  const copies = new Map<string, string>();
  const computed = new Map<string, string>();
  for (const [name, text] of Object.entries(projection.named)) {
    const old = named(heading, text);
    const copied = /^\s*\((.*)\)\s*$/s.exec(text)?.[1];
    const copy = copied === undefined ? undefined : named(heading, copied);
    if (old !== undefined) renames.set(name, old);
    else if (copy !== undefined) copies.set(name, copy);
    else computed.set(name, `(${compileSqlText(text, (each) => namedColumn(block, each), block.label, dialect)})`);
  }
  const kept = keptNames(block, projection.attributes, new Set(renames.values()));

  const attributes: HeadingAttribute[] = [];
  const columns = new Map<string, string>();
  const add = (attribute: HeadingAttribute, column: string) => {
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
  const left = new Map(block.left);
  for (const { name, stored } of heading.attributes) left.set(name, { sql: columnOf(block, name), type: stored?.column ?? null });
  return { ...block, heading: new Heading(attributes, heading.lineageKnown), columns, left };
}

/** The attribute that a text names and nothing more. */
function named(heading: Heading, text: string): string | undefined {
  const name = bareName(text);
  return name === null ? undefined : heading.named(name)?.name;
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
    kept.delete(name);
  }
  return kept;
}

function known(block: Block, name: string): string {
  if (!block.heading.has(name)) throw new UnknownAttributeError(`${block.label} has no attribute "${name}".`);
  return name;
}
