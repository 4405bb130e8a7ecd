import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { type Engine, describeEngine, manual, refused } from './describeEngine';
import { counts, none } from './jobCounts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A table with parts whose makes read what they have written, and `n` keys; key 3 fails. */
async function whole(engine: Engine, n: number) {
  const schema = engine.schema();
  const Source = manual(schema, 'Source', 'k : int32');
  const state = { running: 0, most: 0 };
  class Result extends dj.Computed {
    static override readonly definition: string = '-> Source\n---\nlast : int32';
    static readonly Item = class Item extends dj.Part {
      static override readonly definition: string = '-> master\nitem : int32';
    };
    async make(key: dj.Key) {
      state.running += 1;
      state.most = Math.max(state.most, state.running);
      // Two at once, if there are two.
      while (state.most < Math.min(2, n)) await turn();
      try {
        await this.insert1({ ...key, last: 0 });
        await turn();
        await Result.Item.insert1({ ...key, item: 1 });
        // Its own transaction: it sees what it has written, and nobody else's part of the work.
        assert.equal(await Result.Item.restrict(key).count(), 1);
        assert.equal(await Result.restrict(key).fetch1('last'), 0);
        if (key['k'] === 3) throw new RangeError('three');
      } finally {
        state.running -= 1;
      }
    }
  }
  schema(Result);
  await Source.insert(Array.from({ length: n }, (_, k) => [k]));
  return { Source, Result, state };
}

export const concurrency = describeEngine('concurrency', (engine) => {
  for (const options of [{}, { reserveJobs: true }] as const) {
    const mode = 'reserveJobs' in options ? 'with reservations' : 'directly';

    it(`makes several keys at once, each in a transaction of its own (${mode})`, async () => {
      const schema = engine.schema();
      const Source = manual(schema, 'Source', 'k : int32');
      let [begun, most, running] = [0, 0, 0];
      class Result extends dj.Computed {
        static override readonly definition: string = '-> Source';
        async make(key: dj.Key) {
          begun += 1;
          most = Math.max(most, (running += 1));
          await this.insert1(key);
          while (begun < 6) await turn();
          running -= 1;
          if (key['k'] === 3) throw new RangeError('three');
        }
      }
      schema(Result);
      await Source.insert(Array.from({ length: 20 }, (_, k) => [k]));
      const result = await Result.populate({ ...options, concurrency: 6, suppressErrors: true });
      assert.equal(result.successCount, 19);
      assert.deepEqual(result.errorList, [[{ k: 3 }, 'RangeError: three']]);
      assert.equal(most, 6);
      assert.equal(await Result.count(), 19);
      if ('reserveJobs' in options) assert.deepEqual(await counts(Result), { ...none, error: 1 });
    });

    it(`keeps what each writes and reads apart (${mode})`, async () => {
      const { Result } = await whole(engine, 12);
      const result = await Result.populate({ ...options, concurrency: 4, suppressErrors: true });
      assert.equal(result.successCount, 11);
      assert.equal(await Result.Item.count(), 11);
    });

    it(`begins nothing new after an error that is not suppressed, and ends what it has begun (${mode})`, async () => {
      const schema = engine.schema();
      const Source = manual(schema, 'Source', 'k : int32');
      let begun = 0;
      class Result extends dj.Computed {
        static override readonly definition: string = '-> Source';
        async make(key: dj.Key) {
          begun += 1;
          while (begun < 3) await turn();
          if (key['k'] === 0) throw new Error('first');
          for (let i = 0; i < 20; i++) await turn();
          await this.insert1(key);
        }
      }
      schema(Result);
      await Source.insert(Array.from({ length: 30 }, (_, k) => [k]));
      await assert.rejects(Result.populate({ ...options, concurrency: 3 }), /first/);
      assert.equal(begun, 3);
      assert.equal(await Result.count(), 2);
      if ('reserveJobs' in options) assert.deepEqual(await counts(Result), { ...none, pending: 27, error: 1 });
    });

    it(`shares the limit, and stops all at once (${mode})`, async () => {
      const schema = engine.schema();
      const Source = manual(schema, 'Source', 'k : int32');
      const controller = new AbortController();
      let waiting = 0;
      class Result extends dj.Computed {
        static override readonly definition: string = '-> Source';
        async make(key: dj.Key) {
          if (Number(key['k']) < 10) { await this.insert1(key); return; }
          if ((waiting += 1) === 4) controller.abort(new dj.Interruption('KeyboardInterrupt'));
          await new Promise(() => undefined);
        }
      }
      schema(Result);
      await Source.insert(Array.from({ length: 40 }, (_, k) => [k]));
      assert.equal((await Result.populate({ ...options, concurrency: 4, maxCalls: 7 })).successCount, 7);
      const errors: string[] = [];
      const run = Result.populate({
        ...options,
        concurrency: 4,
        suppressErrors: true,
        signal: controller.signal,
        onProgress: (event) => event.type === 'error' && errors.push(event.error?.message ?? ''),
      });
      await assert.rejects(run, dj.Interruption);
      assert.deepEqual(errors, Array.from({ length: 4 }, () => 'KeyboardInterrupt'));
      if ('reserveJobs' in options) assert.deepEqual(await counts(Result), { ...none, pending: 26, error: 4 });
    });

    it(`begins nothing more once it is enough, and ends what it has begun (${mode})`, async () => {
      const schema = engine.schema();
      const Source = manual(schema, 'Source', 'k : int32');
      const enough = new AbortController();
      let begun = 0;
      class Result extends dj.Computed {
        static override readonly definition: string = '-> Source';
        async make(key: dj.Key) {
          if ((begun += 1) === 4) enough.abort();
          for (let i = 0; i < 5; i++) await turn();
          await this.insert1(key);
        }
      }
      schema(Result);
      await Source.insert(Array.from({ length: 30 }, (_, k) => [k]));
      const { successCount } = await Result.populate({ ...options, concurrency: 2, enough: enough.signal });
      assert.equal(successCount, begun);
      assert.ok(begun < 10, `${begun} begun`);
      if ('reserveJobs' in options) assert.deepEqual(await counts(Result), { ...none, pending: 30 - begun });
    });
  }

  it('refuses numbers that are none, and processes where none can be started', async () => {
    const { Result } = await whole(engine, 1);
    for (const concurrency of [0, 1.5, NaN]) await refused('usage', () => Result.populate({ concurrency }), 'concurrency');
    await refused('usage', () => Result.populate({ processes: -1 }), 'processes');
    await refused('usage', () => Result.populate({ processes: 2 }), 'djw run');
    assert.equal((await Result.populate({ processes: 1 })).successCount, 1);
  });
});
