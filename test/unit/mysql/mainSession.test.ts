import assert from 'node:assert/strict';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { test } from 'node:test';
import type { Database, Executor } from '../../../src/engine/database';
import { until } from '../../harness/until';
import { onServer, refused, sql } from './support';

const place = onServer([], 'CREATE DATABASE lab; CREATE TABLE lab.t (k INT PRIMARY KEY)');

const sessionOf = async (executor: Executor): Promise<number> =>
  Number((await executor.all(sql('SELECT CONNECTION_ID() AS id')))[0]?.['id']);
const rows = async (database: Database) =>
  (await database.all(sql('SELECT k FROM lab.t ORDER BY k'))).map((row) => row['k']);
const livesOn = async (database: Database, connectionId: number) =>
  (await database.sessions.liveness([{ connectionId, pid: process.pid, host: hostname(), locked: true }]))[0]?.verdict;

test('a transaction runs on the session that signs; another beside it, and single statements, on others', async () => {
  const database = await place.open();
  const main = await sessionOf(database);
  const options = { readCommitted: true };
  await database
    .transaction(async (one) => {
      assert.deepEqual([await sessionOf(one), one.connectionId], [main, main]);
      await one.run(sql('INSERT INTO lab.t VALUES (1)'));
      await database.transaction(async (other) => {
        assert.notEqual(await sessionOf(other), main);
        assert.equal(other.connectionId, main);
      }, options);
      assert.deepEqual(await rows(database), [], 'statements outside see nothing of it');
      assert.equal((await database.run(sql('INSERT INTO lab.t VALUES (2)'))).changes, 1);
      throw new Error('enough');
    }, options)
    .catch((error: unknown) => assert.match(String(error), /enough/));
  assert.deepEqual(await rows(database), [2], 'only the transaction was undone');
  assert.equal(await sessionOf(database), main);
  assert.equal(await database.transaction(sessionOf), main);
  await database.run(sql('DELETE FROM lab.t'));
});

test('one worker that does one thing at a time has one session', async () => {
  await place.server.sql("CREATE USER single@'127.0.0.1' IDENTIFIED BY 'x'; GRANT ALL ON lab.* TO single@'127.0.0.1'");
  const database = await place.open({ user: 'single', password: 'x' });
  for (let k = 0; k < 5; k += 1) {
    await database.transaction((open) => open.run(sql('INSERT INTO lab.t VALUES (?)', k)), { deferWrites: true });
    await database.transaction((open) => open.run(sql('DELETE FROM lab.t')), { readCommitted: true });
    await database.all(sql('SELECT 1'));
  }
  assert.equal(await place.sessions('single'), 1);
});

test('a make() that follows another begins with the commit of that one, and whatever comes between is no part of it', async () => {
  const [database, other] = [await place.open(), await place.open()];
  const make = async (k: number) =>
    await database.transaction(
      async (open) => {
        const seen = (await open.all(sql('SELECT k FROM lab.t ORDER BY k'))).map((row) => row['k']);
        await open.run(sql('INSERT INTO lab.t VALUES (?)', k));
        return seen;
      },
      { deferWrites: true },
    );
  const begun = async () => Number((await database.all(sql("SHOW SESSION STATUS LIKE 'Com_begin'")))[0]?.['Value']);
  const before = await begun();
  for (const k of [1, 2, 3]) await make(k);
  assert.equal((await begun()) - before, 1);

  await database.run(sql('DELETE FROM lab.t WHERE k < 3'));
  assert.deepEqual(await rows(other), [3], 'a single statement takes effect at once');
  await make(4);
  await database.transaction((open) => open.run(sql('DELETE FROM lab.t WHERE k = 3')), { readCommitted: true });
  assert.deepEqual(await rows(other), [4], 'so does a transaction of another kind');
  await make(5);
  await other.run(sql('INSERT INTO lab.t VALUES (6)'));
  assert.deepEqual(await make(7), [4, 5, 6], 'it sees what was committed before its first read');
  await until('no transaction is open', async () => (await other.all(sql('SELECT trx_id FROM information_schema.innodb_trx'))).length === 0);
  await database.run(sql('DELETE FROM lab.t'));
});

test('killing the session that signs undoes its transaction, says so, and the next one signs anew', async () => {
  for (const runs of ['a query', 'nothing'] as const) {
    const [database, other] = [await place.open(), await place.open()];
    const sessions = (await place.sessions()) - 2;
    let before = 0;
    let told: unknown = null;
    const work = database.transaction(async (open) => {
      before = open.connectionId;
      const { connectionEnd } = database;
      await open.run(sql('INSERT INTO lab.t VALUES (1)'));
      const ended = once(connectionEnd, 'abort');
      const sleeping = runs === 'a query' ? open.all(sql('SELECT SLEEP(600)')) : ended;
      sleeping.catch(() => undefined);
      await place.server.sql(`KILL ${before}`);
      await ended;
      told = connectionEnd.reason;
      await sleeping;
      await open.run(sql('INSERT INTO lab.t VALUES (2)'));
    });
    const error = await refused(
      work,
      'connection_lost',
      new RegExp(`^Session \\d+ on root@127\\.0\\.0\\.1:\\d+ was killed or cut off`),
    );
    assert.ok(told instanceof Error);
    assert.equal(told.message, error.message);
    assert.deepEqual(await rows(database), []);
    const now = await database.transaction((open) => Promise.resolve(open.connectionId));
    assert.notEqual(now, before);
    assert.equal(await sessionOf(database), now);
    for (const id of [before, now]) assert.equal(await livesOn(other, id), 'alive');
    await Promise.all([database.close(), other.close()]);
    await until('no session is left', async () => (await place.sessions()) === sessions);
  }
});

test('a transaction that is given up stops what it runs', async () => {
  const database = await place.open();
  const running = async () =>
    Number(
      await place.server.sql("SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(600)%'"),
    );
  const given = database.transaction(async (open) => {
    await open.run(sql('INSERT INTO lab.t VALUES (1)'));
    open.all(sql('SELECT SLEEP(600)')).catch(() => undefined);
    await until('the query runs', async () => (await running()) === 1);
    throw new Error('given up');
  });
  await assert.rejects(given, /given up/);
  await until('the query has ended', async () => (await running()) === 0);
  assert.deepEqual(await rows(database), []);
  await database.close();
});
