// What tools see of a database in which one table, queue or schema cannot be read: everything else, and what is wrong.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { countedDatabase } from './countedDatabase';
import { computed, describeEngine, type Engine, manual, refused } from './describeEngine';
import { workTables } from './workTables';

const all = { limit: 100, offset: 0 };

/** A schema that is well: one key done, one failed. */
async function goodSchema(engine: Engine) {
  const schema = engine.schema();
  const tables = workTables(schema, (key) => {
    if (key === 1) throw new Error('no spikes');
  });
  await tables.Source.insert([{ k: 0 }, { k: 1 }]);
  await tables.Result.populate({ reserveJobs: true, suppressErrors: true });
  return { schema: schema.schemaName, ...tables, name: { schema: schema.schemaName, table: '__result' } };
}

async function run(engine: Engine, sql: string): Promise<void> {
  await engine.connection.executor.run({ sql, values: [] });
}

const referenceOf = (engine: Engine, schema: string, table: string): string => engine.connection.dialect.tableReference({ schema, table });

/** The rows of a table are gone, and the catalogue still has it. */
async function loseRows(engine: Engine, schema: string, table: string): Promise<void> {
  const reference = referenceOf(engine, schema, table);
  await run(engine, engine.spec.kind === 'embedded' ? `DROP TABLE ${reference}` : `ALTER TABLE ${reference} DISCARD TABLESPACE`);
}

/** A column of a table has another name than every reader expects; the catalogue tells so. */
async function renameColumn(engine: Engine, schema: string, table: string, column: string): Promise<void> {
  await run(engine, `ALTER TABLE ${referenceOf(engine, schema, table)} RENAME COLUMN ${column} TO another_${column}`);
  if (engine.spec.kind !== 'embedded') return;
  const { executor } = engine.connection;
  const values = [`another_${column}`, schema, table, column];
  await executor.run({ sql: 'UPDATE datajoint_attributes SET name = ? WHERE schema_name = ? AND table_name = ? AND name = ?', values });
}

/** What is said of the tables of a schema, by class name. */
async function summariesOf(overview: dj.Overview, schema: string): Promise<Record<string, dj.TableSummary>> {
  return Object.fromEntries((await overview.tables(schema)).map((table) => [table.className, table]));
}

/** Everything about the schema that is well is shown, whatever has become of others. */
async function assertAllShown(overview: dj.Overview, { schema, name }: Awaited<ReturnType<typeof goodSchema>>): Promise<void> {
  const { tables } = (await overview.allTables()).find((each) => each.schema.name === schema) ?? { tables: [] };
  const result = tables.find(({ className }) => className === 'Result');
  assert.deepEqual(result?.progress, { done: 1, total: 2, moreThan: null, atMost: null, problem: null });
  assert.deepEqual([result.problem, result.jobs?.error], [null, 1]);
  const { jobs } = await overview.errors(all);
  assert.deepEqual(jobs.filter(({ table }) => table.schema === schema).map(({ message }) => message), ['Error: no spikes']);
  assert.equal((await overview.jobs(name, 'error', all)).total, 1);
  assert.equal((await overview.table(name))?.rows, 1);
  assert.ok((await overview.names()).some((each) => each.name.schema === schema && each.className === 'Result.Item'));
  await overview.workers();
  await overview.reservedBy();
}

