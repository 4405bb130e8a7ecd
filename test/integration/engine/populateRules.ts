import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { describeEngine, manual, refused } from './describeEngine';
import { doubling } from './doubling';

export const populateRules = describeEngine('rules of populate', (engine) => {
  it('joins all parents for the key source, under the names of the references', async () => {
    const schema = engine.schema();
    const Session = manual(schema, 'Session', 'session : int32\n---\nnote = "" : varchar(9)');
    const Probe = manual(schema, 'Probe', '-> Session\nprobe : int32');
    const Method = manual(schema, 'Method', 'method : varchar(4)\n---\nnote = "" : varchar(9)');
    class Sorting extends dj.Computed {
      static override readonly definition: string = "-> Probe.proj(sensor='probe')\n-> Method\n---\n-> [nullable] Session.proj(previous='session')";
      async make(key: dj.Key) {
        await this.insert1(key);
      }
    }
    schema(Sorting);
    await Session.insert([[1, 'a'], [2, 'b']]);
    await Probe.insert([[1, 1], [2, 1], [2, 2]]);
    await Method.insert([['x', ''], ['y', '']]);
    assert.equal((await Sorting.populate({ reserveJobs: true })).successCount, 6);
    assert.deepEqual(await Sorting.restrict({ session: 2, sensor: 2, method: 'y' }).fetch(), [{ session: 2, sensor: 2, method: 'y', previous: null }]);
  });

  it('takes the key source that a class gives', async () => {
    const schema = engine.schema();
    const Raw = manual(schema, 'Raw', 'k : int32\n---\nquality : float64');
    class Filtered extends dj.Computed {
      static override readonly definition: string = '-> Raw';
      static override get keySource() {
        return Raw.restrict('quality > 0.8').exclude(Filtered);
      }
      async make(key: dj.Key) {
        assert.deepEqual(Object.keys(key), ['k']);
        await this.insert1(key);
      }
    }
    schema(Filtered);
    await Raw.insert([[1, 0.9], [2, 0.1], [3, 0.95]]);
    assert.equal((await Filtered.populate({ maxCalls: 1 })).successCount, 1);
    assert.equal((await Filtered.populate({ reserveJobs: true })).successCount, 1);
    assert.deepEqual(await Filtered.fetch('k', { orderBy: 'KEY' }), [1, 3]);
  });

  it('refuses a key source with a key that the table lacks', async () => {
    const schema = engine.schema();
    manual(schema, 'Raw', 'k : int32');
    const Finer = manual(schema, 'Finer', '-> Raw\nj : int32');
    class Coarse extends dj.Computed {
      static override readonly definition: string = '-> Raw';
      static override get keySource() {
        return Finer.query();
      }
      make() {
        return Promise.resolve();
      }
    }
    schema(Coarse);
    await refused('query', () => Coarse.populate(), 'Coarse', '"j"');
    await refused('query', () => Coarse.progress(), 'Coarse', '"j"');
  });

  it('populates from a table that it refers to outside of its primary key, and says what remains', async () => {
    const schema = engine.schema();
    const Topic = manual(schema, 'Topic', 'topic : int32');
    const made: unknown[] = [];
    class Item extends dj.Computed {
      static override readonly definition: string = 'item : int32\n---\n-> Topic';
      static override get keySource() {
        return Topic.query();
      }
      async make(key: dj.Key) {
        made.push(key['topic']);
        await this.insert([1, 2, 3].map((n) => ({ item: 10 * Number(key['topic']) + n, ...key })));
      }
    }
    dj.config.jobs.allowNewPkFieldsInComputedTables = true;
    try {
      schema(Item);
      await Topic.insert([[1], [2], [3]]);
      assert.deepEqual(await Item.progress(), { remaining: 3, total: 3 });
      assert.equal((await Item.populate({ maxCalls: 1 })).successCount, 1);
      assert.deepEqual(await Item.progress(), { remaining: 2, total: 3 });
      assert.deepEqual(await Item.progress('topic > 2'), { remaining: 1, total: 1 });
      assert.equal((await Item.populate()).successCount, 2);
      assert.deepEqual(await Item.progress(), { remaining: 0, total: 3 });
      assert.deepEqual([made.toSorted(), await Item.count()], [[1, 2, 3], 9]);
    } finally {
      dj.config.jobs.allowNewPkFieldsInComputedTables = false;
    }
  });

  it('has no key source without a reference', async () => {
    dj.config.jobs.allowNewPkFieldsInComputedTables = true;
    try {
      const schema = engine.schema();
      class Free extends dj.Computed {
        static override readonly definition: string = 'k : int32';
        make() {
          return Promise.resolve();
        }
      }
      schema(Free);
      await refused('definition', () => Free.populate(), 'Free', '->');
    } finally {
      dj.config.jobs.allowNewPkFieldsInComputedTables = false;
    }
  });

  it('keeps rows out of Computed and Imported tables outside make, unless asked', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    class Result extends dj.Computed {
      static override readonly definition: string = '-> Source';
      static readonly Item = class Item extends dj.Part {
        static override readonly definition: string = '-> master\nitem : int32';
      };
      async make(key: dj.Key) {
        await refused('not_allowed', () => File.insert1({ k: key['k'] }), 'File');
        await this.insert1(key);
      }
    }
    class File extends dj.Imported {
      static override readonly definition: string = '-> Source';
    }
    schema(Result);
    schema(File);
    await Source.insert([[1], [2]]);
    await refused('not_allowed', () => Result.insert1({ k: 1 }), 'Result.make()', 'allowDirectInsert');
    await refused('not_allowed', () => Result.Item.insert1({ k: 1, item: 1 }), 'Result.Item');
    await refused('not_allowed', () => File.insert([{ k: 1 }]), 'File');
    await Result.insert1({ k: 1 }, { allowDirectInsert: true });
    await Result.Item.insert([{ k: 1, item: 1 }], { allowDirectInsert: true });
    assert.deepEqual(await Result.populate(), { successCount: 1, skippedCount: 0, errorList: [] });
    assert.equal(await File.count(), 0);
  });

  it('refuses to populate without make, inside a transaction, inside a make, with options that are none', async () => {
    const { Source, Double } = await doubling(engine, 1);
    const schema = engine.schema();
    class Nothing extends dj.Computed {
      static override readonly definition: string = `-> Source`;
    }
    schema(Nothing);
    await refused('make_missing', () => Nothing.populate(), 'Nothing', 'make(key)');
    await refused('not_allowed', () => engine.connection.transaction(() => Double.populate()), 'transaction');
    await refused('usage', () => Double.populate({ reserveJobs: true, maxcalls: 5 } as unknown as dj.PopulateOptions), 'maxcalls');
    assert.equal(await Double.count(), 0);
    assert.equal(await Source.count(), 1);
  });

  it('lets make use tables that nobody has used before, whatever is wrong with others', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    const Notes = manual(schema, 'Notes', 'k : int32');
    manual(schema, 'Broken', 'k int32');
    class Noting extends dj.Computed {
      static override readonly definition: string = '-> Source';
      async make(key: dj.Key) {
        await Notes.insert1(key);
        await this.insert1(key);
      }
    }
    schema(Noting);
    await Source.insert1([1]);
    assert.equal((await Noting.populate()).successCount, 1);
    assert.equal(await Notes.count(), 1);
  });

  it('takes the old name makeTuples', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    class Old extends dj.Computed {
      static override readonly definition: string = '-> Source';
      async makeTuples(key: dj.Key) {
        await this.insert1(key);
      }
    }
    schema(Old);
    await Source.insert1([1]);
    assert.equal((await Old.populate()).successCount, 1);
  });

  it('passes over a key that another worker made in the meantime', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    class Raced extends dj.Computed {
      static override readonly definition: string = '-> Source\n---\nwho : varchar(5)';
      async make(key: dj.Key) {
        await engine.connection.outside(() => Raced.insert1({ ...key, who: 'other' }, { allowDirectInsert: true }));
        await this.insert1({ ...key, who: 'self' });
      }
    }
    schema(Raced);
    await Source.insert1([1]);
    assert.deepEqual(await Raced.populate(), { successCount: 0, skippedCount: 1, errorList: [] });
    assert.equal(await Raced.fetch1('who'), 'other');
  });

  it('stops on an abort signal', async () => {
    const { Double, made } = await doubling(engine, 3);
    await assert.rejects(Double.populate({ signal: AbortSignal.abort(new dj.Interruption('KeyboardInterrupt')) }), dj.Interruption);
    assert.deepEqual(made, []);
  });
});
