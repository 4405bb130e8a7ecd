import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database, TableSpec } from '../../../src/engine/database';
import { countItems, declare, int32, key, sql, table } from './builders';
import { open, openWithItems, refused } from './support';

const inSchema = (schema: string, spec: TableSpec): TableSpec => ({
  ...spec,
  name: { schema, table: spec.name.table },
});

const referring = (name: string, parent: TableSpec): TableSpec =>
  table(name, [key('id')], { foreignKeys: [{ parent: parent.name, columns: [{ child: 'id', parent: 'id' }] }] });

async function names(database: Database, schemas?: string[]): Promise<string[]> {
  return (await database.catalog.tables(schemas)).map((spec) => `${spec.name.schema}.${spec.name.table}`);
}

test('schemas are made by hand or with their first table, and listed in order', async () => {
  const database = await openWithItems();
  await database.catalog.createSchema('zoo');
  await database.catalog.createSchema('art');
  await database.catalog.createSchema('art');
  assert.deepEqual(await database.catalog.schemas(), ['art', 'lab', 'zoo']);
});

test('a schema beside one whose name differs in case alone is refused', async () => {
  const database = await openWithItems();
  await refused(database.catalog.createSchema('Lab'), 'not_allowed', /Lab cannot be made beside lab/);
  assert.deepEqual(await database.catalog.schemas(), ['lab']);
});

test('tables are listed by name, hidden ones too, of all schemas or of some', async () => {
  const database = await openWithItems();
  for (const name of ['~~trace', '__trace', '#method']) await declare(database, table(name, [key('id')]));
  await declare(database, inSchema('zoo', table('animal', [key('id')])));
  const own = ['lab.#method', 'lab.__trace', 'lab.item', 'lab.~~trace'];
  assert.deepEqual(await names(database), [...own, 'zoo.animal']);
  assert.deepEqual(await names(database, ['lab']), own);
  assert.deepEqual(await names(database, ['zoo', 'nothing']), ['zoo.animal']);
  assert.deepEqual(await names(database, []), []);
  assert.equal(await database.catalog.table({ schema: 'lab', table: 'nothing' }), null);
});

test('dropping a schema takes its tables in an order that works', async () => {
  const database = await openWithItems();
  const first = inSchema('zoo', table('z_first', [key('id')]));
  const second = inSchema('zoo', referring('a_second', first));
  const third = inSchema('zoo', referring('m_third', second));
  for (const spec of [first, second, third]) await declare(database, spec);
  for (const { name } of [first, second, third]) {
    await database.run(sql(`INSERT INTO ${database.dialect.tableReference(name)} ("id") VALUES (1)`));
  }
  await database.catalog.dropSchema('zoo');
  assert.deepEqual(await database.catalog.schemas(), ['lab']);
  assert.deepEqual(await names(database), ['lab.item']);
  assert.deepEqual(await database.all(sql("SELECT name FROM sqlite_master WHERE name LIKE 'zoo.%'")), []);
  await database.catalog.dropSchema('zoo');
  assert.deepEqual(await database.all(countItems), [{ n: 0 }]);
});

test('a schema that another refers to stays whole', async () => {
  const database = await open();
  const parent = inSchema('zoo', table('animal', [key('id', int32)]));
  await declare(database, inSchema('zoo', table('cage', [key('id')])));
  await declare(database, parent);
  await declare(database, referring('visit', parent));
  await refused(database.catalog.dropSchema('zoo'), 'integrity', /zoo cannot be dropped: lab\.visit refers to it/);
  assert.deepEqual(await names(database), ['lab.visit', 'zoo.animal', 'zoo.cage']);
});

test('a large catalogue is read whole', async () => {
  const database = await open();
  const count = 1000;
  await database.transaction(async (transaction) => {
    for (let number = 0; number < count; number++) {
      const spec = table(`t${number}`, [key('id'), key('more')]);
      for (const statement of database.dialect.createTable(spec)) await transaction.write(statement);
    }
  });
  assert.equal((await database.catalog.tables()).length, count);
});
