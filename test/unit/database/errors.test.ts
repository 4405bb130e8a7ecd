import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Database } from '../../../src/engine/database';
import { DuplicateError, IntegrityError, UnknownAttributeError } from '../../../src/engine/errors';
import { attribute, declare, insertItem, int32, item, key, sql, table } from './builders';
import { open, openWithItems, refused } from './support';

const text = { kind: 'varchar', length: 5 } as const;
const reference = (parent: string, ...columns: string[]) => ({
  parent: { schema: 'lab', table: parent },
  columns: columns.map((column) => ({ child: column, parent: column })),
});

for (const thread of [false, true]) {
  const mode = thread ? 'worker thread' : 'in process';
  let database: Database;

  before(async () => {
    database = await open(undefined, { thread });
    await declare(database, item);
    await declare(
      database,
      table('subject', [key('subject', text), attribute('code', int32)], {
        indexes: [{ unique: true, attributes: ['code'] }],
      }),
    );
    await declare(
      database,
      table('session', [key('subject', text), key('session'), attribute('gain', { kind: 'float', bits: 32 })], {
        foreignKeys: [reference('subject', 'subject')],
      }),
    );
    await declare(
      database,
      table('trace', [key('subject', text), key('session')], {
        foreignKeys: [reference('session', 'subject', 'session')],
      }),
    );
    await database.run(sql('INSERT INTO "lab.subject" ("subject", "code") VALUES (?, ?)', 'c3', 7));
    await database.run(sql('INSERT INTO "lab.session" ("subject", "session", "gain") VALUES (?, ?, ?)', 'c3', 1, 0.5));
    await database.run(sql('INSERT INTO "lab.trace" ("subject", "session") VALUES (?, ?)', 'c3', 1));
  });

  test(`${mode}: a duplicate key names table, attributes and values`, async () => {
    const again = sql('INSERT INTO "lab.session" ("gain", "session", "subject") VALUES (?, ?, ?)', 0.1, 1, 'c3');
    const error = await refused(
      database.run(again),
      'duplicate',
      /^lab\.session already has a row with subject="c3", session=1\.$/,
    );
    assert.ok(error instanceof DuplicateError);
    assert.ok(error.cause instanceof Error);
    const many = sql(
      'INSERT INTO "lab.subject" ("subject", "code") VALUES (?, ?), (?, ?), (?, ?)',
      'a',
      1,
      'b',
      2,
      'd',
      7,
    );
    await refused(database.run(many), 'duplicate', /^lab\.subject already has a row with code=7\.$/);
    const twice = sql('INSERT INTO "lab.subject" ("subject", "code") VALUES (?, ?), (?, ?)', 'a', 1, 'a', 2);
    await refused(database.run(twice), 'duplicate', /row with subject="a"\.$/);
    const computed = sql('INSERT INTO "lab.subject" SELECT * FROM "lab.subject"');
    await refused(
      database.run(computed),
      'duplicate',
      /^lab\.subject already has a row with the same (subject|code)\.$/,
    );
  });

  test(`${mode}: a missing parent is named`, async () => {
    const orphan = sql(
      'INSERT INTO "lab.session" ("subject", "session", "gain") VALUES (?, ?, ?), (?, ?, ?)',
      'c3',
      2,
      1,
      'zz',
      1,
      1,
    );
    const sentence =
      /^A row of lab\.session refers to lab\.subject with subject="zz", and that row is missing: insert it first\.$/;
    const error = await refused(database.run(orphan), 'integrity', sentence);
    assert.ok(error instanceof IntegrityError);
    const update = sql('UPDATE "lab.trace" SET "session" = 99');
    await refused(
      database.run(update),
      'integrity',
      /^A row of lab\.trace would refer to one that lab\.session does not have\.$/,
    );
  });

  test(`${mode}: a parent that has children cannot go`, async () => {
    const sentence = /^Rows of lab\.session refer to the rows of lab\.subject: delete those first\.$/;
    await refused(database.run(sql('DELETE FROM "lab.subject"')), 'integrity', sentence);
    await refused(database.run(sql('DROP TABLE "lab.subject"')), 'integrity', sentence);
  });

  test(`${mode}: a changed parent key is followed by its children`, async () => {
    await database.run(sql('UPDATE "lab.subject" SET "subject" = ?', 'c4'));
    assert.deepEqual(await database.all(sql('SELECT "subject" FROM "lab.trace"')), [{ subject: 'c4' }]);
    await database.run(sql('UPDATE "lab.subject" SET "subject" = ?', 'c3'));
  });

  test(`${mode}: values that do not fit name attribute and type`, async () => {
    await refused(
      database.run(insertItem(1, 'a text too long')),
      'invalid_value',
      /^A value for name of lab\.item .* varchar\(10\)\.$/,
    );
    await refused(
      database.run(insertItem(2 ** 31)),
      'invalid_value',
      /^A value for id of lab\.item does not fit its type integer\.$/,
    );
    await refused(
      database.run(insertItem('one')),
      'invalid_value',
      /^A value for id of lab\.item is TEXT and its column holds INT\.$/,
    );
    await refused(database.run(insertItem(2n ** 63n)), 'invalid_value', /outside the 64 bits/);
  });

  test(`${mode}: a missing value is named`, async () => {
    await refused(database.run(insertItem(null)), 'missing_value', /^lab\.item needs a value for id\.$/);
    const without = sql('INSERT INTO "lab.item" ("name") VALUES (?)', 'x');
    await refused(database.run(without), 'missing_value', /^lab\.item needs a value for id\.$/);
  });

  test(`${mode}: statements that make no sense`, async () => {
    await refused(database.all(sql('SELEC 1')), 'query', /cannot run this statement: near "SELEC": syntax error\.$/);
    await refused(database.all(sql('SELECT * FROM "lab.nothing"')), 'unknown_table', /has no table lab\.nothing\.$/);
    const error = await refused(
      database.all(sql('SELECT "x" FROM "lab.item"')),
      'unknown_attribute',
      /no attribute .*x/,
    );
    assert.ok(error instanceof UnknownAttributeError);
    await refused(
      database.run(sql('INSERT INTO "lab.item" ("x") VALUES (1)')),
      'unknown_attribute',
      /no attribute x\.$/,
    );
    await refused(database.all(sql('SELECT ?', 1, 2)), 'query', /column index out of range/);
    const iterate = async (): Promise<void> => {
      for await (const row of database.iterate(sql('SELECT "x" FROM "lab.item"'))) assert.fail(JSON.stringify(row));
    };
    await refused(iterate(), 'unknown_attribute', /x/);
  });
}

