// Keys whose result comes in after a populate has listed or reserved them: they are passed over, never an error.
import assert from 'node:assert/strict';
import { it, mock } from 'node:test';
import * as dj from '../../../src/engine';
import { type Engine, describeEngine, manual } from './describeEngine';
import { none } from './jobCounts';

const ways: readonly [name: string, options: dj.PopulateOptions, queue: dj.SchemaOptions['jobs']][] = [
  ['directly', {}, 'table'],
  ['with reservations', { reserveJobs: true }, 'table'],
  ['with reservations in the schema-wide queue', { reserveJobs: true }, 'schema'],
];

async function work(engine: Engine, queue: dj.SchemaOptions['jobs'], n: number, before: (k: number, enter: (other: number) => Promise<void>) => Promise<void> | void) {
  const { schemaName } = engine.schema();
  const schema = dj.schema(schemaName, { connection: engine.connection, ...(queue === undefined ? {} : { jobs: queue }) });
  const Source = manual(schema, 'Source', 'k : int32');
  const made: number[] = [];
  const { connection } = engine;
  /** Straight into the table, as another program would: nothing here learns of it. */
  const enter = async (other: number) => {
    const table = connection.dialect.tableReference({ schema: schemaName, table: '__result' });
    await connection.outside(() => connection.executor.run({ sql: `INSERT INTO ${table} VALUES (?, 2)`, values: [other] }));
  };
  class Result extends dj.Computed {
    static override readonly definition: string = '-> Source\n---\norigin : int8';
    async make(key: dj.Key) {
      const k = Number(key['k']);
      made.push(k);
      await before(k, enter);
      await this.insert1({ ...key, origin: 1 });
    }
  }
  schema(Result);
  await Source.insert(Array.from({ length: n }, (_, k) => [k]));
  return { Result, made };
}

export const madeMeanwhile = describeEngine('results that come meanwhile', (engine) => {
  for (const [name, options, queue] of ways) {
    it(`a make() that enters many keys is called once for them (${name})`, async () => {
      const { schemaName } = engine.schema();
      const schema = dj.schema(schemaName, { connection: engine.connection, ...(queue === undefined ? {} : { jobs: queue }) });
      const Channel = manual(schema, 'Channel', 'probe : int32\nchannel : int32');
      let calls = 0;
      class Noise extends dj.Computed {
        static override readonly definition: string = '-> Channel\n---\nrms : float64';
        async make(key: dj.Key) {
          calls += 1;
          const channels = await Channel.restrict({ probe: key['probe'] }).keys();
          await this.insert(channels.map((channel) => ({ ...channel, rms: 1 })), { allowDirectInsert: true });
        }
      }
      schema(Noise);
      const rows = Array.from({ length: 320 }, (_, i) => ({ probe: Math.floor(i / 16), channel: i % 16 }));
      await Channel.insert(rows);
      assert.deepEqual(await Noise.populate({ ...options, suppressErrors: true }), { successCount: 20, skippedCount: 0, errorList: [] });
      assert.deepEqual([calls, await Noise.count()], [20, 320]);
      if (options.reserveJobs === true) assert.deepEqual(await Noise.jobs.progress(), { ...none, total: 0 });

      await Noise.delete();
      const { errorList, successCount, skippedCount } = await Noise.populate({ ...options, suppressErrors: true, concurrency: 4 });
      assert.deepEqual(errorList, []);
      assert.ok(successCount >= 20 && successCount + skippedCount < 320, `${String(successCount)} and ${String(skippedCount)}`);
      assert.equal(await Noise.count(), 320);
      if (options.reserveJobs === true) assert.deepEqual(await Noise.jobs.progress(), { ...none, total: 0 });
    });

    it(`a key that another program enters within the moment is no error (${name})`, async () => {
      let begun = 0;
      const { Result, made } = await work(engine, queue, 8, async (k, enter) => {
        begun += 1;
        // All of them have begun before the row is there.
        while (begun < 8) await new Promise((resolve) => setImmediate(resolve));
        if (k === 7) await enter(7);
      });
      const { errorList } = await Result.populate({ ...options, suppressErrors: true, concurrency: 8 });
      assert.deepEqual(errorList, []);
      assert.equal(await Result.count(), 8);
      assert.equal(await Result.restrict({ k: 7 }).fetch1('origin'), 2, 'the first result stays');
      assert.ok(made.includes(7));
      if (options.reserveJobs === true) assert.deepEqual(await Result.jobs.progress(), { ...none, total: 0 });
    });

    it(`is asked for again right before a make(), when a moment has passed (${name})`, async () => {
      let passed = 0;
      const now = performance.now.bind(performance);
      const clock = mock.method(performance, 'now', () => now() + passed);
      try {
        const { Result, made } = await work(engine, queue, 12, async (k, enter) => {
          if (k !== 5) return;
          for (const other of [6, 7, 9]) await enter(other);
          passed += 1000;
        });
        assert.deepEqual(await Result.populate(options), { successCount: 9, skippedCount: 0, errorList: [] });
        assert.deepEqual(made.toSorted((a, b) => a - b), [0, 1, 2, 3, 4, 5, 8, 10, 11]);
        assert.deepEqual(await Result.restrict('origin = 2').fetch('k', { orderBy: 'KEY' }), [6, 7, 9]);
        if (options.reserveJobs === true) assert.deepEqual(await Result.jobs.progress(), { ...none, total: 0 });
      } finally {
        clock.mock.restore();
      }
    });
  }

  it('a duplicate of another row stays an error', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    const Log = manual(schema, 'Log', 'n : int32');
    class Result extends dj.Computed {
      static override readonly definition: string = '-> Source';
      async make(key: dj.Key) {
        await Log.insert1({ n: 1 });
        await this.insert1(key);
      }
    }
    schema(Result);
    await Source.insert([[1], [2]]);
    const { successCount, errorList } = await Result.populate({ reserveJobs: true, suppressErrors: true });
    assert.equal(successCount, 1);
    assert.match(String(errorList[0]?.[1]), /^DuplicateError: .*log already has a row/);
    assert.equal(await Result.jobs.errors.count(), 1);
  });
});
