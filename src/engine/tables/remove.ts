import { Compiler, type Expression, Query, selectStatement, sourcesOf, type TableSource, whereClause } from '../algebra';
import type { Connection, Statement, TableSpec } from '../database';
import { classNameOf, jobsTableOf, tierOf } from '../definition';
import { DataJointError } from '../errors';
import { confirmed, type Removal, type RemovalOptions } from './confirm';
import { countRows } from './family';
import { addressOf, isPartOf, TableGraph } from './graph';
import { inTransaction } from './insert';

/** How many rows of which table a delete takes with it. */
export interface DeletedRows {
  readonly table: string;
  readonly rows: number;
}

/** A table that is known from the database alone. */
export class StoredTable implements TableSource {
  constructor(
    readonly connection: Connection,
    readonly spec: TableSpec,
  ) {}

  get name() {
    return this.spec.name;
  }

  get label(): string {
    return tierOf(this.spec.name.table) === 'hidden' ? addressOf(this.spec.name) : classNameOf(this.spec.name.table);
  }

  prepare(): Promise<TableSpec> {
    return Promise.resolve(this.spec);
  }
}

/**
 * Deletes the rows of a restricted table and every row that depends on them, in one transaction, children first, after
 * somebody agreed where there is somebody to ask.
 * Source: datajoint-python 2.3.2, `table.Table.delete`.
 * @returns the tables that lost rows with their counts, the restricted table first
 * @throws DataJointError `not_allowed` when rows of a part would go without their master.
 */
export async function deleteCascading(source: TableSource, expression: Expression, options: RemovalOptions): Promise<DeletedRows[]> {
  const spec = await source.prepare();
  const connection = connectionOf(source);
  const tier = tierOf(spec.name.table);
  // Nothing refers to a job queue or another hidden table.
  if (tier === 'hidden') return [{ table: addressOf(spec.name), rows: await deleteOnly(source, expression) }];
  if (tier === 'part') {
    throw new DataJointError('not_allowed', `${source.label} is a part: delete the rows of its master, and its own go with them.`);
  }
  const graph = await TableGraph.load(connection);
  const doomed = graph.descendants(spec.name);
  for (const each of sourcesOf(expression)) await each.prepare();
  const preview = async (): Promise<Removal> => {
    const restrictions = cascade(connection, graph, spec, doomed, expression);
    const tables: DeletedRows[] = [];
    for (const [table, restriction] of restrictions) tables.push({ table, rows: await new Query(restriction).count() });
    return { verb: 'delete', what: source.label, tables: tables.filter((table) => table.rows > 0) };
  };
  if (!(await confirmed(options, preview))) return [];
  const rows = new Map<string, number>();
  await inTransaction(connection, async () => {
    for (const root of await roots(connection, source, expression)) {
      const restrictions = cascade(connection, graph, spec, doomed, root);
      for (const table of [...doomed].reverse()) {
        const condition = restrictions.get(addressOf(table.name));
        if (condition === undefined) continue;
        const { changes } = await connection.executor.run(deleteStatement(connection, condition));
        if (changes > 0) assertMasterGoes(table, restrictions);
        rows.set(addressOf(table.name), (rows.get(addressOf(table.name)) ?? 0) + changes);
      }
    }
  });
  return doomed
    .map((table) => ({ table: addressOf(table.name), rows: rows.get(addressOf(table.name)) ?? 0 }))
    .filter((table) => table.rows > 0 || table.table === addressOf(spec.name));
}

/** Deletes the rows of a restricted table and no others. Returns how many. @throws DataJointError `integrity`. */
export async function deleteOnly(source: TableSource, expression: Expression): Promise<number> {
  await source.prepare();
  const connection = connectionOf(source);
  for (const each of sourcesOf(expression)) await each.prepare();
  const { changes } = await connection.executor.run(deleteStatement(connection, expression));
  return changes;
}

