import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as dj from '../../../src/engine';
import { onServer, refused } from './support';

const place = onServer();
let databases = 0;

/** A table with a child in a schema that is made with `options`. */
async function pipeline(schemaName: string, options: string) {
  await place.server.sql(`CREATE DATABASE ${schemaName} ${options}`);
  const connection = new dj.Connection(await place.open());
  const schema = dj.schema(schemaName, { connection });
  class Parent extends dj.Manual {
    static override readonly definition: string = 'p : int32';
  }
  class Child extends dj.Manual {
    static override readonly definition: string = '-> Parent\nc : int32';
  }
  schema(Parent);
  schema(Child);
  await Parent.insert([{ p: 1 }, { p: 2 }]);
  await Child.insert([
    { p: 1, c: 1 },
    { p: 2, c: 1 },
  ]);
  return { connection, Parent, Child };
}

const originsOf = async (schemaName: string): Promise<Record<string, (string | null)[]>> => {
  const tables = await (await place.open()).catalog.tables();
  return Object.fromEntries(
    tables
      .filter(({ name }) => name.schema === schemaName)
      .map(({ name, attributes }) => [name.table, attributes.map(({ lineage }) => lineage)]),
  );
};

const nextSchema = (): string => `lineage_${String((databases += 1))}`;

test('schemas of different collations and character sets are read together: delete and drop go through', async () => {
  const collations = ['utf8mb4_general_ci', 'utf8mb4_unicode_ci', 'latin1_swedish_ci', 'ascii_bin'];
  const pipelines = [];
  for (const collation of collations) {
    const name = nextSchema();
    pipelines.push({ name, ...(await pipeline(name, `COLLATE ${collation}`)) });
  }
  for (const { name, connection, Parent, Child } of pipelines) {
    assert.deepEqual(await originsOf(name), {
      parent: [`${name}.parent.p`],
      child: [`${name}.parent.p`, `${name}.child.c`],
    });
    assert.deepEqual(await Parent.restrict({ p: 1 }).delete({ prompt: false }), [
      { table: `${name}.parent`, rows: 1 },
      { table: `${name}.child`, rows: 1 },
    ]);
    await Child.drop({ prompt: false });
    await connection.close();
  }
});

test('a lineage of another shape, or that this account may not read, is unknown, and no other schema suffers', async () => {
  const [good, odd, hidden] = [nextSchema(), nextSchema(), nextSchema()];
  for (const name of [good, odd, hidden]) await (await pipeline(name, '')).connection.close();
  await place.server.sql(`DROP TABLE ${odd}.\`~lineage\`; CREATE TABLE ${odd}.\`~lineage\` (table_name INT PRIMARY KEY)`);
  const unknown = { parent: [null], child: [null, null] };
  const known = { parent: [`${good}.parent.p`], child: [`${good}.parent.p`, `${good}.child.c`] };
  assert.deepEqual(await originsOf(odd), unknown);
  assert.deepEqual(await originsOf(good), known);
  await place.server.sql(`
    CREATE USER lineage@'127.0.0.1' IDENTIFIED BY 'x'; GRANT SELECT ON ${good}.* TO lineage@'127.0.0.1';
    GRANT SELECT ON ${hidden}.parent TO lineage@'127.0.0.1'; GRANT INSERT ON ${hidden}.\`~lineage\` TO lineage@'127.0.0.1'`);
  const account = await place.open({ user: 'lineage', password: 'x' });
  await refused(account.all({ sql: `SELECT * FROM ${hidden}.\`~lineage\``, values: [] }), 'access', /lineage/);
  const tables = await account.catalog.tables([good, hidden]);
  assert.deepEqual(
    tables.map(({ name, attributes }) => [name.schema, name.table, attributes[0]?.lineage]),
    [
      [good, 'child', `${good}.parent.p`],
      [good, 'parent', `${good}.parent.p`],
      [hidden, 'parent', null],
    ],
  );
});

test('a schema that is dropped between the two looks of a reading leaves the others as they are', async () => {
  const [good, going] = [nextSchema(), nextSchema()];
  for (const name of [good, going]) await (await pipeline(name, '')).connection.close();
  const database = await place.open();
  const all = database.all.bind(database);
  // After the first statement, which finds both schemas.
  let statements = 0;
  database.all = async (statement, options) => {
    statements += 1;
    if (statements === 2) await place.server.sql(`DROP DATABASE ${going}`);
    return await all(statement, options);
  };
  const tables = await database.catalog.tables([good, going]);
  assert.deepEqual(
    tables.map(({ name, attributes }) => [name.schema, name.table, attributes[0]?.lineage]),
    [
      [good, 'child', `${good}.parent.p`],
      [good, 'parent', `${good}.parent.p`],
      [going, 'child', null],
      [going, 'parent', null],
    ],
  );
});
