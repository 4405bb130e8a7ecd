import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connection, ReadOptions, Statement } from '../../../src/engine';
import { DataJointError, LostConnectionError } from '../../../src/engine/errors';
import { Counter } from '../../../src/engine/overview/counter';

/** A database whose table `n` has n rows, in which `broken` cannot be read and `slow` does not answer. */
function fakeDatabase() {
  const asked: string[] = [];
  const all = async ({ sql }: Statement, { signal }: ReadOptions = {}) => {
    asked.push(sql);
    if (sql.includes('lost')) throw new LostConnectionError('The server is gone.');
    if (sql.includes('broken')) throw new DataJointError('query', 'It cannot be read.');
    if (sql.includes('slow')) {
      await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
    }
    return [...sql.matchAll(/SELECT (\d+) AS source, label, n FROM \((\w+)\)/g)].map(([, source, rows]) => ({ source: Number(source), label: 0, n: Number(rows) }));
  };
  return { asked, connection: { executor: { all } } as unknown as Connection };
}

async function counted(names: readonly string[], budget?: number) {
  const { asked, connection } = fakeDatabase();
  const results = await new Counter(connection, budget).all(names.map((sql) => ({ sql, values: [] })));
  const found = results.map((each) => (each.kind === 'counted' ? each.numbers.get(0) : each.kind === 'failed' ? each.problem : each.kind));
  return { found, statements: asked.length };
}

test('what is well is counted in one statement', async () => {
  assert.deepEqual(await counted(['3', '1', '2']), { found: [3, 1, 2], statements: 1 });
  assert.deepEqual(await counted([]), { found: [], statements: 0 });
  assert.equal((await counted(Array.from({ length: 201 }, (_, n) => String(n)))).statements, 2);
});

test('what cannot be counted is found by halves and hides nothing else', async () => {
  const names = Array.from({ length: 64 }, (_, n) => (n === 40 ? 'broken' : String(n)));
  const { found, statements } = await counted(names);
  assert.deepEqual(found, names.map((name) => (name === 'broken' ? 'It cannot be read.' : Number(name))));
  assert.equal(statements, 13);
});

test('what takes too long is given up, and the others are counted', async () => {
  assert.deepEqual((await counted(['slow', '1', '2', '3'], 2000)).found, ['late', 1, 2, 3]);
  assert.deepEqual((await counted(['slow'], 100)).found, ['late']);
});

test('a lost connection and an aborted question are not taken for a problem of one table', async () => {
  await assert.rejects(counted(['1', 'lost']), LostConnectionError);
  const reason = new Error('enough');
  const { connection } = fakeDatabase();
  const stop = new AbortController();
  const asking = new Counter(connection).all([{ sql: 'slow', values: [] }], { signal: stop.signal });
  setImmediate(() => stop.abort(reason));
  await assert.rejects(asking, reason);
});

test('the time of a count begins when the one before it has ended', async () => {
  const { connection } = fakeDatabase();
  const counter = new Counter(connection, 400);
  const [slow, quick] = await Promise.all([counter.all([{ sql: 'slow', values: [] }]), counter.all([{ sql: '7', values: [] }])]);
  assert.deepEqual([slow[0]?.kind, quick[0]?.kind], ['late', 'counted']);
});
