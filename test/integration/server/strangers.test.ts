/** What others have put on a server: odd names, views, tables of no DataJoint, missing privileges, damaged values. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as dj from '../../../src/engine';
import { until } from '../../harness/until';
import { refused } from '../engine/describeEngine';
import { ServerUnderTest } from './onServer';

const lab = new ServerUnderTest();
const LONG = 'x'.repeat(64);
const LONG_IMPORTED = `_${'i'.repeat(63)}`;

test('tables of no DataJoint are listed where a class could have their name, and read whatever it is; views are left out', async () => {
  await lab.server.sql(`
    CREATE DATABASE \`we\`\`ird.name ü\`; USE \`we\`\`ird.name ü\`;
    CREATE TABLE \`${LONG}\` (\`${LONG}\` INT PRIMARY KEY);
    CREATE TABLE \`ta\`\`ble.é\` (\`a b\` INT PRIMARY KEY, \`c\`\`d.e\` GEOMETRY, s SET('a','b'), y YEAR);
    CREATE TABLE \`${LONG_IMPORTED}\` (a INT PRIMARY KEY);
    CREATE TABLE keyless (a INT);
    CREATE TABLE \`__computed_elsewhere\` (a INT PRIMARY KEY, b INT);
    CREATE TABLE \`#\` (a INT PRIMARY KEY);
    CREATE VIEW seen AS SELECT * FROM keyless;
    CREATE VIEW broken AS SELECT a FROM keyless; ALTER TABLE keyless CHANGE a z INT;
    INSERT INTO \`ta\`\`ble.é\` VALUES (1, POINT(1, 2), 'a,b', 2026), (2, NULL, NULL, NULL); INSERT INTO keyless VALUES (1), (1)`);
  const connection = await lab.connect();
  const overview = dj.createOverview(connection);
  assert.ok((await overview.schemas()).some(({ name }) => name === 'we`ird.name ü'));
  const tables = await overview.tables('we`ird.name ü');
  assert.deepEqual(tables.map(({ name, rows }) => [name.table, rows]).sort(), [
    ['__computed_elsewhere', 0],
    [LONG_IMPORTED, 0],
    ['keyless', 2],
    [LONG, 0],
  ]);
  const odd = await dj.freeTable('`we``ird.name ü`.`ta``ble.é`', { connection });
  assert.deepEqual(await odd.restrict({ 'a b': 1 }).fetch(), [
    { 'a b': 1, 'c`d.e': '{"x":1,"y":2}', s: 'a,b', y: 2026 },
  ]);
  assert.deepEqual(await odd.fetch('a b', { orderBy: 'KEY DESC' }), [2, 1]);
  assert.deepEqual(await odd.keys(), [{ 'a b': 1 }, { 'a b': 2 }]);
  const keyless = await dj.freeTable('`we``ird.name ü`.`keyless`', { connection });
  assert.deepEqual(await keyless.fetch(), [{ z: 1 }, { z: 1 }]);
  await refused(
    'unknown_table',
    () => dj.freeTable('`we``ird.name ü`.`seen`', { connection }),
    'seen',
    'schema.ClassName',
  );
  for (const name of [LONG, LONG_IMPORTED]) {
    const table = { schema: 'we`ird.name ü', table: name };
    assert.deepEqual(await overview.jobs(table, 'error', { limit: 10, offset: 0 }), { jobs: [], total: 0, problems: [] });
  }
  await refused('unknown_table', () => dj.freeTable('nothing', { connection }), 'nothing');
});

test('without privileges a schema is there, and everything about it says what is lacking', async () => {
  await lab.server.sql(`
    CREATE DATABASE closed; CREATE TABLE closed.thing (k INT PRIMARY KEY); CREATE TABLE closed.other (k INT PRIMARY KEY);
    CREATE USER guest@'127.0.0.1' IDENTIFIED BY 'g'; GRANT INSERT ON closed.* TO guest@'127.0.0.1'`);
  const connection = new dj.Connection(await dj.openDatabase({ ...lab.spec, user: 'guest', password: 'g' }));
  const overview = dj.createOverview(connection);
  assert.deepEqual(
    (await overview.schemas()).map(({ name }) => name),
    ['closed'],
  );
  for (const { rows, problem } of await overview.tables('closed')) {
    assert.equal(rows, null);
    assert.match(problem ?? '', /^The account lacks a privilege \((select|insert) on closed\.\w+\): ask the administrator of guest@/);
  }
  await lab.server.sql("GRANT SELECT ON closed.other TO guest@'127.0.0.1'");
  const counted = (await overview.tables('closed')).map(({ className, rows, problem }) => [className, rows, problem === null]);
  assert.deepEqual(counted, [['Other', 0, true], ['Thing', null, false]]);
  const Thing = await dj.freeTable('closed.thing', { connection });
  for (const work of [() => Thing.fetch(), () => Thing.count(), () => Thing.delete()])
    await refused('access', work, 'lacks a privilege');
  for (const name of ['closed', 'brandnew']) {
    const schema = dj.schema(name, { connection });
    class Mine extends dj.Manual {
      static override readonly definition: string = 'k : int32';
    }
    schema(Mine);
    await refused('access', () => Mine.insert1([1]), 'lacks a privilege', name);
  }
  await refused('access', () => dj.schema('closed', { connection }).drop(), 'lacks a privilege');
  await connection.close();
  const sessions = () => lab.server.sql("SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'guest'");
  await until('no session stays', async () => (await sessions()) === '0');
});

test('damaged values say which attribute they are of, and the other rows are read', async () => {
  const connection = await lab.connect();
  const schema = lab.schema(connection);
  class Trace extends dj.Manual {
    static override readonly definition: string =
      'k : int32\n---\nv = null : <blob>\nfile = null : <attach>\nsettings = null : json';
  }
  schema(Trace);
  const file = new dj.Attachment('a.txt', Uint8Array.of(1));
  await Trace.insert([1, 2, 3, 4, 5].map((k) => ({ k, v: { a: new Float64Array(1000) }, file, settings: { k } })));
  await lab.server.sql(`
    UPDATE ${schema.schemaName}.trace SET v = LEFT(v, LENGTH(v) - 5) WHERE k = 2; UPDATE ${schema.schemaName}.trace SET v = 'rubbish' WHERE k = 3;
    UPDATE ${schema.schemaName}.trace SET file = 'no name' WHERE k = 4`);
  await refused('corrupt', () => Trace.restrict({ k: 2 }).fetch1(), /^Attribute v: the stored blob cannot be read/);
  await refused('corrupt', () => Trace.restrict({ k: 3 }).fetch('v'), /^Attribute v: .*dj0 or mYm/);
  await refused(
    'corrupt',
    () => Trace.restrict({ k: 4 }).fetch1('file'),
    /^Attribute file: the stored attachment has no file name/,
  );
  await refused('corrupt', () => Trace.fetch(), 'Attribute v');
  assert.deepEqual(await Trace.fetch('k', 'settings', { orderBy: 'KEY', limit: 2 }), [
    [1, 2],
    [{ k: 1 }, { k: 2 }],
  ]);
  assert.deepEqual(await Trace.restrict({ k: 5 }).fetch1(), {
    k: 5,
    v: { a: new Float64Array(1000) },
    file,
    settings: { k: 5 },
  });
  assert.equal(await lab.sessions(), 2, 'that of this test and that of the first');
});
