/** Deleting and dropping on a server that others use too: their tables, privileges and cycles. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as dj from '../../../src/engine';
import { manual, refused } from '../engine/describeEngine';
import { ServerUnderTest } from './onServer';

const lab = new ServerUnderTest();

async function open(account: { user?: string; password?: string } = {}): Promise<dj.Connection> {
  return new dj.Connection(await dj.openDatabase({ ...lab.spec, ...account }));
}

/** An account with these privileges, `lab`: of the one schema. */
async function account(user: string, privileges: Readonly<Record<string, string>>): Promise<{ user: string; password: string }> {
  const grants = Object.entries(privileges).map(([on, what]) => `GRANT ${what} ON ${on} TO ${user}@'127.0.0.1';`);
  await lab.server.sql(`CREATE USER ${user}@'127.0.0.1' IDENTIFIED BY 'x'; ${grants.join(' ')}`);
  return { user, password: 'x' };
}

const tablesOf = async (schema: string): Promise<string> =>
  (await lab.server.sql(`SELECT GROUP_CONCAT(table_name ORDER BY 1) FROM information_schema.tables WHERE table_schema = '${schema}' AND table_name <> '~lineage'`)).trim();

/** A table, and one in another schema that refers to it. */
async function twoSchemas(name: string) {
  const connection = await open();
  const parent = dj.schema(`${name}_lab`, { connection });
  const child = dj.schema(`${name}_own`, { connection });
  const Subject = manual(parent, 'Subject', 'subject : int32');
  const Note = manual(child, 'Note', `-> ${parent.schemaName}.Subject\n---\ntext : varchar(20)`);
  await Subject.insert([[1], [2]]);
  await Note.insert([[1, 'dear']]);
  return { connection, Subject, Note, lab: parent.schemaName, own: child.schemaName };
}

const free = (connection: dj.Connection, schema: string, table: string) => dj.freeTable(`${schema}.${table}`, { connection });

test('a drop by an account that may not drop one of the tables drops none of them', async () => {
  const { connection, lab: labName, own } = await twoSchemas('rights');
  const rights = await account('dropper', { [`${labName}.*`]: 'SELECT, INSERT, UPDATE, DELETE', [`${own}.*`]: 'ALL' });
  const limited = await open(rights);
  const Subject = manual(dj.schema(labName, { connection: limited }), 'Subject', 'subject : int32');
  await refused('access', () => Subject.drop(), 'drop');
  assert.equal(await tablesOf(own), 'note');
  assert.equal(await (await free(connection, own, 'note')).count(), 1);
  await limited.close();
  await connection.close();
});

test('a drop that a table out of sight holds up says what is gone, or drops nothing', async () => {
  const { connection, lab: labName, own } = await twoSchemas('sight');
  const Session = manual(dj.schema(labName, { connection }), 'Session', '-> Subject\nsession : int32');
  await Session.insert([[1, 1]]);
  const limited = await open(await account('blinkered', { [`${labName}.*`]: 'ALL' }));
  const Subject = manual(dj.schema(labName, { connection: limited }), 'Subject', 'subject : int32');
  const error = await refused('integrity', () => Subject.drop());
  const left = await tablesOf(labName);
  // MySQL 8 drops all or none, MariaDB one after another.
  if (left === 'subject') assert.ok(error.message.includes(`Dropped before that, with all rows: ${labName}.session.`), error.message);
  else assert.equal(left, 'session,subject');
  assert.equal(await tablesOf(own), 'note');
  await refused('integrity', () => Subject.restrict({ subject: 1 }).delete());
  assert.deepEqual((await Subject.restrict({ subject: 2 }).delete()).map(({ rows }) => rows), [1]);
  await limited.close();
  await connection.close();
});

test('tables that refer to each other in a circle: one sentence, and nothing goes', async () => {
  await lab.server.sql(`
    CREATE DATABASE circle; USE circle;
    CREATE TABLE a (k INT PRIMARY KEY, b INT); CREATE TABLE b (k INT PRIMARY KEY, a INT, FOREIGN KEY (a) REFERENCES a (k));
    ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b (k); INSERT INTO a VALUES (1, NULL); INSERT INTO b VALUES (1, 1)`);
  const connection = await open();
  const [a, b] = [await free(connection, 'circle', 'a'), await free(connection, 'circle', 'b')];
  for (const table of [a, b]) await refused('not_allowed', () => table.restrict({ k: 1 }).delete(), 'circle.a', 'circle.b', 'refer to each other in a circle');
  assert.deepEqual([await a.count(), await b.count()], [1, 1]);
  const A = manual(dj.schema('circle', { connection }), 'A', 'k : int32\n---\nb = null : int32');
  await refused('definition_mismatch', () => A.drop());
  // What has nothing to do with the circle is deleted from as ever.
  const Apart = manual(dj.schema('circle', { connection }), 'Apart', 'k : int32');
  await Apart.insert([[1]]);
  assert.deepEqual((await Apart.delete()).map(({ rows }) => rows), [1]);
  await Apart.drop();
  await connection.close();
});

