import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { type Engine, describeEngine, manual, refused, sorted } from './describeEngine';

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

const counts = async (table: { jobs: dj.JobQueue }) => {
  const { pending, reserved, success, error, ignore, total } = await table.jobs.progress();
  assert.equal(total, pending + reserved + success + error + ignore);
  return { pending, reserved, success, error, ignore };
};
const none = { pending: 0, reserved: 0, success: 0, error: 0, ignore: 0 };

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
    assert.equal((await Result.jobs.refresh()).removed, 0);
    assert.equal((await Result.jobs.refresh({ staleTimeout: 0 })).removed, 0);
    // Only what is older than the timeout: the clock must have moved on.
    const job = await Result.jobs.restrict({ k: 2 }).fetch1('created_time');
    while ((await now(engine)) <= String(job)) await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await Result.jobs.refresh({ staleTimeout: 0.001 })).removed, 2);
    assert.deepEqual(await counts(Result), { ...none, ignore: 1 });
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

  it('keeps no result of a reservation that was lost', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    class Robbed extends dj.Computed {
      static override readonly definition: string = '-> Source';
      async make(key: dj.Key) {
        await this.insert1(key);
        if (key['k'] === 1) await engine.connection.outside(() => Robbed.jobs.restrict(key).delete());
      }
    }
    schema(Robbed);
    await Source.insert([[0], [1], [2]]);
    const result = await Robbed.populate({ reserveJobs: true, suppressErrors: true });
    assert.equal(result.successCount, 2);
    assert.match(String(result.errorList[0]?.[1]), /reservation of Robbed was taken away/);
    assert.deepEqual(await Robbed.fetch('k', { orderBy: 'KEY' }), [0, 2]);
    assert.deepEqual(await counts(Robbed), none);
  });

  it('keeps no result of a job that another worker reserved anew', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    class Robbed extends dj.Computed {
      static override readonly definition: string = '-> Source';
      async make(key: dj.Key) {
        await engine.connection.outside(() => engine.connection.executor.run({
          sql: `UPDATE ${engine.connection.dialect.tableReference({ schema: schema.schemaName, table: '~~robbed' })} SET pid = pid + 1`,
          values: [],
        }));
        await this.insert1(key);
      }
    }
    schema(Robbed);
    await Source.insert([[0]]);
    const result = await Robbed.populate({ reserveJobs: true, suppressErrors: true });
    assert.equal(result.errorList.length, 1);
    assert.equal(await Robbed.count(), 0);
    assert.deepEqual(await counts(Robbed), { ...none, reserved: 1 });
  });

  it('errors the running job as KeyboardInterrupt and gives back the others, within a second', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    const controller = new AbortController();
    let aborted = 0;
    class Slow extends dj.Computed {
      static override readonly definition: string = '-> Source';
      async make(key: dj.Key) {
        if (Number(key['k']) === 40) {
          aborted = performance.now();
          controller.abort(new dj.Interruption('KeyboardInterrupt'));
          await new Promise(() => undefined);
        }
        await this.insert1(key);
      }
    }
    schema(Slow);
    await Source.insert(Array.from({ length: 100 }, (_, k) => [k]));
    await assert.rejects(Slow.populate({ reserveJobs: true, suppressErrors: true, signal: controller.signal }), dj.Interruption);
    assert.ok(performance.now() - aborted < 1000);
    assert.deepEqual(await counts(Slow), { ...none, pending: 59, error: 1 });
    const job = await Slow.jobs.errors.fetch1();
    assert.equal(job['k'], 40);
    assert.equal(job['error_message'], 'KeyboardInterrupt');
    assert.equal(await Slow.count(), 40);
  });

  it('says SIGTERM received when the system stops the worker', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    const controller = new AbortController();
    class Stopped extends dj.Computed {
      static override readonly definition: string = '-> Source';
      async makeFetch() {
        return 0;
      }
      async makeCompute() {
        controller.abort(new dj.Interruption('SystemExit'));
        await new Promise(() => undefined);
      }
      async makeInsert(key: dj.Key) {
        await this.insert1(key);
      }
    }
    schema(Stopped);
    await Source.insert([[0], [1]]);
    await assert.rejects(Stopped.populate({ reserveJobs: true, signal: controller.signal }), dj.Interruption);
    assert.deepEqual(await Stopped.jobs.fetch('error_message', 'status', { orderBy: 'KEY' }), [['SystemExit: SIGTERM received', ''], ['error', 'pending']]);
  });

  it('takes keys of every type', async () => {
    const keys: [type: string, value: unknown][] = [
      ['varchar(60)', `it's "odd"; -- 😀 \\ % _ \n ?`],
      ['varchar(10)', ''],
      ['int64', 2n ** 63n - 1n],
      ['int64', -(2n ** 63n)],
      ['decimal(30,10)', '-12345678901234567890.0123456789'],
      ['decimal(6,2)', '-0.10'],
      ['date', '2024-02-29'],
      ['datetime(6)', '2026-01-31 14:05:00.000001'],
      ['uuid', '123e4567-e89b-12d3-a456-426614174000'],
      ["enum('a','it''s')", "it's"],
      ['bool', false],
      ['char(3)', 'é😀'],
    ];
    for (const [type, value] of keys) {
      const schema = engine.schema();
      const Source = manual(schema, 'Source', `v : ${type}\nn : int32`);
      const seen: unknown[] = [];
      class Result extends dj.Computed {
        static override readonly definition: string = '-> Source\n---\nok = 1 : bool';
        async make(key: dj.Key) {
          seen.push(key['v']);
          if (key['n'] === 1) throw new Error('recorded');
          await this.insert1(key);
        }
      }
      schema(Result);
      await Source.insert([[value, 0], [value, 1]]);
      const result = await Result.populate({ v: value }, { reserveJobs: true, suppressErrors: true });
      assert.equal(result.successCount, 1, type);
      assert.deepEqual(result.errorList, [[{ v: value, n: 1 }, 'Error: recorded']]);
      assert.deepEqual(seen, [value, value], type);
      assert.deepEqual(await Result.jobs.errors.keys(), [{ v: value, n: 1 }]);
      assert.equal((await Result.jobs.errors.restrict({ v: value }).delete())[0]?.rows, 1, type);
      await Result.jobs.ignore({ v: value, n: 1 });
      assert.equal(await Result.jobs.ignored.count(), 1);
    }
  });

  it('refreshes many keys in a few statements', async () => {
    const { Result } = await work(engine, 20_000);
    const started = performance.now();
    assert.equal((await Result.jobs.refresh()).added, 20_000);
    assert.ok(performance.now() - started < 5000);
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
