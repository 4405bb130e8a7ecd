import { type Expression, Query } from '../algebra';
import type { Connection, ForeignKey, TableSpec } from '../database';
import { addressOf, isPartOf, masterNameOf, type TableGraph } from './graph';
import { StoredTable } from './storedTable';

/** Rows of a part that the deletion reaches through another reference than the one to their master. */
export interface StrayRows {
  readonly part: TableSpec;
  /** Those whose master's row does not go in the same cascade. */
  readonly rows: Expression;
}

/**
 * Which rows go when some rows of one table do: the rows that refer to a row that goes. Where parts are kept with their
 * masters, a row of a part goes because its master's row does, and for no other reason: what is reached otherwise is
 * `strays`, about which the caller must decide. So a row that another process adds meanwhile cannot lose its master.
 */
export class Cascade {
  /** By the addresses of the tables, parents before children. */
  readonly rows = new Map<string, Expression>();
  readonly strays: StrayRows[] = [];

  constructor(
    private readonly connection: Connection,
    private readonly graph: TableGraph,
    root: TableSpec,
    rootRows: Expression,
    private readonly keepsParts: boolean,
  ) {
    this.rows.set(addressOf(root.name), rootRows);
    for (const table of graph.descendants(root.name)) if (table !== root) this.reach(table);
  }

  private reach(table: TableSpec): void {
    const owner = this.keepsParts ? ownerReference(table) : null;
    const going = owner === null ? null : this.referring(owner);
    const others = table.foreignKeys.filter((key) => key !== owner).flatMap((key) => this.referring(key) ?? []);
    const address = addressOf(table.name);
    if (owner === null) {
      if (others.length > 0) this.rows.set(address, this.restricted(table, { kind: 'any', conditions: others }));
      return;
    }
    if (going !== null) this.rows.set(address, this.restricted(table, going));
    if (others.length === 0) return;
    const reached = this.restricted(table, { kind: 'any', conditions: others });
    const strays: Expression =
      going === null ? reached : { op: 'restrict', input: reached, condition: { kind: 'not', condition: going }, semanticCheck: false };
    this.strays.push({ part: table, rows: strays });
  }

  /** The condition on a child that it refers to a row that goes; null when none of the parent's rows do. */
  private referring(key: ForeignKey): Condition | null {
    const parent = this.rows.get(addressOf(key.parent));
    if (parent === undefined) return null;
    const named = Object.fromEntries(key.columns.filter((c) => c.child !== c.parent).map((c) => [c.child, c.parent]));
    const attributes = key.columns.filter((c) => c.child === c.parent).map((c) => c.parent);
    const keys: Expression = { op: 'project', input: parent, projection: { attributes, named } };
    if (isWholeKey(key, this.graph.table(key.parent))) return { kind: 'in', expression: keys };
    // Other attributes of the parent's key must not match attributes of the child that happen to have their names.
    return { kind: 'in', expression: { op: 'distinct', input: keys, attributes: key.columns.map((c) => c.child) } };
  }

  private restricted(table: TableSpec, condition: Condition): Expression {
    return { op: 'restrict', input: tableOf(this.connection, table), condition, semanticCheck: false };
  }
}

type Condition = Extract<Expression, { op: 'restrict' }>['condition'];

/**
 * The reference that makes a row of a part belong to a row of its master: in the primary key rather than not, under the
 * master's own names rather than others, to the master itself rather than to another part of it. Null for what is no part, or
 * only has the name of one.
 */
export function ownerReference(table: TableSpec): ForeignKey | null {
  const master = masterNameOf(table.name);
  if (master === null) return null;
  const attribute = (name: string) => table.attributes.find((each) => each.name === name);
  const candidates = table.foreignKeys.filter(
    ({ parent, columns }) =>
      (addressOf(parent) === addressOf(master) || isPartOf(parent, master)) &&
      addressOf(parent) !== addressOf(table.name) &&
      columns.every(({ child }) => attribute(child)?.nullable === false),
  );
  const rank = ({ parent, columns }: ForeignKey): number =>
    (columns.every(({ child }) => attribute(child)?.inKey === true) ? 0 : 4) +
    (columns.every(({ child, parent: name }) => child === name) ? 0 : 2) +
    (addressOf(parent) === addressOf(master) ? 0 : 1);
  return candidates.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
}

/** The keys of the masters' rows to which these rows of a part belong, each once. */
export async function mastersOf(graph: TableGraph, connection: Connection, { part, rows }: StrayRows): Promise<object[]> {
  const owner = ownerReference(part);
  const parent = owner === null ? null : graph.table(owner.parent);
  if (owner === null || parent === null) return [];
  const found = await new Query({ op: 'distinct', input: rows, attributes: owner.columns.map(({ child }) => child) }).keys();
  const keys = found.map((row) => Object.fromEntries(owner.columns.map(({ child, parent: name }) => [name, Reflect.get<object, string>(row, child)])));
  if (isPartOf(part.name, parent.name)) return keys;
  const above: object[] = [];
  for (const among of rowsByKey(tableOf(connection, parent), keys)) above.push(...(await mastersOf(graph, connection, { part: parent, rows: among })));
  return above;
}

/** All rows of a table. */
export const tableOf = (connection: Connection, spec: TableSpec): Expression => ({ op: 'table', source: new StoredTable(connection, spec) });

/** Those of the rows that have these keys, as expressions of a size that a statement can hold. */
export function rowsByKey(rows: Expression, keys: readonly object[]): Expression[] {
  const size = Math.max(1, Math.floor(MOST_VALUES / Math.max(1, Object.keys(keys[0] ?? {}).length)));
  const chunks: Expression[] = [];
  for (let i = 0; i < keys.length; i += size) {
    const conditions = keys.slice(i, i + size).map((values) => ({ kind: 'equal' as const, values: { ...values } }));
    chunks.push({ op: 'restrict', input: rows, condition: { kind: 'any', conditions }, semanticCheck: false });
  }
  return chunks;
}

/** Each reference on the way from the keys to a table repeats them in its statement. */
const MOST_VALUES = 500;

function isWholeKey(key: ForeignKey, parent: TableSpec | null): boolean {
  const names = parent?.attributes.filter(({ inKey }) => inKey).map(({ name }) => name) ?? [];
  return names.length === key.columns.length && key.columns.every((column) => names.includes(column.parent));
}
