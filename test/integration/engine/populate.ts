import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { describeEngine, manual, refused, sorted } from './describeEngine';
import { doubling } from './doubling';

/** Both ways to populate must agree on what they compute. */
const modes: [name: string, options: dj.PopulateOptions][] = [
  ['directly', {}],
  ['with reservations', { reserveJobs: true }],
];

export const populating = describeEngine('populate', (engine) => {
  for (const [mode, options] of modes) {
    it(`computes what is missing, once (${mode})`, async () => {
      const { Source, Double, made } = await doubling(engine, 3);
      assert.deepEqual(await Double.populate(options), { successCount: 3, skippedCount: 0, errorList: [] });
      assert.deepEqual(await Double.populate(options), { successCount: 0, skippedCount: 0, errorList: [] });
      assert.deepEqual(sorted(await Double.fetch()), [{ k: 0, twice: 0 }, { k: 1, twice: 2 }, { k: 2, twice: 4 }]);
      await Double.restrict({ k: 1 }).delete();
      await Source.insert1([9, 9]);
      assert.deepEqual(await Double.populate(options), { successCount: 2, skippedCount: 0, errorList: [] });
      assert.deepEqual(sorted(made), [0, 1, 1, 2, 9]);
    });

    it(`throws the first error, and keeps what was made before (${mode})`, async () => {
      const { Double, made } = await doubling(engine, 6);
      await assert.rejects(Double.populate(options), (error) => error instanceof RangeError && error.message === 'three is too many');
      assert.deepEqual(made, [0, 1, 2, 3]);
      assert.equal(await Double.count(), 3);
    });

    it(`goes on after errors when they are suppressed, and counts what was skipped (${mode})`, async () => {
      const { Double } = await doubling(engine, 6);
      const result = await Double.populate({ ...options, suppressErrors: true });
      assert.deepEqual(result, { successCount: 4, skippedCount: 1, errorList: [[{ k: 3 }, 'RangeError: three is too many']] });
      assert.deepEqual(await Double.progress(), { remaining: 2, total: 6 });
    });

    it(`returns the errors themselves on demand (${mode})`, async () => {
      const { Double } = await doubling(engine, 4);
      const { errorList } = await Double.populate({ ...options, suppressErrors: true, returnExceptionObjects: true });
      assert.deepEqual(errorList[0]?.[0], { k: 3 });
      assert.ok(errorList[0]?.[1] instanceof RangeError);
    });

    it(`honours restrictions of every kind (${mode})`, async () => {
      const { Source, Double, made } = await doubling(engine, 30);
      await Double.populate('k >= 20 and k < 22', options);
      assert.deepEqual(made.splice(0), [20, 21]);
      await Double.populate({ k: 7 }, options);
      assert.deepEqual(made.splice(0), [7]);
      await Double.populate([{ k: 8 }, { k: 9 }], options);
      assert.deepEqual(made.splice(0), [8, 9]);
      await Double.populate(Source.restrict('v > 27'), options);
      assert.deepEqual(made.splice(0), [28, 29]);
      await Double.populate(Source.restrict('v > 10'), dj.not({ k: 12 }), 'k < 14', options);
      assert.deepEqual(made.splice(0), [11, 13]);
      await Double.populate({ k: 99 }, options);
      await Double.populate(Source.restrict(false), options);
      assert.deepEqual(made, []);
      assert.deepEqual(await Double.progress('k < 14'), { remaining: 9, total: 14 });
      assert.equal(await Double.count(), 9);
    });

    it(`stops after maxCalls or limit (${mode})`, async () => {
      const { Double, made } = await doubling(engine, 40);
      assert.equal((await Double.populate('k > 9', { ...options, maxCalls: 5 })).successCount, 5);
      assert.equal((await Double.populate('k > 9', { ...options, limit: 3 })).successCount, 3);
      assert.equal((await Double.populate('k > 9', { ...options, limit: 3, maxCalls: 2 })).successCount, 2);
      assert.equal((await Double.populate('k > 9', { ...options, maxCalls: 0 })).successCount, 0);
      assert.deepEqual(sorted(made), [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
      for (const maxCalls of [-1, 1.5, NaN]) await refused('usage', () => Double.populate({ ...options, maxCalls }), 'maxCalls');
    });

    it(`reports every key as it ends (${mode})`, async () => {
      const { Double } = await doubling(engine, 6);
      const events: dj.PopulateEvent[] = [];
      await Double.populate({ ...options, suppressErrors: true, onProgress: (event) => events.push(event) });
      assert.deepEqual(events[0], { type: 'start', total: 6 });
      assert.deepEqual(events.at(-1), { type: 'end', done: 6, total: 6 });
      const error = events.find((event) => event.type === 'error');
      assert.ok(error?.type === 'error' && error.error !== undefined);
      assert.equal(error.error.message, 'RangeError: three is too many');
      assert.match(error.error.stack, /^RangeError: three is too many\n\s+at .*doubling\.ts:\d+/);
      assert.deepEqual(events.map((event) => event.type), ['start', 'done', 'done', 'done', 'error', 'skipped', 'done', 'end']);
    });

    it(`shows progress through the program that runs (${mode})`, async () => {
      const { Double } = await doubling(engine, 2);
      const shown: string[] = [];
      dj.setProgressDisplay((table) => (event) => shown.push(`${table} ${event.type}`));
      try {
        await Double.populate({ ...options, displayProgress: true });
        await Double.populate(options);
      } finally {
        dj.setProgressDisplay(null);
      }
      assert.deepEqual(shown, ['Double start', 'Double done', 'Double done', 'Double end']);
    });

    it(`hands makeKwargs to make (${mode})`, async () => {
      const schema = engine.schema();
      const Source = manual(schema, 'Source', 'k : int32');
      class Scaled extends dj.Computed {
        static override readonly definition: string = '-> Source\n---\nv : float64';
        async make(key: dj.Key, { scale = 1 }: { scale?: number }) {
          await this.insert1({ ...key, v: scale });
        }
      }
      schema(Scaled);
      await Source.insert([[1], [2]]);
      await Scaled.populate({ k: 1 }, { ...options, makeKwargs: { scale: 2.5 } });
      await Scaled.populate(options);
      assert.deepEqual(await Scaled.fetch('v', { orderBy: 'KEY' }), [2.5, 1]);
    });

    it(`makes in three parts, fetching and computing outside the transaction (${mode})`, async () => {
      const schema = engine.schema();
      const Source = manual(schema, 'Source', 'k : int32\n---\nv : int32');
      const calls: string[] = [];
      class Long extends dj.Computed {
        static override readonly definition: string = '-> Source\n---\nr : int32';
        async makeFetch(key: dj.Key, { from = 0 }: { from?: number }) {
          calls.push(`fetch ${String(engine.connection.inTransaction)}`);
          return [Number(await Source.restrict(key).fetch1('v')) + from];
        }
        makeCompute(_key: dj.Key, [v = 0]: number[]) {
          calls.push(`compute ${String(engine.connection.inTransaction)}`);
          return [v * v];
        }
        async makeInsert(key: dj.Key, _fetched: number[], [r]: number[]) {
          calls.push(`insert ${String(engine.connection.inTransaction)}`);
          await this.insert1({ ...key, r });
        }
      }
      schema(Long);
      await Source.insert1([1, 3]);
      assert.equal((await Long.populate({ ...options, makeKwargs: { from: 1 } })).successCount, 1);
      assert.equal(await Long.fetch1('r'), 16);
      assert.deepEqual(calls, ['fetch false', 'compute false', 'fetch true', 'insert true']);
    });

    it(`keeps no result of three parts whose inputs changed meanwhile (${mode})`, async () => {
      const schema = engine.schema();
      const Source = manual(schema, 'Source', 'k : int32\n---\nv : int32');
      class Long extends dj.Computed {
        static override readonly definition: string = '-> Source\n---\nr : int32';
        async makeFetch(key: dj.Key) {
          return { rows: await Source.restrict(key).fetch() };
        }
        async makeCompute(key: dj.Key) {
          if (key['k'] === 1) await Source.update1({ ...key, v: 100 });
          return 5;
        }
        async makeInsert(key: dj.Key, _fetched: unknown, r: number) {
          await this.insert1({ ...key, r });
        }
      }
      schema(Long);
      await Source.insert([[1, 1], [2, 2]]);
      const result = await Long.populate({ ...options, suppressErrors: true });
      assert.equal(result.successCount, 1);
      assert.match(String(result.errorList[0]?.[1]), /inputs of Long changed/);
      assert.deepEqual(await Long.fetch('k'), [2]);
    });

    it(`undoes everything that a failed make wrote (${mode})`, async () => {
      const schema = engine.schema();
      const Source = manual(schema, 'Source', 'k : int32');
      const Log = manual(schema, 'Log', 'line : varchar(20)');
      class Result extends dj.Computed {
        static override readonly definition: string = '-> Source\n---\nn : int32';
        static readonly Item = class Item extends dj.Part {
          static override readonly definition: string = '-> master\nitem : int32';
        };
        async make(key: dj.Key) {
          await this.insert1({ ...key, n: 2 });
          await Result.Item.insert([{ ...key, item: 1 }, { ...key, item: 2 }]);
          await Log.insert1([`made ${String(key['k'])}`]);
          if (key['k'] === 2) throw new Error('too late');
          if (key['k'] === 3) await Result.Item.insert1({ ...key, item: 1 });
        }
      }
      schema(Result);
      await Log.count();
      await Source.insert([[1], [2], [3]]);
      const result = await Result.populate({ ...options, suppressErrors: true });
      assert.equal(result.successCount, 1);
      assert.equal(result.errorList.length, 2);
      assert.match(String(result.errorList[1]?.[1]), /^DuplicateError: .*item=1/);
      assert.deepEqual(await Result.fetch(), [{ k: 1, n: 2 }]);
      assert.equal(await Result.Item.count(), 2);
      assert.deepEqual(await Log.fetch('line'), ['made 1']);
    });

    it(`sees inside make what make has written (${mode})`, async () => {
      const schema = engine.schema();
      const Source = manual(schema, 'Source', 'k : int32');
      class Result extends dj.Imported {
        static override readonly definition: string = '-> Source\n---\nn : int32';
        async make(key: dj.Key) {
          await this.insert1({ ...key, n: 0 });
          const n = await Result.count();
          await Result.update1({ ...key, n });
        }
      }
      schema(Result);
      await Source.insert([[1], [2], [3]]);
      await Result.populate(options);
      assert.deepEqual(await Result.fetch('n', { orderBy: 'KEY' }), [1, 2, 3]);
    });
  }
});
