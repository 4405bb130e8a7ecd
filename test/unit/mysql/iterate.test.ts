import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Executor, ReadOptions, Statement } from '../../../src/engine/database';
import { until } from '../../harness/until';
import { manyRows, numbersTo, onServer, refused, sql } from './support';

const place = onServer();

const many = sql(manyRows);
const numbers = (count: number) => sql(`SELECT seq FROM ${numbersTo(count)}`);

async function read(executor: Executor, statement: Statement, options?: ReadOptions): Promise<number[]> {
  const found: number[] = [];
  for await (const row of executor.iterate(statement, options)) found.push(Number(row['seq']));
  return found;
}

const collect = (executor: Executor, count: number): Promise<number[]> => read(executor, numbers(count));

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

test('in a transaction rows come as they are taken: the server waits with the rest', async () => {
  const database = await place.open();
  await database.transaction(async (open) => {
    const rows = open.iterate(many);
    await rows[Symbol.asyncIterator]().next();
    await until(
      'the server waits',
      async () =>
        // What MariaDB and MySQL call it.
        ['Writing to net', 'Sending to client'].includes(
          await place.server.sql(`SELECT state FROM information_schema.processlist WHERE id = ${open.connectionId}`),
        ),
    );
    await rows[Symbol.asyncIterator]().return?.();
    assert.deepEqual(await collect(open, 3), [1, 2, 3], 'left early, the transaction goes on');
  });
});

test('in a transaction other statements may come between the rows', async () => {
  await place.server.sql('CREATE DATABASE streams; CREATE TABLE streams.t (k INT PRIMARY KEY)');
  const database = await place.open();
  await database.transaction(async (open) => {
    const outer: number[] = [];
    for await (const row of open.iterate(numbers(5000))) {
      outer.push(Number(row['seq']));
      if (outer.length % 1000 === 0) {
        await open.run(sql('INSERT INTO streams.t VALUES (?)', outer.length));
        assert.deepEqual(await collect(open, 3000), upTo(3000), 'a stream within a stream');
      }
    }
    assert.deepEqual(outer, upTo(5000));
    const [left, right] = await Promise.all([collect(open, 2000), collect(open, 2000), open.all(sql('SELECT 1'))]);
    assert.deepEqual([left, right], [upTo(2000), upTo(2000)], 'streams side by side');
    const abandoned = open.iterate(many)[Symbol.asyncIterator]();
    await abandoned.next();
  });
  assert.equal(
    (await database.all(sql('SELECT COUNT(*) AS n FROM streams.t')))[0]?.['n'],
    5,
    'committed behind rows that nobody took',
  );
});

test('what goes wrong in a stream comes out of it, and the transaction goes on', async () => {
  const database = await place.open();
  await database.transaction(async (open) => {
    const failing = read(open, sql(`SELECT seq, (SELECT 1 UNION SELECT seq) AS two FROM ${numbersTo(10)}`));
    const other = open.all(sql('SELECT 1'));
    await refused(failing, 'query', /more than 1 row/);
    await other;
    await refused(read(open, sql('SELECT x')), 'unknown_attribute', /x/);
    assert.deepEqual(await collect(open, 2), [1, 2]);
  });
});

test('an aborted stream ends on the server, in a transaction and outside', async () => {
  const database = await place.open();
  const slow = sql(`SELECT seq, SLEEP(0.2) AS pause FROM ${numbersTo(1000)}`);
  const running = async () =>
    Number(
      await place.server.sql(
        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT seq, SLEEP%'",
      ),
    );
  const abort = async (executor: Executor) => {
    const controller = new AbortController();
    const stopped = assert.rejects(read(executor, slow, { signal: controller.signal }), /changed my mind/);
    await until('the query runs', async () => (await running()) === 1);
    controller.abort(new Error('changed my mind'));
    await stopped;
    await until('the query has ended', async () => (await running()) === 0);
  };
  await abort(database);
  await database.transaction(async (open) => {
    await abort(open);
    assert.deepEqual(await collect(open, 2), [1, 2]);
  });
});
