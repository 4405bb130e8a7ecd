import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SqlRow } from '../../../src/engine/database';
import { declare, insertItem, countItems, attribute, key, sql, table } from './builders';
import { open, openWithItems, refused } from './support';

async function collect(rows: AsyncIterable<SqlRow>): Promise<SqlRow[]> {
  const all: SqlRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

for (const thread of [false, true]) {
  const mode = thread ? 'worker thread' : 'in process';

  test(`${mode}: statements and their values`, async () => {
    const database = await openWithItems({ thread });
    assert.deepEqual(await database.run(insertItem(1, 'one')), { changes: 1 });
    await database.write(insertItem(2));
    assert.deepEqual(await database.all(sql('SELECT * FROM "lab.item" ORDER BY "id"')), [
      { id: 1, name: 'one' },
      { id: 2, name: null },
    ]);
    assert.deepEqual(await database.all(sql('SELECT * FROM "lab.item" WHERE "id" = ?', 3)), []);
    assert.deepEqual(await database.run(sql('UPDATE "lab.item" SET "name" = ?', 'x')), { changes: 2 });
  });

  test(`${mode}: values travel exactly`, async () => {
    const database = await open(undefined, { thread });
    const kinds = { kind: 'native', sql: 'any' } as const;
    await declare(database, table('v', [key('id'), attribute('v', kinds, { nullable: true })]));
    const values = [
      null,
      0,
      -1.5,
      2 ** 53 - 1,
      -(2 ** 53 - 1),
      2n ** 53n,
      -(2n ** 63n),
      2n ** 63n - 1n,
      1e300,
      '',
      'naïve ☃ 😀',
      'a\0b',
      new Uint8Array(),
      new Uint8Array([0, 255]),
    ];
    for (const [id, value] of values.entries()) {
      await database.run(sql('INSERT INTO "lab.v" ("id", "v") VALUES (?, ?)', id, value));
    }
    const expected = values.map((v, id) => ({ id, v }));
    assert.deepEqual(await database.all(sql('SELECT "id", "v" FROM "lab.v" ORDER BY "id"')), expected);
    assert.deepEqual(await collect(database.iterate(sql('SELECT "id", "v" FROM "lab.v" ORDER BY "id"'))), expected);
    const returned = await database.all(
      sql('UPDATE "lab.v" SET "v" = ? WHERE "id" = 0 RETURNING "id", "v"', 2n ** 60n),
    );
    assert.deepEqual(returned, [{ id: 0, v: 2n ** 60n }]);
    assert.deepEqual(
      await database.all(sql("SELECT typeof(?) AS whole, typeof(?) AS zero, ? || '' AS text", 5, -0, 5)),
      [{ whole: 'integer', zero: 'real', text: '5' }],
    );
  });

  test(`${mode}: a star follows the table when it changes`, async () => {
    const database = await openWithItems({ thread });
    await database.run(insertItem(1));
    const star = sql('SELECT * FROM "lab.item"');
    assert.deepEqual(await database.all(star), [{ id: 1, name: null }]);
    await database.run(sql('ALTER TABLE "lab.item" ADD COLUMN "more" INT'));
    assert.deepEqual(await database.all(star), [{ id: 1, name: null, more: null }]);
  });

  test(`${mode}: a cursor reads many rows while others write, and can be left early`, async () => {
    const database = await openWithItems({ thread });
    await database.run(
      sql(
        'INSERT INTO "lab.item" ("id") ' +
          'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) ' +
          'SELECT i FROM n',
      ),
    );
    let seen = 0;
    for await (const row of database.iterate(sql('SELECT "id" FROM "lab.item" ORDER BY "id"'))) {
      assert.equal(row['id'], ++seen);
      if (seen === 300) await database.run(sql('DELETE FROM "lab.item" WHERE "id" > 900'));
    }
    assert.equal(seen, 1000);
    for await (const row of database.iterate(sql('SELECT "id" FROM "lab.item"'))) if (row['id'] === 5) break;
    assert.deepEqual(await database.all(countItems), [{ n: 900 }]);
  });

  test(`${mode}: the change token follows everybody's commits and nothing else`, async () => {
    const database = await openWithItems({ thread });
    const other = await open(database.id.replace('sqlite:', ''));
    const first = await database.changeToken();
    await database.all(countItems);
    assert.equal(await database.changeToken(), first);
    await database.run(insertItem(1));
    const second = await database.changeToken();
    assert.notEqual(second, first);
    await database.transaction((transaction) => transaction.run(insertItem(2)));
    const third = await database.changeToken();
    assert.notEqual(third, second);
    await other.run(insertItem(3));
    assert.notEqual(await database.changeToken(), third);
  });

  test(`${mode}: an aborted signal stops the waiting`, async () => {
    const database = await openWithItems({ thread });
    const reason = new Error('enough');
    await assert.rejects(database.all(countItems, { signal: AbortSignal.abort(reason) }), reason);
    await assert.rejects(collect(database.iterate(countItems, { signal: AbortSignal.abort(reason) })), reason);
    await assert.rejects(
      database.transaction((transaction) => transaction.all(countItems, { signal: AbortSignal.abort(reason) })),
      reason,
    );
    if (!thread) return;
    const controller = new AbortController();
    const slow = sql(
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT max(i) FROM n',
    );
    const waiting = database.all(slow, { signal: controller.signal });
    controller.abort(reason);
    await assert.rejects(waiting, reason);
    assert.deepEqual(await database.all(countItems), [{ n: 0 }]);
  });

  test(`${mode}: a closed database says so, and closing again does nothing`, async () => {
    const database = await openWithItems({ thread });
    await database.close();
    await database.close();
    await refused(database.all(countItems), 'connection_lost', /has been closed/);
    await refused(database.run(insertItem(1)), 'connection_lost', /has been closed/);
    await refused(
      database.transaction((transaction) => transaction.run(insertItem(1))),
      'connection_lost',
      /has been closed/,
    );
  });
}

test('a worker thread leaves the event loop free during a slow query', async () => {
  const database = await openWithItems({ thread: true });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  await database.all(
    sql('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) SELECT max(i) AS n FROM n'),
  );
  clearInterval(timer);
  assert.ok(ticks >= 3, `${ticks} ticks`);
});

test('more different statements than the cache holds still run', async () => {
  const database = await openWithItems();
  for (let round = 0; round < 2; round++) {
    for (let number = 0; number < 1000; number++) {
      assert.deepEqual(await database.all(sql(`SELECT ${number} AS n`)), [{ n: number }]);
    }
  }
});

test('LIKE tells capitals from small letters', async () => {
  const database = await open();
  assert.deepEqual(await database.all(sql("SELECT 'abc' LIKE 'A%' AS capital, 'abc' LIKE 'a%' AS small")), [
    { capital: 0, small: 1 },
  ]);
});
