import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import type { Database } from '../../../src/engine/database';
import { countItems, insertItem, sql } from './builders';
import { open, freshFile, openWithItems, refused, startChild } from './support';

const fileOf = (database: Database): string => database.id.replace('sqlite:', '');

/** Tells a child to start and waits for its result. */
async function answer(child: ChildProcess): Promise<unknown> {
  const message = once(child, 'message');
  child.send('go');
  return ((await message) as [unknown])[0];
}

for (const thread of [false, true]) {
  const mode = thread ? 'worker thread' : 'in process';

  test(`${mode}: a writer waits for another process without blocking, and readers do not wait`, async () => {
    const database = await openWithItems({ thread });
    const { child } = await startChild('lock', fileOf(database));
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const writing = database.run(insertItem(1));
    const inTransaction = database.transaction((transaction) => transaction.run(insertItem(2)));
    assert.deepEqual(await database.all(countItems), [{ n: 0 }]);
    while (ticks < 20) await new Promise((resolve) => setImmediate(resolve));
    clearInterval(timer);
    assert.deepEqual(await database.all(countItems), [{ n: 0 }]);
    child.send('go');
    await Promise.all([writing, inTransaction]);
    assert.deepEqual(await database.all(countItems), [{ n: 3 }]);
  });
}

test('a lock that stays is told of, and given up, naming who may hold it', async (context) => {
  const database = await openWithItems();
  const { child } = await startChild('lock', fileOf(database));
  context.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const warnings: string[] = [];
  const warned = (warning: Error): void => void warnings.push(warning.message);
  process.on('warning', warned);
  context.after(() => process.off('warning', warned));
  let given: unknown;
  const writing = database.run(insertItem(1)).catch((error: unknown) => {
    given = error;
    throw error;
  });
  const outcome = refused(
    writing,
    'busy',
    new RegExp(`locked for too long by process ${child.pid} \\(child lock\\): try again`),
  );
  while (given === undefined) {
    context.mock.timers.tick(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(database.isTransient(await outcome), true);
  assert.deepEqual(warnings, ['The embedded database is locked by another process: waiting for it, at most 30 s.']);
  context.mock.timers.reset();
  child.send('go');
  await once(child, 'exit');
  await database.run(insertItem(1));
});

test('processes that hammer the same keys insert each exactly once', async () => {
  const database = await openWithItems();
  const count = 300;
  const children = await Promise.all([1, 2, 3].map(() => startChild('insert', fileOf(database), String(count))));
  const counts = (await Promise.all(children.map(({ child }) => answer(child)))) as number[];
  assert.equal(
    counts.reduce((sum, inserted) => sum + inserted, 0),
    count,
  );
  assert.deepEqual(await database.all(countItems), [{ n: count }]);
});

test('processes that create the file and declare the same tables at once both end well', async () => {
  const file = freshFile();
  const children = await Promise.all([1, 2, 3].map(() => startChild('declare', file, '30')));
  const ends = await Promise.all(children.map(({ child }) => answer(child)));
  assert.deepEqual(ends, ['declared', 'declared', 'declared']);
  const database = await open(file);
  const tables = await database.catalog.tables();
  assert.equal(tables.length, 30);
  assert.ok(tables.every((spec) => spec.attributes.length === 2));
  assert.deepEqual(await database.all(sql('PRAGMA foreign_key_check')), []);
});

test('a process killed in the middle of a transaction leaves nothing and blocks nobody', async () => {
  const database = await openWithItems();
  const { child } = await startChild('lock', fileOf(database));
  child.kill('SIGKILL');
  await once(child, 'exit');
  await database.run(insertItem(1));
  assert.deepEqual(await database.all(countItems), [{ n: 1 }]);
});
