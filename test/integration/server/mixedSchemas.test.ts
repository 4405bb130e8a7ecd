/** Tables and queues of schemas that differ in what a server lets them differ: shown together, and each as far as it can be read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as dj from '../../../src/engine';
import { workTables } from '../engine/workTables';
import { ServerUnderTest } from './onServer';

const lab = new ServerUnderTest();
const all = { limit: 100, offset: 0 };

/** A schema with one failed job in a queue of each layout. */
async function failing(connection: dj.Connection, schema: string): Promise<void> {
  const fail = () => {
    throw new Error('bad');
  };
  const own = workTables(dj.schema(schema, { connection, jobs: 'table' }), fail);
  await own.Source.insert([{ k: 1 }, { k: 2 }]);
  await own.Result.populate('k = 1', { reserveJobs: true, suppressErrors: true });
  await workTables(dj.schema(schema, { connection, jobs: 'schema' }), fail).Result.populate('k = 2', { reserveJobs: true, suppressErrors: true });
}

test('schemas of other character sets and collations are counted together', async () => {
  const kinds = ['CHARACTER SET latin1', 'CHARACTER SET ascii', 'COLLATE utf8mb4_general_ci', 'COLLATE utf8mb4_unicode_ci', 'COLLATE latin1_general_cs'];
  for (const [at, kind] of kinds.entries()) await lab.server.sql(`CREATE DATABASE mixed_${String(at)} ${kind}`);
  const connection = await lab.connect();
  for (const at of kinds.keys()) await failing(connection, `mixed_${String(at)}`);
  const overview = dj.createOverview(connection);
  for (const { schema, tables } of await overview.allTables()) {
    if (!schema.name.startsWith('mixed_')) continue;
    assert.deepEqual([schema.problem, tables.map(({ rows, jobs, problem }) => [rows, jobs?.error, problem])], [
      null,
      [[2, undefined, null], [0, 2, null], [0, undefined, null]],
    ]);
  }
  const { jobs, problems } = await overview.errors(all);
  assert.deepEqual([jobs.filter(({ table }) => table.schema.startsWith('mixed_')).length, problems], [2 * kinds.length, []]);
  assert.deepEqual((await overview.workers()).problems, []);
});

test('a table that another session has locked is not waited for', async () => {
  const connection = await lab.connect();
  await failing(connection, 'locked');
  await lab.server.sql('CREATE TABLE locked.aside (k INT PRIMARY KEY); INSERT INTO locked.aside VALUES (1)');
  const rowsOf = async () => {
    const tables = await dj.createOverview(connection).tables('locked');
    assert.deepEqual(tables.map(({ problem }) => problem), [null, null, null, null]);
    return Object.fromEntries(tables.map(({ className, rows }) => [className, rows]));
  };
  const others = { Source: 2, Result: 0, 'Result.Item': 0 };
  const other = await lab.connect();
  await other.transaction(async (transaction) => {
    await transaction.run({ sql: 'LOCK TABLES locked.aside WRITE', values: [] });
    assert.deepEqual(await rowsOf(), { ...others, Aside: null });
    await transaction.run({ sql: 'UNLOCK TABLES', values: [] });
  });
  assert.deepEqual(await rowsOf(), { ...others, Aside: 1 });
});

test('a ~lineage of another shape hides no other schema', async () => {
  const connection = await lab.connect();
  await failing(connection, 'well');
  await lab.server.sql('CREATE DATABASE odd; CREATE TABLE odd.thing (k INT PRIMARY KEY); CREATE TABLE odd.`~lineage` (x INT)');
  const overview = dj.createOverview(connection);
  const found = await overview.allTables();
  assert.deepEqual(found.find(({ schema }) => schema.name === 'well')?.tables.map(({ rows }) => rows), [2, 0, 0]);
  assert.ok((await overview.errors(all)).jobs.some(({ table }) => table.schema === 'well'));
  const odd = found.find(({ schema }) => schema.name === 'odd');
  assert.ok(odd?.schema.problem !== null || odd.tables.length === 1, 'it is shown, or it says why not');
});
