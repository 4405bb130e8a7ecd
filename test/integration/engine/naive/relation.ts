// The relational algebra of DataJoint, worked out row by row and without SQL: slow, plain, and on its own. The rules
// are those of datajoint-python 2.3 (semantic matching, primary keys of results).

import type { Value } from './expression';

export type { Value };
export type NaiveRow = Readonly<Record<string, Value>>;

export interface NaiveAttribute {
  readonly name: string;
  readonly inKey: boolean;
  /** Where it was first defined; null for what has no origin. */
  readonly origin: string | null;
  readonly kind: 'number' | 'text';
}

/** The rows of a query with their attributes, primary key first. */
export interface Relation {
  readonly attributes: readonly NaiveAttribute[];
  readonly rows: readonly NaiveRow[];
  /** How `top` made it, if nothing has been done to it since. */
  readonly limited?: Limits & { readonly source: Relation };
}

interface Limits {
  readonly limit: number | null;
  readonly descending: boolean;
  readonly offset: number;
}

/** The expression makes no sense, and the engine must refuse it too. */
export class Senseless extends Error {}

export const keyOf = ({ attributes }: Relation): string[] => attributes.filter(({ inKey }) => inKey).map(({ name }) => name);
export const secondaryOf = ({ attributes }: Relation): string[] => attributes.filter(({ inKey }) => !inKey).map(({ name }) => name);
export const namesOf = ({ attributes }: Relation): string[] => attributes.map(({ name }) => name);
const has = (relation: Relation, name: string): boolean => namesOf(relation).includes(name);
const shared = (a: Relation, b: Relation): string[] => namesOf(a).filter((name) => has(b, name));

/** Null equals nothing, not even null. */
const agree = (a: NaiveRow, b: NaiveRow, names: readonly string[]): boolean =>
  names.every((name) => a[name] !== null && b[name] !== null && a[name] === b[name]);

/** The same row, null and null included. */
const identity = (row: NaiveRow, names: readonly string[]): string => JSON.stringify(names.map((name) => row[name]));

const pickNames = (row: NaiveRow, names: readonly string[]): NaiveRow => Object.fromEntries(names.map((name) => [name, row[name] ?? null]));

function assertOrigins(a: Relation, b: Relation): void {
  for (const { name, origin } of a.attributes) {
    const other = b.attributes.find((each) => each.name === name);
    if (other !== undefined && (origin === null || origin !== other.origin)) throw new Senseless(`origins of ${name} differ`);
  }
}

const determines = (a: Relation, b: Relation): boolean => keyOf(b).every((name) => has(a, name));

/** Attributes with the named ones as primary key, which comes first. */
function keyed(attributes: readonly NaiveAttribute[], key: readonly string[]): NaiveAttribute[] {
  const inKey = key.flatMap((name) => attributes.find((attribute) => attribute.name === name) ?? []);
  const others = attributes.filter(({ name }) => !key.includes(name));
  return [...inKey.map((attribute) => ({ ...attribute, inKey: true })), ...others.map((attribute) => ({ ...attribute, inKey: false }))];
}

function joinedAttributes(a: Relation, b: Relation): NaiveAttribute[] {
  const all = [...a.attributes, ...b.attributes.filter(({ name }) => !has(a, name))];
  const key = determines(a, b) ? keyOf(a) : determines(b, a) ? keyOf(b) : [...new Set([...keyOf(a), ...keyOf(b)])];
  return keyed(all, key);
}

/** True, false, or null for unknown. */
export type Truth = boolean | null;
export type Test = (row: NaiveRow) => Truth;

export const and = (tests: readonly Test[]): Test => (row) => {
  const truths = tests.map((test) => test(row));
  return truths.includes(false) ? false : truths.includes(null) ? null : true;
};
export const or = (tests: readonly Test[]): Test => (row) => {
  const truths = tests.map((test) => test(row));
  return truths.includes(true) ? true : truths.includes(null) ? null : false;
};
export const not = (test: Test): Test => (row) => {
  const truth = test(row);
  return truth === null ? null : !truth;
};