/** An object with some members replaced. */
function withMembers<T extends object>(object: T, members: Partial<T>): T {
  return new Proxy(object, {
    get: (target, name) => {
      const value: unknown = Reflect.get(Object.hasOwn(members, name) ? members : target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

export const brokenTables = describeEngine('broken tables', (engine) => {
  it('two parents that share the name of a key leave one table without a total', async () => {
    const good = await goodSchema(engine);
    const other = engine.schema();
    const Animal = manual(other, 'Animal', 'id : int32');
    const Method = manual(other, 'Method', 'id : int32');
    const Both = computed(other, 'Both', '-> Animal\n-> Method');
    const One = computed(other, 'One', '-> Animal');
    await Animal.insert([[1], [2]]);
    await Method.insert([[1]]);
    await Both.count();
    await One.count();
    const overview = dj.createOverview(engine.connection);
    await assertAllShown(overview, good);
    const tables = await summariesOf(overview, other.schemaName);
    assert.deepEqual([tables['Both']?.progress?.done, tables['Both']?.progress?.total, tables['Both']?.problem], [0, null, null]);
    assert.match(tables['Both']?.progress?.problem ?? '', /^Cannot join Animal and Method by "id": .*\.$/);
    assert.deepEqual(tables['One']?.progress, { done: 0, total: 2, moreThan: null, atMost: null, problem: null });
  });

  it('a table whose rows are gone says so; its neighbours are counted', async () => {
    const good = await goodSchema(engine);
    const bad = await goodSchema(engine);
    await loseRows(engine, bad.schema, '__result__item');
    const overview = dj.createOverview(engine.connection);
    await assertAllShown(overview, good);
    const tables = await summariesOf(overview, bad.schema);
    assert.equal(tables['Result.Item']?.rows, null);
    assert.match(tables['Result.Item'].problem ?? '', /^\S.*__result__item.*\.$/s);
    assert.deepEqual([tables['Source']?.rows, tables['Source']?.problem, tables['Result']?.progress?.total], [2, null, 2]);
    if (engine.spec.kind === 'server') await run(engine, `DROP TABLE ${referenceOf(engine, bad.schema, '__result__item')}`);
  });

  it('a queue of another shape says so, in lists of tables, of errors and of workers', async () => {
    const good = await goodSchema(engine);
    const bad = await goodSchema(engine);
    await renameColumn(engine, bad.schema, '~~result', 'status');
    const overview = dj.createOverview(engine.connection);
    await assertAllShown(overview, good);
    const address = `${bad.schema}.~~result`;
    const { Result } = await summariesOf(overview, bad.schema);
    assert.deepEqual([Result?.jobs, Result?.problem], [null, `${address} is no job queue: it has no attribute status.`]);
    assert.deepEqual([Result?.rows, Result?.progress?.total], [1, 2]);
    for (const { problems } of [await overview.errors(all), await overview.workers()]) {
      assert.deepEqual(problems.map((problem) => problem.startsWith(`${address} cannot be read: `)).filter(Boolean), [true]);
    }
    await refused('query', () => overview.jobs(bad.name, 'error', all), address, 'no job queue');
    await refused('unknown_table', () => overview.retry(bad.name, [{ k: 1 }]), address, 'no job queue');
  });

  it('a schema-wide queue of another shape hides no job of other queues', async () => {
    const good = await goodSchema(engine);
    const bad = await goodSchema(engine);
    await dj.schema(bad.schema, { connection: engine.connection, jobs: 'schema' }).jobs.count();
    await renameColumn(engine, bad.schema, '~jobs', 'status');
    const overview = dj.createOverview(engine.connection);
    await assertAllShown(overview, good);
    const said = `${bad.schema}.~jobs is no job queue: it has no attribute status.`;
    const { Result } = await summariesOf(overview, bad.schema);
    assert.deepEqual([Result?.jobs?.error, Result?.layout, Result?.problem], [1, 'table', said]);
    const { total, problems } = await overview.jobs(bad.name, 'error', all);
    assert.deepEqual([total, problems], [1, [said]]);
    const errors = await overview.errors(all);
    assert.equal(errors.jobs.filter(({ table }) => table.schema === bad.schema).length, 1);
    assert.equal(errors.problems.filter((problem) => problem.startsWith(`${bad.schema}.~jobs cannot be read: `)).length, 1);
    assert.equal(await overview.retry(bad.name, [{ k: 1 }]), 1);
  });

  it('a parent that is not there leaves one table without a total', async () => {
    const good = await goodSchema(engine);
    const [parents, children] = [engine.schema(), engine.schema()];
    const Elsewhere = manual(parents, 'Elsewhere', 'k : int32');
    class Child extends dj.Computed {
      static override readonly definition: string = '-> Elsewhere';
    }
    children(Child);
    await Elsewhere.insert([[1]]);
    await Child.count();
    const table = referenceOf(engine, parents.schemaName, 'elsewhere');
    const statements =
      engine.spec.kind === 'embedded'
        ? ['PRAGMA foreign_keys = OFF', `DELETE FROM datajoint_tables WHERE schema_name = '${parents.schemaName}'`, 'PRAGMA foreign_keys = ON']
        : [`SET SESSION foreign_key_checks = 0`, `DROP TABLE ${table}`, `SET SESSION foreign_key_checks = 1`];
    for (const statement of statements) await run(engine, statement);
    const overview = dj.createOverview(engine.connection);
    await assertAllShown(overview, good);
    const found = (await summariesOf(overview, children.schemaName))['Child'];
    assert.deepEqual(found?.progress, {
      done: 0,
      total: null,
      moreThan: null, atMost: null,
      problem: `Keys cannot be counted: the parent ${parents.schemaName}.elsewhere cannot be seen.`,
    });
    await engine.connection.catalog.dropSchema(children.schemaName);
  });

  it('a schema that is dropped as it is being read hides no other', async () => {
    const [good, gone] = [await goodSchema(engine), await goodSchema(engine)];
    const { database } = engine.connection;
    const [schemas, names] = [await database.catalog.schemas(), await database.catalog.tableNames()];
    await database.catalog.dropSchema(gone.schema);
    const listedBefore = { schemas: async () => schemas, tableNames: async () => names };
    const stale = withMembers(database, { catalog: withMembers(database.catalog, listedBefore) });
    const overview = dj.createOverview(new dj.Connection(stale));
    await assertAllShown(overview, good);
    const { tables } = (await overview.allTables()).find(({ schema }) => schema.name === gone.schema) ?? {};
    assert.deepEqual(tables, []);
  });

  it('counts the pairs of several parents up to a limit, and what is done without them', async () => {
    const schema = engine.schema();
    const parents = ['One', 'Two', 'Three'].map((name) => manual(schema, name, `${name.toLowerCase()} : int32`));
    for (const parent of parents) await parent.insert(Array.from({ length: 1000 }, (_, n) => [n]));
    class Fit extends dj.Computed {
      static override readonly definition: string = '-> One\n-> Two\n-> Three';
      async make(key: dj.Key): Promise<void> {
        await this.insert1(key);
      }
    }
    schema(Fit);
    await Fit.populate('one = two AND two = three AND three < 5');
    const Pair = computed(schema, 'Pair', '-> One\n-> Two');
    await Pair.count();
    const overview = dj.createOverview(engine.connection);
    const tables = await summariesOf(overview, schema.schemaName);
    assert.deepEqual(tables['Fit']?.progress, { done: 5, total: null, moreThan: 1_000_000, atMost: null, problem: null });
    assert.deepEqual(tables['Pair']?.progress, { done: 0, total: 1_000_000, moreThan: null, atMost: null, problem: null });
  });

  it('counts what is well in one statement', async () => {
    const { schema } = await goodSchema(engine);
    const { database, counts } = countedDatabase(engine.connection.database);
    const tables = await dj.createOverview(new dj.Connection(database)).tables(schema);
    assert.deepEqual([tables.length, counts.statements], [3, 1]);
  });

  it('stops counting when the question is aborted', async () => {
    const good = await goodSchema(engine);
    const overview = dj.createOverview(engine.connection);
    const reason = new Error('enough');
    await assert.rejects(overview.tables(good.schema, { signal: AbortSignal.abort(reason) }), reason);
    await assert.rejects(overview.errors(all, { signal: AbortSignal.abort(reason) }), reason);
    await assertAllShown(overview, good);
  });
});