/** Drops a table with everything that depends on it, children first. Returns their addresses; none if refused. */
export async function dropCascading(connection: Connection, spec: TableSpec, options: RemovalOptions): Promise<string[]> {
  const graph = await TableGraph.load(connection);
  const doomed = graph.descendants(spec.name).reverse();
  const alone = doomed.find((table) => tierOf(table.name.table) === 'part' && !doomed.some((other) => isPartOf(table.name, other.name)));
  if (alone !== undefined) {
    throw new DataJointError('not_allowed', `${classNameOf(alone.name.table)} is a part: drop its master, and it goes with it.`);
  }
  const visible = doomed.filter((table) => tierOf(table.name.table) !== 'hidden');
  const what = classNameOf(spec.name.table);
  if (!(await confirmed(options, async () => ({ verb: 'drop', what, tables: await countRows(connection, visible) })))) return [];
  await inTransaction(connection, async () => {
    for (const table of doomed) {
      // A queue is for one table and goes with it.
      const queue = { schema: table.name.schema, table: jobsTableOf(table.name.table) };
      for (const name of graph.table(queue) === null ? [table.name] : [queue, table.name]) {
        for (const statement of connection.dialect.dropTable(name)) await connection.executor.run(statement);
      }
    }
  });
  return doomed.map((table) => addressOf(table.name));
}

/**
 * What to delete from, as restrictions of the root table by itself alone. A condition that looks at other tables would
 * change its meaning while their rows disappear, so it is turned into lists of keys first.
 */
async function roots(connection: Connection, source: TableSource, expression: Expression): Promise<Expression[]> {
  if (sourcesOf(expression).size === 1 && isPlain(expression)) return [expression];
  const compiler = new Compiler(connection.dialect);
  const block = compiler.block(expression);
  const keys = await connection.executor.all(selectStatement(block, compiler.dialect, block.heading.primaryKey));
  const size = Math.max(1, Math.floor(500 / Math.max(1, block.heading.primaryKey.length)));
  const table: Expression = { op: 'table', source };
  const chunks: Expression[] = [];
  for (let i = 0; i < keys.length; i += size) {
    chunks.push({ op: 'restrict', input: table, condition: { kind: 'any', conditions: keys.slice(i, i + size).map((values) => ({ kind: 'equal', values })) }, semanticCheck: false });
  }
  return chunks;
}

/** True when only plain conditions on the table itself stand above it. */
function isPlain(expression: Expression): boolean {
  return expression.op === 'table' || (expression.op === 'restrict' && isPlain(expression.input));
}

/** For each table that may lose rows, the expression that selects them: rows that refer to a row that goes. */
function cascade(
  connection: Connection,
  graph: TableGraph,
  spec: TableSpec,
  doomed: readonly TableSpec[],
  root: Expression,
): Map<string, Expression> {
  const restrictions = new Map<string, Expression>([[addressOf(spec.name), root]]);
  for (const table of doomed) {
    if (table === spec) continue;
    const source = new StoredTable(connection, table);
    const conditions = table.foreignKeys.flatMap((key) => {
      const parent = restrictions.get(addressOf(key.parent));
      if (parent === undefined || graph.table(key.parent) === null) return [];
      const named = Object.fromEntries(key.columns.filter((c) => c.child !== c.parent).map((c) => [c.child, c.parent]));
      const attributes = key.columns.filter((c) => c.child === c.parent).map((c) => c.parent);
      const keys: Expression = { op: 'project', input: parent, projection: { attributes, named } };
      return [{ kind: 'in' as const, expression: keys }];
    });
    if (conditions.length > 0) {
      restrictions.set(addressOf(table.name), {
        op: 'restrict',
        input: { op: 'table', source },
        condition: { kind: 'any', conditions },
        semanticCheck: false,
      });
    }
  }
  return restrictions;
}

function assertMasterGoes(table: TableSpec, restrictions: ReadonlyMap<string, Expression>): void {
  if (tierOf(table.name.table) !== 'part') return;
  const masterGoes = [...restrictions.keys()].some((address) => {
    const [schema = '', ...rest] = address.split('.');
    return isPartOf(table.name, { schema, table: rest.join('.') });
  });
  if (!masterGoes) {
    throw new DataJointError(
      'not_allowed',
      `Rows of the part ${classNameOf(table.name.table)} would be deleted without their master: delete the rows of the master instead.`,
    );
  }
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

function connectionOf(source: TableSource): Connection {
  if (source.connection === null) throw new Error(`${source.label} has no connection`);
  return source.connection;
}