/** Rows of `relation` that match a row of `other` on all that both have. */
export function matching(relation: Relation, other: Relation): Test {
  assertOrigins(relation, other);
  const names = shared(relation, other);
  return (row) => other.rows.some((each) => agree(row, each, names));
}

export const restrict = ({ attributes, rows }: Relation, test: Test): Relation => ({ attributes, rows: rows.filter((row) => test(row) === true) });

export function join(a: Relation, b: Relation): Relation {
  assertOrigins(a, b);
  const names = shared(a, b);
  const rows = a.rows.flatMap((left) => b.rows.filter((right) => agree(left, right, names)).map((right) => ({ ...right, ...left })));
  return { attributes: joinedAttributes(a, b), rows };
}

/** Every row of `a` with its matches in `b`, or with nulls. */
function outerRows(a: Relation, b: Relation): NaiveRow[] {
  const names = shared(a, b);
  const empty = pickNames({}, namesOf(b));
  return a.rows.flatMap((left) => {
    const matches = b.rows.filter((right) => agree(left, right, names));
    return (matches.length === 0 ? [empty] : matches).map((right) => ({ ...right, ...left }));
  });
}

export function extend(a: Relation, b: Relation): Relation {
  assertOrigins(a, b);
  if (!determines(a, b)) throw new Senseless('the key of the other is missing');
  return { attributes: joinedAttributes(a, b), rows: outerRows(a, b) };
}

export interface Computation {
  readonly name: string;
  readonly kind: 'number' | 'text';
  readonly value: (row: NaiveRow) => Value;
}

export interface NaiveProjection {
  /** `...`, names, and names after a minus. */
  readonly attributes: readonly string[];
  readonly renames: readonly { readonly name: string; readonly old: string }[];
  readonly copies: readonly { readonly name: string; readonly old: string }[];
  readonly computed: readonly Computation[];
}

export function project(relation: Relation, projection: NaiveProjection): Relation {
  const renamed = projection.renames.map(({ old }) => old);
  const kept = new Set(keyOf(relation).filter((name) => !renamed.includes(name)));
  for (const each of projection.attributes) {
    if (each === '...') secondaryOf(relation).forEach((name) => !renamed.includes(name) && kept.add(name));
    else if (!each.startsWith('-')) kept.add(each);
  }
  for (const each of projection.attributes) {
    if (!each.startsWith('-')) continue;
    if (keyOf(relation).includes(each.slice(1))) throw new Senseless('a key attribute left out');
    kept.delete(each.slice(1));
  }
  // What is renamed or copied stands where its original stood.
  const attributes: NaiveAttribute[] = relation.attributes.flatMap((attribute) => [
    ...(kept.has(attribute.name) ? [attribute] : []),
    ...[...projection.renames, ...projection.copies].filter(({ old }) => old === attribute.name).map(({ name }) => ({ ...attribute, name })),
  ]);
  for (const { name, kind } of projection.computed) attributes.push({ name, kind, inKey: false, origin: null });
  if (new Set(attributes.map(({ name }) => name)).size < attributes.length) throw new Senseless('a name given twice');
  const rows = relation.rows.map((row) => ({
    ...pickNames(row, [...kept]),
    ...Object.fromEntries([...projection.renames, ...projection.copies].map(({ name, old }) => [name, row[old] ?? null])),
    ...Object.fromEntries(projection.computed.map(({ name, value }) => [name, value(row)])),
  }));
  const inKey = attributes.filter((attribute) => attribute.inKey);
  return { attributes: [...inKey, ...attributes.filter((attribute) => !attribute.inKey)], rows };
}

export function unite(a: Relation, b: Relation): Relation {
  const key = keyOf(a);
  if (key.length !== keyOf(b).length || !key.every((name) => keyOf(b).includes(name))) throw new Senseless('keys differ');
  if (secondaryOf(a).some((name) => has(b, name))) throw new Senseless('shared secondary attributes');
  const attributes = joinedAttributes(a, b);
  if (attributes.every(({ inKey }) => inKey)) {
    const rows = new Map([...a.rows, ...b.rows].map((row) => [identity(row, key), row]));
    return { attributes, rows: [...rows.values()] };
  }
  assertOrigins(a, b);
  const onlyB = b.rows.filter((row) => !a.rows.some((other) => agree(row, other, key)));
  return { attributes, rows: [...outerRows(a, b), ...onlyB.map((row) => pickNames(row, attributes.map(({ name }) => name)))] };
}

