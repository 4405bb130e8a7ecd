import { Compiler, type ConditionTree, type Expression, Query, sourcesOf, type TableSource, whereClause } from '../algebra';
import type { Connection, Statement, TableName, TableSpec } from '../database';
import { classNameOf, tierOf } from '../definition';
import { DataJointError } from '../errors';
import { Cascade, mastersOf, ownerReference, rowsByKey, tableOf } from './cascade';
import { confirmed, type DeletedRows, type DeleteOptions, type PartIntegrity, partIntegrityOf } from './confirm';
import { addressOf, assertAcyclic, masterNameOf, type TableGraph } from './graph';
import { inTransaction } from './insert';
import { readDependents } from './readGraph';

/** A table whose rows are to be deleted. */
interface Target {
  readonly connection: Connection;
  readonly spec: TableSpec;
  readonly label: string;
  readonly partIntegrity: PartIntegrity;
}

type InTransaction = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Deletes the rows of a restricted table and every row that depends on them, in one transaction, children first, after
 * somebody agreed where there is somebody to ask.
 * Source: datajoint-python 2.3.5, `table.Table.delete`, `diagram.Diagram.cascade`; part integrity holds there if any row of
 * the master goes, and here for each row.
 * @returns the tables that lost rows with their counts, the restricted table first
 * @throws DataJointError `not_allowed` when rows of a part would go without their master's, and for references in a circle;
 * `integrity` when rows of a table that this account cannot see depend on them. Nothing is deleted then.
 */
export async function deleteCascading(source: TableSource, expression: Expression, options: DeleteOptions): Promise<DeletedRows[]> {
  const spec = await source.prepare();
  const connection = connectionOf(source);
  const partIntegrity = partIntegrityOf(options.partIntegrity, ['enforce', 'ignore', 'cascade']);
  const tier = tierOf(spec.name.table);
  // Nothing refers to a job queue or another hidden table.
  if (tier === 'hidden') return [{ table: addressOf(spec.name), rows: await deleteOnly(source, expression) }];
  if (tier === 'part' && partIntegrity === 'enforce') {
    throw new DataJointError(
      'not_allowed',
      `${source.label} is a part: delete the rows of its master, and its own go with them, or give partIntegrity: 'cascade' to delete the master's rows of these, or 'ignore' to leave them.`,
    );
  }
  for (const each of sourcesOf(expression)) await each.prepare();
  const target = { connection, spec, label: source.label, partIntegrity };
  const preview = async () => {
    const tables = await attempt(target, expression, (work) => rehearsed(target, work));
    return { verb: 'delete' as const, what: source.label, tables: tables.filter((table) => table.rows > 0) };
  };
  if (!(await confirmed(options, preview))) return [];
  return await attempt(target, expression, (work) => inTransaction(connection, work));
}

/** Deletes the rows of a restricted table and no others. Returns how many. @throws DataJointError `integrity`. */
export async function deleteOnly(source: TableSource, expression: Expression): Promise<number> {
  const spec = await source.prepare();
  const connection = connectionOf(source);
  for (const each of sourcesOf(expression)) await each.prepare();
  if (isPlain(expression)) return await deleteRows(connection, expression);
  return await inTransaction(connection, async () => {
    let rows = 0;
    for (const root of await roots(connection, spec, expression)) rows += await deleteRows(connection, root);
    return rows;
  });
}

/**
 * Another process may declare a table that depends on these, or drop one, after the graph was read: then the database
 * refuses, everything is undone, and a second attempt begins with what there is now.
 */
async function attempt(target: Target, expression: Expression, run: InTransaction): Promise<DeletedRows[]> {
  const once = async () => {
    const graph = await readDependents(target.connection, target.spec.name, { masters: target.partIntegrity === 'cascade' });
    assertAcyclic(graph, `Rows of ${target.label} cannot be deleted`);
    return await run(() => deleteAlong(target, graph, expression));
  };
  try {
    return await once();
  } catch (error) {
    const isStale = error instanceof DataJointError && (error.code === 'integrity' || error.code === 'unknown_table');
    if (!isStale || target.connection.inTransaction) throw error;
    return await once();
  }
}

/** What `work` would do: it is done and undone, so that what is shown before a delete is exactly what would go. */
async function rehearsed<T>({ connection, label }: Target, work: () => Promise<T>): Promise<T> {
  if (connection.inTransaction) {
    throw new DataJointError('not_allowed', `Nobody can be asked about the rows of ${label} inside a transaction: give { prompt: false }.`);
  }
  const results: T[] = [];
  try {
    await connection.transaction(async () => {
      results.push(await work());
      throw new Error('undo');
    });
  } catch (error) {
    if (results.length === 0) throw error;
  }
  const [result] = results;
  if (result === undefined) throw new Error('a rehearsal without a result');
  return result;
}

