import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Transaction } from '../../../src/engine/database';
import { countItems, insertItem, sql } from './builders';
import { open, openWithItems, refused } from './support';

const deferred = { deferWrites: true };

for (const thread of [false, true]) {
  const mode = thread ? 'worker thread' : 'in process';

  for (const options of [{}, deferred]) {
    const kind = options === deferred ? 'a deferring transaction' : 'a transaction';

    test(`${mode}: ${kind} commits what it wrote and returns the result`, async () => {
      const database = await openWithItems({ thread });
      const result = await database.transaction(async (transaction) => {
        await transaction.write(insertItem(1));
        assert.deepEqual(await transaction.all(countItems), [{ n: 1 }]);
        assert.deepEqual(await database.all(countItems), [{ n: 0 }], 'others see nothing before the commit');
        assert.deepEqual(await transaction.run(insertItem(2)), { changes: 1 });
        const ids: unknown[] = [];
        for await (const row of transaction.iterate(sql('SELECT "id" FROM "lab.item" ORDER BY "id"'))) {
          ids.push(row['id']);
          await transaction.write(sql('UPDATE "lab.item" SET "name" = ? WHERE "id" = ?', 'seen', row['id'] ?? null));
        }
        assert.deepEqual(ids, [1, 2]);
        return 'done';
      }, options);
      assert.equal(result, 'done');
      const names = await database.all(sql('SELECT "name" FROM "lab.item"'));
      assert.deepEqual(names, [{ name: 'seen' }, { name: 'seen' }]);
    });

    test(`${mode}: ${kind} that fails leaves nothing`, async () => {
      const database = await openWithItems({ thread });
      const failure = new Error('no');
      const work = async (transaction: Transaction): Promise<void> => {
        await transaction.write(insertItem(1));
        await transaction.run(insertItem(2));
        throw failure;
      };
      await assert.rejects(database.transaction(work, options), failure);
      assert.deepEqual(await database.all(countItems), [{ n: 0 }]);
      await database.run(insertItem(3));
    });

    test(`${mode}: ${kind} goes on after a refused statement that its work caught`, async () => {
      const database = await openWithItems({ thread });
      await database.transaction(async (transaction) => {
        await transaction.run(insertItem(1));
        await refused(transaction.run(insertItem(1)), 'duplicate', /id=1/);
        await transaction.run(insertItem(2));
      }, options);
      assert.deepEqual(await database.all(countItems), [{ n: 2 }]);
    });

    test(`${mode}: ${kind} refuses what comes after its end`, async () => {
      const database = await openWithItems({ thread });
      let kept: Transaction | undefined;
      await database.transaction(async (transaction) => {
        kept = transaction;
        await transaction.run(insertItem(1));
      }, options);
      assert.ok(kept);
      await refused(kept.run(insertItem(2)), 'query', /has ended/);
      await refused(kept.write(insertItem(2)), 'query', /has ended/);
      await refused(kept.all(countItems), 'query', /has ended/);
      assert.deepEqual(await database.all(countItems), [{ n: 1 }]);
    });
  }

  test(`${mode}: transactions of one process take turns`, async () => {
    const database = await openWithItems({ thread });
    const increment = async (): Promise<void> =>
      database.transaction(async (transaction) => {
        const [row] = await transaction.all(countItems);
        await new Promise((resolve) => setImmediate(resolve));
        await transaction.run(insertItem(Number(row?.['n']) + 1));
      });
    await Promise.all(Array.from({ length: 20 }, increment));
    assert.deepEqual(await database.all(countItems), [{ n: 20 }]);
  });

  test(`${mode}: a deferring transaction holds no lock while it computes`, async () => {
    const database = await openWithItems({ thread });
    const other = await open(database.id.replace('sqlite:', ''));
    await database.transaction(async (transaction) => {
      assert.deepEqual(await transaction.all(countItems), [{ n: 0 }]);
      await transaction.write(insertItem(1));
      await other.run(insertItem(2));
      await database.transaction((inner) => inner.run(insertItem(3)));
      await transaction.write(insertItem(4));
      assert.deepEqual(
        await transaction.all(countItems),
        [{ n: 4 }],
        'it sees its own writes and what others committed',
      );
    }, deferred);
    assert.deepEqual(await database.all(countItems), [{ n: 4 }]);
  });

  test(`${mode}: an error of a buffered write carries the stack of the write`, async () => {
    const database = await openWithItems({ thread });
    await database.run(insertItem(1));
    const work = database.transaction(async (transaction) => {
      await transaction.write(insertItem(2));
      await aWriteThatFails(transaction);
      await transaction.write(insertItem(3));
    }, deferred);
    const error = await refused(work, 'duplicate', /^lab\.item already has a row with id=1\.$/);
    assert.match(error.stack ?? '', /^DuplicateError: lab\.item already has a row with id=1\.\n +at aWriteThatFails /);
    assert.deepEqual(await database.all(countItems), [{ n: 1 }]);
  });

  test(`${mode}: a buffered write that failed on a read ends the transaction for good`, async () => {
    const database = await openWithItems({ thread });
    const work = database.transaction(async (transaction) => {
      await transaction.write(insertItem(1));
      await transaction.write(insertItem(1));
      await refused(transaction.all(countItems), 'duplicate', /id=1/);
      await refused(transaction.run(insertItem(2)), 'duplicate', /id=1/);
    }, deferred);
    await refused(work, 'duplicate', /id=1/);
    assert.deepEqual(await database.all(countItems), [{ n: 0 }]);
    await database.run(insertItem(3));
  });

  test(`${mode}: rows of a transaction cannot be read after it has ended`, async () => {
    const database = await openWithItems({ thread });
    const rows = await database.transaction(async (transaction) => {
      const insert = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i FROM n';
      await transaction.run(sql(`INSERT INTO "lab.item" ("id") ${insert}`));
      const iterator = transaction.iterate(sql('SELECT "id" FROM "lab.item"'))[Symbol.asyncIterator]();
      await iterator.next();
      return iterator;
    });
    const readOn = async (): Promise<void> => {
      while ((await rows.next()).done !== true);
    };
    await refused(readOn(), 'query', /transaction that read them has ended/);
  });
}