test('a full disk: nothing half-done, and the database goes on when there is space', async () => {
  const database = await openWithItems();
  const large =
    'INSERT INTO "lab.item" ("id") ' +
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) SELECT i FROM n';
  const [pages] = await database.all(sql('SELECT page_count AS n FROM pragma_page_count'));
  await database.all(sql(`PRAGMA max_page_count = ${Number(pages?.['n']) + 2}`));
  await refused(
    database.run(sql(large)),
    'storage_full',
    /^No space is left for the database .*: free some disk space/,
  );
  await database.all(sql('PRAGMA max_page_count = 4294967294'));
  assert.deepEqual(await database.all(sql('SELECT count(*) AS n FROM "lab.item"')), [{ n: 0 }]);
  await database.run(sql(large));
});

test('a transaction that hit the full disk is over, whatever its work caught', async () => {
  const database = await openWithItems();
  const work = database.transaction(async (transaction) => {
    await transaction.run(insertItem(1));
    const [pages] = await transaction.all(sql('SELECT page_count AS n FROM pragma_page_count'));
    await transaction.all(sql(`PRAGMA max_page_count = ${Number(pages?.['n'])}`));
    const large = 'WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) SELECT i FROM n';
    await refused(transaction.run(sql(`INSERT INTO "lab.item" ("id") ${large}`)), 'storage_full', /No space/);
    await refused(transaction.run(insertItem(3)), 'storage_full', /No space/);
  });
  await refused(work, 'storage_full', /No space/);
  assert.deepEqual(await database.all(sql('SELECT count(*) AS n FROM "lab.item"')), [{ n: 0 }]);
});