/** Deletes in the transaction that is open, children first. */
async function deleteAlong(target: Target, graph: TableGraph, expression: Expression): Promise<DeletedRows[]> {
  const { connection, spec } = target;
  const cascades = await cascadesOf(target, graph, expression);
  const order = graph.sorted();
  const rows = new Map<string, number>();
  for (const table of order.toReversed()) {
    const address = addressOf(table.name);
    for (const cascade of cascades) {
      const going = cascade.rows.get(address);
      if (going !== undefined) rows.set(address, (rows.get(address) ?? 0) + (await deleteRows(connection, going)));
    }
  }
  const deleted = order.map(({ name }) => ({ table: addressOf(name), rows: rows.get(addressOf(name)) ?? 0 }));
  const isTarget = ({ table }: DeletedRows) => table === addressOf(spec.name);
  return [...deleted.filter(isTarget), ...deleted.filter((each) => each.rows > 0 && !isTarget(each))];
}

/**
 * The cascades that take the rows and all that depends on them: one for the rows themselves, or several for a long list of
 * keys, and one for the masters' rows that go because rows of their parts do.
 * @throws DataJointError `not_allowed` for rows of a part whose master's row is in none of them
 */
async function cascadesOf(target: Target, graph: TableGraph, expression: Expression): Promise<Cascade[]> {
  const { connection, spec, partIntegrity } = target;
  const start = (table: TableSpec, rows: Expression) => new Cascade(connection, graph, table, rows, partIntegrity !== 'ignore');
  const cascades: Cascade[] = [];
  for (const rows of await roots(connection, spec, expression)) {
    const master = partIntegrity === 'cascade' && ownerReference(spec) !== null ? masterOf(graph, spec) : null;
    if (master === null) cascades.push(start(spec, rows));
    else for (const among of rowsByKey(tableOf(connection, master), await mastersOf(graph, connection, { part: spec, rows }))) cascades.push(start(master, among));
  }
  // Masters' rows that join in are walked through as well.
  for (const cascade of cascades) {
    for (const stray of cascade.strays) {
      const master = masterOf(graph, stray.part);
      const isLone = master === null && (await new Query(stray.rows).exists());
      const masters = master === null ? [] : await notGoing(cascades, master, await mastersOf(graph, connection, stray));
      if (isLone || (masters.length > 0 && partIntegrity === 'enforce')) throw lone(stray.part);
      if (master !== null) for (const rows of rowsByKey(tableOf(connection, master), masters)) cascades.push(start(master, rows));
    }
  }
  return cascades;
}

/** Those of the rows, given by their keys, that none of the cascades takes. */
async function notGoing(cascades: readonly Cascade[], table: TableSpec, keys: readonly object[]): Promise<object[]> {
  const textOf = (key: object) =>
    JSON.stringify(Object.entries(key).toSorted(([a], [b]) => (a < b ? -1 : 1)), (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  const left = new Map(keys.map((key) => [textOf(key), key]));
  for (const cascade of cascades) {
    const going = cascade.rows.get(addressOf(table.name));
    if (going === undefined || left.size === 0) continue;
    for (const among of rowsByKey(going, [...left.values()])) {
      for (const key of await new Query(among).keys()) left.delete(textOf(key));
    }
  }
  return [...left.values()];
}

const masterOf = (graph: TableGraph, { name }: TableSpec): TableSpec | null => {
  const master: TableName | null = masterNameOf(name);
  return master === null ? null : graph.table(master);
};

const lone = ({ name }: TableSpec): DataJointError =>
  new DataJointError(
    'not_allowed',
    `Rows of the part ${classNameOf(name.table)} would be deleted without their master's: delete those rows of the master, or give partIntegrity: 'cascade' to delete them too, or 'ignore' to leave them.`,
  );

/**
 * What to delete from, as restrictions of the table by its own attributes alone. A condition that looks at other tables
 * would change its meaning while their rows disappear, so it is turned into lists of keys first.
 */
async function roots(connection: Connection, spec: TableSpec, expression: Expression): Promise<Expression[]> {
  if (isPlain(expression)) return [expression];
  return rowsByKey(tableOf(connection, spec), await new Query(expression).keys());
}

/** True when only conditions on its own attributes stand above the table. */
function isPlain(expression: Expression): boolean {
  return expression.op === 'table' || (expression.op === 'restrict' && !readsTables(expression.condition) && isPlain(expression.input));
}

function readsTables(condition: ConditionTree): boolean {
  switch (condition.kind) {
    case 'in':
      return true;
    case 'not':
      return readsTables(condition.condition);
    case 'all':
    case 'any':
      return condition.conditions.some(readsTables);
    default:
      return false;
  }
}

async function deleteRows(connection: Connection, expression: Expression): Promise<number> {
  return (await connection.executor.run(deleteStatement(connection, expression))).changes;
}

function deleteStatement(connection: Connection, expression: Expression): Statement {
  const compiler = new Compiler(connection.dialect);
  const block = compiler.block(expression);
  const where = whereClause(block.where);
  const [reference = '', alias = ''] = block.from.first.sql.split(' AS ');
  if (block.from.rest.length > 0 || block.from.first.values.length > 0 || block.top !== null) {
    throw new DataJointError('query', 'Only the rows of a restricted table can be deleted: not of a join, a projection or dj.top.');
  }
  return { sql: `${connection.dialect.deleteFrom(reference, alias)}${where.sql}`, values: where.values };
}

export function connectionOf(source: TableSource): Connection {
  if (source.connection === null) throw new Error(`${source.label} has no connection`);
  return source.connection;
}
