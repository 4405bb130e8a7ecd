import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { describeEngine, manual } from './describeEngine';
import { counts, none } from './jobCounts';

export const reservations = describeEngine('reservations', (engine) => {
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

  it('errors the running job as KeyboardInterrupt and gives back the others, also when it does not let go', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    const controller = new AbortController();
    class Slow extends dj.Computed {
      static override readonly definition: string = '-> Source';
      async make(key: dj.Key) {
        if (Number(key['k']) === 40) {
          controller.abort(new dj.Interruption('KeyboardInterrupt'));
          await new Promise(() => undefined);
        }
        await this.insert1(key);
      }
    }
    schema(Slow);
    await Source.insert(Array.from({ length: 100 }, (_, k) => [k]));
    await assert.rejects(Slow.populate({ reserveJobs: true, suppressErrors: true, signal: controller.signal }), dj.Interruption);
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

  it('are taken back by an explicit orphan timeout, whether their worker lives or not', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    class Slow extends dj.Computed {
      static override readonly definition: string = '-> Source';
      async make(key: dj.Key) {
        await this.insert1(key);
        // Until the server's clock, which counts milliseconds, shows more than the timeout since the reservation.
        const started = performance.now();
        while (performance.now() - started < 5) await new Promise((resolve) => setImmediate(resolve));
        const { orphaned: off } = await engine.connection.outside(() => Slow.jobs.refresh({ orphanTimeout: 0 }));
        assert.equal(off, 0, '0 means off');
        const { orphaned } = await engine.connection.outside(() => Slow.jobs.refresh({ orphanTimeout: 0.001 }));
        assert.equal(orphaned, 1);
      }
    }
    schema(Slow);
    await Source.insert1([1]);
    // Once: the job is pending again, and would be tried for ever.
    const result = await Slow.populate({ reserveJobs: true, suppressErrors: true, maxCalls: 1 });
    assert.match(String(result.errorList[0]?.[1]), /taken away/);
    assert.equal(await Slow.count(), 0);
  });

  it('keep several populates in one process apart, which compute side by side', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    const made: number[] = [];
    let begun = 0;
    class Shared extends dj.Computed {
      static override readonly definition: string = '-> Source';
      async make(key: dj.Key) {
        made.push(Number(key['k']));
        await this.insert1(key);
        begun += 1;
        // Only side by side do they get past their first keys.
        while (begun < 4) await new Promise((resolve) => setImmediate(resolve));
      }
    }
    schema(Shared);
    await Source.insert(Array.from({ length: 80 }, (_, k) => [k]));
    await Shared.jobs.refresh();
    const results = await Promise.all([1, 2, 3, 4].map(() => Shared.populate({ reserveJobs: true })));
    assert.equal(results.reduce((sum, result) => sum + result.successCount, 0), 80);
    assert.equal(new Set(made).size, 80);
    assert.equal(made.length, 80);
    assert.deepEqual(await counts(Shared), none);
  });

  it('record where in make an insert went wrong, also when it is written later', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    class Result extends dj.Computed {
      static override readonly definition: string = '-> Source\n---\nv : int8';
      async make(key: dj.Key) {
        if (key['k'] === 3) await this.insert1({ ...key, v: 999 });
        await this.insert1({ ...key, v: 1 });
        if (key['k'] === 1) await this.insert1({ ...key, v: 2 });
        if (key['k'] === 2) await Result.insert([{ k: 99, v: 2 }], { allowDirectInsert: true });
      }
    }
    schema(Result);
    await Source.insert([[1], [2], [3]]);
    await Result.populate({ reserveJobs: true, suppressErrors: true });
    const stacks = (await Result.jobs.errors.fetch('error_stack', { orderBy: 'KEY' })).map(String);
    assert.equal(stacks.length, 3);
    for (const [stack, name] of [[stacks[0], 'DuplicateError'], [stacks[1], 'IntegrityError'], [stacks[2], 'DataJointError']] as const) {
      assert.match(stack ?? '', new RegExp(`^${name}: `));
      assert.match(stack ?? '', /at (async )?Result\.make .*reservations\.ts:\d+:\d+/);
    }
  });

  it('take keys of every type', async () => {
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
});
