import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { type Engine, describeEngine, manual, refused, sorted } from './describeEngine';
import { counts, none } from './jobCounts';

/** A source with `n` rows and a table that fails for the keys in `broken`. */
async function work(engine: Engine, n: number, broken: readonly number[] = []) {
  const schema = engine.schema();
  const Source = manual(schema, 'Source', 'k : int32');
  const made: number[] = [];
  const failing = new Set(broken);
  class Result extends dj.Computed {
    static override readonly definition: string = '-> Source';
    async make(key: dj.Key) {
      made.push(Number(key['k']));
      if (failing.has(Number(key['k']))) throw new TypeError(`no ${String(key['k'])}`);
      await this.insert1(key);
    }
  }
  schema(Result);
  await Source.insert(Array.from({ length: n }, (_, k) => [k]));
  return { schema, Source, Result, made, failing };
}

async function withSettings(changes: Partial<typeof dj.config.jobs>, run: () => Promise<void>): Promise<void> {
  const before = { ...dj.config.jobs };
  Object.assign(dj.config.jobs, changes);
  try {
    await run();
  } finally {
    Object.assign(dj.config.jobs, before);
  }
}

export const jobQueue = describeEngine('job queue', (engine) => {
  it('holds jobs as datajoint-python declares them', async () => {
    const { schema, Result } = await work(engine, 2);
    assert.deepEqual(await Result.jobs.refresh(), { added: 2, removed: 0, orphaned: 0, rePended: 0 });
    const spec = await engine.connection.catalog.table({ schema: schema.schemaName, table: '~~result' });
    assert.deepEqual(spec?.attributes.map(({ name, declaredType }) => `${name} : ${declaredType}`), [
      'k : int32', "status : enum('pending', 'reserved', 'success', 'error', 'ignore')", 'priority : int8', 'created_time : datetime(3)',
      'scheduled_time : datetime(3)', 'reserved_time : datetime(3)', 'completed_time : datetime(3)', 'duration : float64',
      'error_message : varchar(2047)', 'error_stack : <blob>', 'user : varchar(255)', 'host : varchar(255)', 'pid : int32',
      'connection_id : int64', 'version : varchar(64)',
    ]);
    const [job] = await Result.jobs.fetch({ orderBy: 'KEY' });
    const { created_time, scheduled_time, ...rest } = job ?? {};
    assert.deepEqual(rest, {
      k: 0, status: 'pending', priority: 5, reserved_time: null, completed_time: null, duration: null, error_message: '',
      error_stack: null, user: '', host: '', pid: 0, connection_id: 0n, version: '',
    });
    assert.match(String(created_time), /\.\d{3}$/);
    assert.ok(String(scheduled_time) >= String(created_time).slice(0, 19));
    assert.deepEqual(await schema.listTables(), ['__result', 'source']);
  });

  it('adds new keys once, within restrictions, and with a priority', async () => {
    const { Source, Result } = await work(engine, 10);
    assert.equal((await Result.jobs.refresh('k < 3')).added, 3);
    assert.equal((await Result.jobs.refresh(Source.restrict('k < 5'), { priority: 1 })).added, 2);
    assert.equal((await Result.jobs.refresh()).added, 5);
    assert.equal((await Result.jobs.refresh()).added, 0);
    assert.deepEqual(await Result.jobs.fetch('priority', { orderBy: 'KEY' }), [5, 5, 5, 1, 1, 5, 5, 5, 5, 5]);
    assert.deepEqual(await counts(Result), { ...none, pending: 10 });
  });

  it('adds no job for a key that has a result', async () => {
    const { Result } = await work(engine, 4);
    await Result.populate('k < 2');
    assert.equal((await Result.jobs.refresh()).added, 2);
    assert.deepEqual(await Result.jobs.fetch('k', { orderBy: 'KEY' }), [2, 3]);
  });

  it('leaves no job when everything is done', async () => {
    const { Result } = await work(engine, 25);
    assert.equal((await Result.populate({ reserveJobs: true })).successCount, 25);
    assert.deepEqual(await counts(Result), none);
  });

  it('takes the most urgent first, and only as urgent as asked', async () => {
    const { Result, made } = await work(engine, 6);
    await Result.jobs.refresh('k = 4', { priority: 1 });
    await Result.jobs.refresh('k = 2', { priority: 3 });
    await Result.populate({ reserveJobs: true, priority: 3, refresh: false });
    assert.deepEqual(made.splice(0), [4, 2]);
    await Result.populate({ reserveJobs: true });
    assert.deepEqual(made, [0, 1, 3, 5]);
  });

  it('waits with jobs that are scheduled for later', async () => {
    const { Result, made } = await work(engine, 2);
    await Result.jobs.refresh('k = 0', { delay: 3600 });
    assert.deepEqual(await Result.populate({ reserveJobs: true }), { successCount: 1, skippedCount: 0, errorList: [] });
    assert.deepEqual(made, [1]);
    assert.deepEqual(await counts(Result), { ...none, pending: 1 });
  });

  it('records an error with message, stack, time and worker', async () => {
    const { Result } = await work(engine, 3, [1]);
    await Result.populate({ reserveJobs: true, suppressErrors: true });
    const job = await Result.jobs.errors.fetch1();
    assert.equal(job['k'], 1);
    assert.equal(job['error_message'], 'TypeError: no 1');
    assert.match(String(job['error_stack']), /^TypeError: no 1\n\s+at Result\.make .*jobQueue\.ts:\d+:\d+/);
    assert.equal(job['host'], hostname());
    assert.equal(job['pid'], process.pid);
    assert.equal(job['user'], engine.connection.user);
    assert.ok(Number(job['connection_id']) > 0);
    assert.ok(Number(job['duration']) >= 0);
    assert.ok(String(job['completed_time']) >= String(job['reserved_time']));
    assert.deepEqual(await counts(Result), { ...none, error: 1 });
  });

  it('records the error also when it is thrown', async () => {
    const { Result } = await work(engine, 5, [1]);
    await assert.rejects(Result.populate({ reserveJobs: true }), /no 1/);
    assert.deepEqual(await counts(Result), { ...none, pending: 3, error: 1 });
  });

  it('cuts a long message at 2047 characters and keeps the whole stack', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    const thrown: unknown[] = [new Error('😀'.repeat(3000)), 'just text', undefined, null, { code: 5 }, new Error(''), new Error('outer', { cause: new Error('inner') }), Object.assign(new Error('x'), { stack: undefined })];
    class Result extends dj.Computed {
      static override readonly definition: string = '-> Source';
      async make({ k }: dj.Key) {
        throw thrown[Number(k)];
      }
    }
    schema(Result);
    await Source.insert(thrown.map((_, k) => [k]));
    await Result.populate({ reserveJobs: true, suppressErrors: true });
    const messages = (await Result.jobs.errors.fetch('error_message', { orderBy: 'KEY' })).map(String);
    const stacks = (await Result.jobs.errors.fetch('error_stack', { orderBy: 'KEY' })).map(String);
    assert.equal([...(messages[0] ?? '')].length, 2047);
    assert.match(messages[0] ?? '', /^Error: 😀+\.\.\.truncated$/u);
    assert.ok((stacks[0] ?? '').includes('😀'.repeat(3000)));
    assert.match(messages[1] ?? '', /just text/);
    assert.equal(messages[5], 'Error');
    assert.match(stacks[6] ?? '', /outer[^]*Caused by: Error: inner/);
    assert.equal(messages.length, thrown.length);
    assert.ok(messages.every((message) => message !== ''));
  });

  it('passes over errored jobs until they are deleted, then tries again', async () => {
    const { Result, made, failing } = await work(engine, 3, [1]);
    await Result.populate({ reserveJobs: true, suppressErrors: true });
    failing.clear();
    made.length = 0;
    assert.equal((await Result.populate({ reserveJobs: true })).successCount, 0);
    assert.deepEqual(made, []);
    const deleted = await Result.jobs.errors.delete();
    assert.deepEqual(deleted.map(({ rows }) => rows), [1]);
    assert.equal((await Result.populate({ reserveJobs: true })).successCount, 1);
    assert.equal(await Result.jobs.errors.count(), 0);
    assert.deepEqual(await Result.jobs.errors.delete().then((tables) => tables.map(({ rows }) => rows)), [0]);
  });

  it('sets keys aside until their job is deleted', async () => {
    const { Result, made } = await work(engine, 4, [2]);
    await Result.jobs.ignore({ k: 0 });
    await Result.jobs.refresh();
    await Result.jobs.ignore({ k: 1 });
    await Result.populate({ reserveJobs: true, suppressErrors: true });
    await Result.jobs.ignore({ k: 2 });
    assert.deepEqual(made, [2, 3]);
    assert.deepEqual(await Result.jobs.ignored.fetch('k', { orderBy: 'KEY' }), [0, 1, 2]);
    await Result.jobs.restrict({ k: 0 }).delete();
    assert.equal((await Result.populate({ reserveJobs: true })).successCount, 1);
    assert.deepEqual(await counts(Result), { ...none, ignore: 2 });
    await refused('missing_value', () => Result.jobs.ignore({}), 'Result', '"k"');
    await refused('invalid_value', () => Result.jobs.ignore({ k: 'one' }), 'k');
  });

  it('is a query like any other', async () => {
    const { Source, Result } = await work(engine, 5, [3]);
    await Result.populate({ reserveJobs: true, suppressErrors: true, maxCalls: 4 });
    assert.deepEqual(await Result.jobs.restrict("status = 'error'").fetch('k'), [3]);
    assert.deepEqual(await Result.jobs.restrict({ k: 4 }).fetch1('status'), 'pending');
    assert.deepEqual(await Source.proj().restrict(dj.and()).count(), 5);
    assert.equal(await Result.jobs.count(), 2);
    assert.deepEqual(sorted(await Result.jobs.proj('status').fetch()), [{ k: 3, status: 'error' }, { k: 4, status: 'pending' }]);
  });

  it('removes jobs whose key has left the key source, after the stale timeout', async () => {
    const { Source, Result } = await work(engine, 4, [1]);
    await Result.populate({ reserveJobs: true, suppressErrors: true, maxCalls: 2 });
    await Result.jobs.ignore({ k: 3 });
    await Source.restrict('k in (1, 2, 3)').delete();
    // What failed has nothing left to be tried again for.
    assert.equal((await Result.jobs.refresh({ staleTimeout: 0 })).removed, 1);
    assert.deepEqual(await counts(Result), { ...none, pending: 1, ignore: 1 });
    assert.equal((await Result.jobs.refresh({ staleTimeout: 0 })).removed, 0);
    assert.equal((await Result.jobs.refresh()).removed, 0);
    // Only what is older than the timeout: the clock must have moved on.
    const job = await Result.jobs.restrict({ k: 2 }).fetch1('created_time');
    while ((await now(engine)) <= String(job)) await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await Result.jobs.refresh({ staleTimeout: 0.001 })).removed, 1);
    assert.deepEqual(await counts(Result), { ...none, ignore: 1 });
  });

  it('removes finished and failed jobs whose key has left both the key source and the table, and no reserved ones', async () => {
    await withSettings({ keepCompleted: true }, async () => {
      const schema = engine.schema();
      const Source = manual(schema, 'Source', 'k : int32');
      let wanted = 'k >= 0';
      let removed = 0;
      class Result extends dj.Computed {
        static override readonly definition: string = '-> Source';
        static override get keySource() {
          return Source.restrict(wanted);
        }
        async make(key: dj.Key) {
          if (key['k'] === 1) throw new Error('no');
          if (key['k'] === 3) {
            wanted = 'k > 9';
            removed = (await engine.connection.outside(() => Result.jobs.refresh())).removed;
            throw new Error('seen');
          }
          await this.insert1(key);
        }
      }
      schema(Result);
      await Source.insert([[0], [1], [2], [3]]);
      await Result.jobs.refresh();
      await Result.populate('k < 3', { reserveJobs: true, suppressErrors: true });
      await Result.restrict({ k: 2 }).delete();
      await Result.populate('k = 3', { reserveJobs: true, suppressErrors: true, refresh: false });
      // 0 has its result, 1 failed, the result of 2 is gone, 3 was being made.
      assert.equal(removed, 2);
      assert.deepEqual(await Result.jobs.fetch('k', 'status', { orderBy: 'KEY' }), [[0, 3], ['success', 'error']]);
      assert.equal((await Result.jobs.refresh()).removed, 1);
    });
  });

  it('removes no job for the sake of a restriction', async () => {
    const { Result } = await work(engine, 4);
    await Result.jobs.refresh();
    assert.equal((await Result.jobs.refresh('k = 1', { staleTimeout: 0.001 })).removed, 0);
    assert.equal((await Result.populate('k = 1', { reserveJobs: true })).successCount, 1);
    assert.deepEqual(await counts(Result), { ...none, pending: 3 });
  });

  it('keeps finished jobs when told to, and renews those whose result was deleted', async () => {
    await withSettings({ keepCompleted: true }, async () => {
      const { Result } = await work(engine, 3);
      await Result.populate({ reserveJobs: true });
      assert.deepEqual(await counts(Result), { ...none, success: 3 });
      const job = await Result.jobs.completed.restrict({ k: 1 }).fetch1();
      assert.ok(Number(job['duration']) >= 0);
      assert.notEqual(job['completed_time'], null);
      await Result.restrict({ k: 1 }).delete();
      assert.deepEqual(await Result.jobs.refresh(), { added: 0, removed: 0, orphaned: 0, rePended: 1 });
      assert.deepEqual(await counts(Result), { ...none, pending: 1, success: 2 });
      assert.equal((await Result.populate({ reserveJobs: true })).successCount, 1);
      assert.equal((await Result.jobs.completed.delete())[0]?.rows, 3);
    });
  });

  it('gives jobs that become pending again the priority of the refresh', async () => {
    await withSettings({ keepCompleted: true }, async () => {
      const { Result } = await work(engine, 2);
      await Result.populate({ reserveJobs: true });
      await Result.delete();
      assert.deepEqual(await Result.jobs.refresh('k = 0', { priority: 8 }), { added: 0, removed: 0, orphaned: 0, rePended: 2 });
      assert.deepEqual(await Result.jobs.pending.fetch('priority'), [8, 8]);
      await Result.populate({ reserveJobs: true });
      await Result.delete();
      await Result.jobs.refresh();
      assert.deepEqual(await Result.jobs.pending.fetch('priority'), [5, 5]);
    });
  });

  it('refreshes only on demand when auto refresh is off', async () => {
    const { Result } = await work(engine, 2);
    await withSettings({ autoRefresh: false }, async () => {
      assert.equal((await Result.populate({ reserveJobs: true })).successCount, 0);
      assert.equal((await Result.populate({ reserveJobs: true, refresh: true })).successCount, 2);
    });
  });

  it('makes nothing for a job whose result exists already', async () => {
    const { Result, made } = await work(engine, 3);
    await Result.jobs.refresh();
    await Result.populate('k = 1');
    made.length = 0;
    assert.deepEqual(await Result.populate({ reserveJobs: true, refresh: false }), { successCount: 2, skippedCount: 0, errorList: [] });
    assert.deepEqual(made, [0, 2]);
    assert.deepEqual(await counts(Result), none);
  });

  it('counts a make that inserted nothing as skipped and leaves the key to do', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    class Lazy extends dj.Computed {
      static override readonly definition: string = '-> Source';
      make() {
        return Promise.resolve();
      }
    }
    schema(Lazy);
    await Source.insert([[1], [2]]);
    assert.deepEqual(await Lazy.populate({ reserveJobs: true }), { successCount: 0, skippedCount: 2, errorList: [] });
    assert.equal(await Lazy.jobs.errors.count(), 0);
    assert.deepEqual(await Lazy.progress(), { remaining: 2, total: 2 });
  });

  it('refreshes many keys', async () => {
    const { Result } = await work(engine, 20_000);
    assert.equal((await Result.jobs.refresh()).added, 20_000);
    assert.equal((await Result.jobs.pending.delete())[0]?.rows, 20_000);
  });

  it('says progress of the table and of its queue', async () => {
    const { Result } = await work(engine, 5, [0]);
    assert.deepEqual(await Result.jobs.progress(), { ...none, total: 0 });
    await Result.populate({ reserveJobs: true, suppressErrors: true, maxCalls: 3 });
    assert.deepEqual(await Result.progress(), { remaining: 3, total: 5 });
    assert.deepEqual(await Result.jobs.progress(), { ...none, pending: 2, error: 1, total: 3 });
  });
});

async function now(engine: Engine): Promise<string> {
  const { dialect, executor } = engine.connection;
  const [row] = await executor.all({ sql: `SELECT ${dialect.addSeconds(dialect.now(3), '-0.002')} AS now`, values: [] });
  return String(row?.['now']);
}