test('deleting and asking for relatives go on while another program makes and drops schemas of its own', async () => {
  const [ours, theirs] = [await open(), await open()];
  const schema = dj.schema('race_ours', { connection: ours });
  const A = manual(schema, 'A', 'a : int32');
  const B = manual(schema, 'B', '-> A\nb : int32');
  await B.count();
  let rounds = 0;
  let ended = false;
  const others = (async () => {
    for (let i = 0; i < 30; i += 1) {
      const other = dj.schema(`race_other_${String(i % 5)}`, { connection: theirs });
      await manual(other, 'T', 'a : int32').count();
      await other.drop();
    }
    ended = true;
  })();
  while (!ended) {
    await A.insert([[1]], { skipDuplicates: true });
    await B.insert([[1, 1]]);
    assert.deepEqual((await A.restrict({ a: 1 }).delete()).map(({ rows }) => rows), [1, 1]);
    assert.equal((await A.descendants()).length, 2);
    assert.equal((await B.ancestors()).length, 2);
    assert.match(await B.describe(), /-> A/);
    rounds += 1;
  }
  await others;
  assert.ok(rounds > 0);
  await A.drop();
  await Promise.all([ours.close(), theirs.close()]);
});

test('schemas of other collations and a ~lineage of another shape are no matter of ours', async () => {
  await lab.server.sql(`
    CREATE DATABASE other_a CHARACTER SET latin1; CREATE DATABASE other_b CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
    CREATE DATABASE odd_own CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
    CREATE TABLE other_a.\`~lineage\` (whatever INT PRIMARY KEY); CREATE TABLE odd_own.\`~lineage\` (whatever INT PRIMARY KEY)`);
  const connection = await open();
  await manual(dj.schema('other_a', { connection }), 'Thing', 'k : int32').count().catch(() => undefined);
  const Base = manual(dj.schema('other_b', { connection }), 'Base', 'k : int32');
  await Base.insert([[1], [2]]);
  await lab.server.sql('CREATE TABLE odd_own.child (k INT PRIMARY KEY, FOREIGN KEY (k) REFERENCES other_b.base (k)); INSERT INTO odd_own.child VALUES (1)');
  assert.deepEqual(await Base.children(), ['odd_own.child']);
  assert.deepEqual((await Base.restrict({ k: 1 }).delete()).map(({ rows }) => rows), [1, 1]);
  await Base.drop();
  assert.equal(await tablesOf('odd_own'), 'NULL');
  await connection.close();
});

/** How many queries and writes the server has run. */
async function statements(connection: dj.Connection): Promise<number> {
  const names = ['Com_select', 'Com_delete', 'Com_delete_multi', 'Com_insert', 'Com_update', 'Com_show_fields', 'Com_show_tables'];
  const rows = await connection.executor.all({ sql: 'SHOW GLOBAL STATUS', values: [] });
  const values = new Map(rows.map((row) => [String(row['Variable_name']), Number(row['Value'])]));
  return names.reduce((sum, name) => sum + (values.get(name) ?? 0), 0);
}

test('a delete takes the same few statements, however many schemas there are', async () => {
  const connection = await open();
  const schema = dj.schema('counted', { connection });
  const A = manual(schema, 'A', 'a : int32');
  const B = manual(schema, 'B', '-> A\nb : int32');
  await B.count();
  const asked = async () => {
    await A.insert([[1]]);
    await B.insert([[1, 1]]);
    const before = await statements(connection);
    await A.restrict({ a: 1 }).delete();
    return (await statements(connection)) - before;
  };
  const alone = await asked();
  for (let i = 0; i < 30; i += 1) await manual(dj.schema(`counted_${String(i)}`, { connection }), 'T', 'a : int32').count();
  assert.equal(await asked(), alone);
  // The references, the tables, their lineage, and a delete for each of the two tables.
  assert.ok(alone <= 5, `${String(alone)} statements`);
  await connection.close();
});
