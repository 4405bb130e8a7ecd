import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { describeEngine, manual, refused } from './describeEngine';

export const transactions = describeEngine('transactions', (engine) => {
  const table = async () => {
    const One = manual(engine.schema(), 'One', 'k : int32\n---\nv = 0 : int32');
    await One.count();
    return One;
  };

  it('commits what resolves and undoes what rejects', async () => {
    const One = await table();
    const answer = await engine.connection.transaction(async () => {
      await One.insert1([1, 1]);
      await One.insert1([2, 2]);
      return 'answer';
    });
    assert.equal(answer, 'answer');
    await assert.rejects(engine.connection.transaction(async () => {
      await One.insert1([3, 3]);
      await One.restrict({ k: 1 }).delete();
      await One.update1({ k: 2, v: 20 });
      throw new Error('no');
    }), /^Error: no$/);
    assert.deepEqual(await One.fetch({ orderBy: 'KEY' }), [{ k: 1, v: 1 }, { k: 2, v: 2 }]);
  });

  it('is found by everything that runs inside it, and by nothing outside', async () => {
    const One = await table();
    let inside: (() => void) | null = null;
    const written = new Promise<void>((resolve) => { inside = resolve; });
    let seenOutside = -1;
    const outside = written.then(async () => {
      seenOutside = await engine.connection.outside(() => One.count());
    });
    await engine.connection.transaction(async () => {
      await One.insert1([1, 1]);
      assert.equal(await One.count(), 1);
      await Promise.all([One.insert1([2, 2]), (async () => { await One.insert1([3, 3]); })()]);
      assert.equal(engine.connection.inTransaction, true);
      assert.equal((await One.fetch()).length, 3);
      inside?.();
      await outside;
    });
    assert.equal(seenOutside, 0);
    assert.equal(engine.connection.inTransaction, false);
    assert.equal(await One.count(), 3);
  });

  it('refuses to nest', async () => {
    const One = await table();
    await refused('not_allowed', () => engine.connection.transaction(() => engine.connection.transaction(() => One.count())), 'nested');
    assert.equal(await One.count(), 0);
  });

  it('goes on after a statement that was refused and caught', async () => {
    const One = await table();
    await engine.connection.transaction(async () => {
      await One.insert1([1, 1]);
      await refused('duplicate', () => One.insert1([1, 2]));
      await refused('missing_value', () => One.insert1({}));
      await One.insert1([2, 2]);
    });
    assert.equal(await One.count(), 2);
  });

  it('keeps writes back with deferWrites until something reads them, and loses none', async () => {
    const One = await table();
    await engine.connection.transaction(async () => {
      await One.insert1([1, 1]);
      assert.equal(await One.count(), 1);
      await One.insert1([2, 2]);
      await One.update1({ k: 2, v: 5 });
    }, { deferWrites: true });
    assert.deepEqual(await One.fetch('v', { orderBy: 'KEY' }), [1, 5]);
    await refused('duplicate', () => engine.connection.transaction(async () => {
      await One.insert1([3, 3]);
      await One.insert1([1, 1]);
    }, { deferWrites: true }), 'k');
    assert.equal(await One.count(), 2);
  });

  it('refuses to be used after it has ended', async () => {
    const One = await table();
    let late: Promise<unknown> | null = null;
    await engine.connection.transaction(async () => {
      late = new Promise((resolve) => setImmediate(resolve)).then(() => One.insert1([1, 1]));
      late.catch(() => undefined);
    });
    await refused('query', () => late, 'await');
    assert.equal(await One.count(), 0);
  });

  it('runs many at once, one after the other where they write', async () => {
    const One = await table();
    await One.insert1([0, 0]);
    await Promise.all(Array.from({ length: 20 }, () => engine.connection.transaction(async () => {
      const v = Number(await One.fetch1('v'));
      await One.update1({ k: 0, v: v + 1 });
    })));
    assert.equal(await One.fetch1('v'), 20);
  });

  it('leaves a database that is closed alone, with a sentence', async () => {
    const other = new dj.Connection(await dj.openDatabase(engine.spec));
    const Same = manual(dj.schema('closing', { connection: other }), 'Closing', 'k : int32');
    await Same.insert1([1]);
    await other.close();
    await other.close();
    await refused('connection_lost', () => Same.count());
  });
});