export interface Aggregate {
  readonly name: string;
  readonly kind: 'number' | 'text';
  readonly value: (rows: readonly NaiveRow[]) => Value;
}

function assertNewNames(kept: readonly string[], aggregates: readonly Aggregate[]): void {
  if (aggregates.some(({ name }) => kept.includes(name))) throw new Senseless('a name given twice');
}

const computedAttributes = (aggregates: readonly Aggregate[]): NaiveAttribute[] =>
  aggregates.map(({ name, kind }) => ({ name, kind, inKey: false, origin: null }));

const aggregated = (rows: readonly NaiveRow[], aggregates: readonly Aggregate[]): NaiveRow =>
  Object.fromEntries(aggregates.map(({ name, value }) => [name, value(rows)]));

export function aggregate(groups: Relation, members: Relation, aggregates: readonly Aggregate[], keepAll: boolean, everything: boolean): Relation {
  if (!determines(members, groups)) throw new Senseless('the members lack the key of the groups');
  assertOrigins(groups, members);
  const kept = everything ? namesOf(groups) : keyOf(groups);
  assertNewNames(kept, aggregates);
  const rows = groups.rows.flatMap((row) => {
    const one = { attributes: groups.attributes, rows: [row] };
    const found = keepAll ? outerRows(one, members) : join(one, members).rows;
    return found.length === 0 ? [] : [{ ...pickNames(row, kept), ...aggregated(found, aggregates) }];
  });
  return { attributes: [...groups.attributes.filter(({ name }) => kept.includes(name)), ...computedAttributes(aggregates)], rows };
}

/** Distinct combinations of values of the named attributes. */
export function distinct(relation: Relation, names: readonly string[]): Relation {
  const attributes = keyed(relation.attributes, names).filter(({ inKey }) => inKey);
  const rows = new Map(relation.rows.map((row) => [identity(row, names), pickNames(row, names)]));
  return { attributes, rows: [...rows.values()] };
}

export function aggregateOver(names: readonly string[], relation: Relation, aggregates: readonly Aggregate[]): Relation {
  assertNewNames(names, aggregates);
  const combinations = distinct(relation, names);
  const groups = names.length === 0 ? [{}] : combinations.rows;
  const rows = groups.map((group) => {
    const members = relation.rows.filter((row) => identity(row, names) === identity(group, names));
    return { ...group, ...aggregated(members, aggregates) };
  });
  return { attributes: [...combinations.attributes, ...computedAttributes(aggregates)], rows };
}

/** Null comes first. */
function compareValues(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null) return -1;
  return b === null || a > b ? 1 : -1;
}

/**
 * Some rows in the order of the primary key, which must tell the rows apart. After another one of the same order the
 * smaller limit counts, and offsets add up.
 */
export function top(relation: Relation, given: Limits): Relation {
  const { limited } = relation;
  if (limited === undefined || limited.descending !== given.descending) return cut(relation, given);
  const limits = [limited.limit, given.limit].filter((limit) => limit !== null);
  return cut(limited.source, { ...given, limit: limits.length === 0 ? null : Math.min(...limits), offset: limited.offset + given.offset });
}

function cut(relation: Relation, { limit, descending, offset }: Limits): Relation {
  const key = keyOf(relation);
  const byKey = (a: NaiveRow, b: NaiveRow): number => key.map((name) => compareValues(a[name] ?? null, b[name] ?? null)).find((order) => order !== 0) ?? 0;
  const rows = [...relation.rows].sort((a, b) => (descending ? byKey(b, a) : byKey(a, b)));
  const kept = rows.slice(offset, limit === null ? undefined : offset + limit);
  return { attributes: relation.attributes, rows: kept, limited: { limit, descending, offset, source: relation } };
}