async function aWriteThatFails(transaction: Transaction): Promise<void> {
  await transaction.write(insertItem(1));
}

test('the fence and the commit of a deferring transaction happen in one tick', async () => {
  const database = await openWithItems();
  let ticks = 0;
  const count = (): void => {
    ticks++;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  let before = 0;
  await database.transaction(async (transaction) => {
    await transaction.write(insertItem(1));
    before = ticks;
    await transaction.run(insertItem(2));
  }, deferred);
  assert.equal(ticks, before);
  clearImmediate(timer);
});

test('a statement that is not awaited is still part of the commit', async () => {
  const database = await openWithItems({ thread: true });
  await database.transaction(async (transaction) => {
    void transaction.run(insertItem(1));
  }, deferred);
  assert.deepEqual(await database.all(countItems), [{ n: 1 }]);
});

test('every transaction names the session that holds it', async () => {
  const database = await openWithItems();
  const [own] = await database.sessions.list();
  await database.transaction(async (transaction) => assert.equal(transaction.connectionId, own?.id));
});

test('a writer that waits for a transaction of the same process gives up after a while', async (context) => {
  const database = await openWithItems();
  context.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  await database.transaction(async (transaction) => {
    await transaction.run(insertItem(1));
    const waiting = database.run(insertItem(2));
    context.mock.timers.tick(31_000);
    const error = await refused(waiting, 'busy', /Another transaction of this process keeps .* do this work inside it/);
    assert.equal(database.isTransient(error), true);
  });
  assert.equal(database.isTransient(new Error('other')), false);
  assert.deepEqual(await database.all(countItems), [{ n: 1 }]);
  await database.run(insertItem(2));
});
