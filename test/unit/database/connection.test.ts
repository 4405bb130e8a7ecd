import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection } from '../../../src/engine/database';
import { countItems, insertItem } from './builders';
import { openWithItems, refused } from './support';

test('the executor is the transaction of the async context, else the database', async () => {
  const connection = new Connection(await openWithItems());
  assert.equal(connection.executor, connection.database);
  assert.equal(connection.inTransaction, false);
  await connection.transaction(async (transaction) => {
    assert.equal(connection.executor, transaction);
    assert.equal(connection.inTransaction, true);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(connection.executor, transaction);
  });
  assert.equal(connection.executor, connection.database);
});

test('transactions side by side each find their own', async () => {
  const connection = new Connection(await openWithItems());
  const job = (id: number): Promise<void> =>
    connection.transaction(
      async (transaction) => {
        await connection.executor.all(countItems);
        assert.equal(connection.executor, transaction);
        await connection.executor.write(insertItem(id));
        await new Promise((resolve) => setImmediate(resolve));
        assert.equal(connection.executor, transaction);
      },
      { deferWrites: true },
    );
  await Promise.all([job(1), job(2), job(3)]);
  assert.deepEqual(await connection.executor.all(countItems), [{ n: 3 }]);
});

test('a nested transaction is refused, one outside of it is not', async () => {
  const connection = new Connection(await openWithItems());
  const failure = new Error('the outer one fails');
  const outer = connection.transaction(
    async () => {
      await refused(
        connection.transaction(async () => undefined),
        'not_allowed',
        /cannot be nested/,
      );
      await connection.executor.write(insertItem(1));
      await connection.outside(async () => {
        assert.equal(connection.inTransaction, false);
        await connection.transaction((transaction) => transaction.run(insertItem(2)));
      });
      assert.equal(connection.inTransaction, true);
      throw failure;
    },
    { deferWrites: true },
  );
  await assert.rejects(outer, failure);
  assert.deepEqual(await connection.executor.all(countItems), [{ n: 1 }], 'what was written outside stays');
});

test('two connections do not see each other’s transaction', async () => {
  const one = new Connection(await openWithItems());
  const two = new Connection(await openWithItems());
  await one.transaction(async () => {
    assert.equal(two.executor, two.database);
    await two.transaction(async () => assert.notEqual(one.executor, two.executor));
  });
});

test('a connection passes the parts of its database through', async () => {
  const connection = new Connection(await openWithItems());
  const { database } = connection;
  assert.equal(connection.dialect, database.dialect);
  assert.equal(connection.catalog, database.catalog);
  assert.equal(connection.sessions, database.sessions);
  assert.deepEqual([connection.id, connection.label, connection.user], [database.id, database.label, database.user]);
  await connection.close();
  await refused(connection.executor.all(countItems), 'connection_lost', /closed/);
});
