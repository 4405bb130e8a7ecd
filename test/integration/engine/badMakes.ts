import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { type Engine, describeEngine, manual } from './describeEngine';
import { counts, none } from './jobCounts';

/** Keys 0 to 3; make() of 1 does `bad`, the others what they should. `tell`: how its error begins. */
async function oneBad(engine: Engine, bad: (key: dj.Key, table: dj.Computed) => unknown, options: dj.PopulateOptions = {}) {
  const schema = engine.schema();
  const Source = manual(schema, 'Source', 'k : int32');
  class Result extends dj.Computed {
    static override readonly definition: string = '-> Source\n---\nv : int8';
    static readonly Item = class Item extends dj.Part {
      static override readonly definition: string = '-> master\nitem : int32';
    };
    async make(key: dj.Key) {
      if (key['k'] === 1) await bad(key, this);
      await this.insert1({ ...key, v: 1 });
    }
  }
  schema(Result);
  await Source.insert([[0], [1], [2], [3]]);
  const result = await Result.populate({ reserveJobs: true, suppressErrors: true, ...options });
  return { Source, Result, result };
}

/** Only the bad key failed, for the given reason, and nothing of it was kept. */
async function failsAlone(engine: Engine, bad: (key: dj.Key, table: dj.Computed) => unknown, message: RegExp): Promise<string> {
  const { Result, result } = await oneBad(engine, bad);
  assert.equal(result.successCount, 3);
  assert.deepEqual(result.errorList.map(([key]) => key), [{ k: 1 }]);
  assert.match(String(result.errorList[0]?.[1]), message);
  assert.deepEqual(await Result.fetch('k', { orderBy: 'KEY' }), [0, 2, 3]);
  assert.deepEqual(await counts(Result), { ...none, error: 1 });
  const job = await Result.jobs.errors.fetch1();
  assert.match(String(job['error_message']), message);
  return String(job['error_stack']);
}

export const badMakes = describeEngine('bad makes', (engine) => {
  it('that insert rows of another key fail', async () => {
    const stack = await failsAlone(
      engine,
      (_, table) => table.insert1({ k: 3, v: 1 }),
      /^DataJointError: Result\.make\(\) was called for k 1 and inserts a row of Result with k 3: insert rows of its own key only\.$/,
    );
    assert.match(stack, /badMakes\.ts:\d+/);
  });

  it('that insert parts of another key fail, and such as belong to it do not', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', "s : varchar(5)\nd : datetime(3)\nu : uuid");
    class Whole extends dj.Computed {
      static override readonly definition: string = '-> Source';
      static readonly Part = class Part extends dj.Part {
        static override readonly definition: string = '-> master\nn : int32';
      };
      async make(key: dj.Key) {
        await this.insert1({ s: key['s'], d: new Date('2026-01-02T03:04:05Z'), u: String(key['u']).toUpperCase() });
        await Whole.Part.insert([{ ...key, n: 1 }, { ...key, n: 2 }]);
        if (key['s'] === 'b') await Whole.Part.insert1({ ...key, s: 'a', n: 3 });
      }
    }
    schema(Whole);
    const rest = { d: '2026-01-02 03:04:05.000', u: '123e4567-e89b-12d3-a456-426614174abc' };
    await Source.insert([{ s: 'a', ...rest }, { s: 'b', ...rest }]);
    const { successCount, errorList } = await Whole.populate({ suppressErrors: true });
    assert.equal(successCount, 1);
    assert.match(String(errorList[0]?.[1]), /inserts a row of Whole\.Part with s "a"/);
    assert.equal(await Whole.Part.count(), 2);
  });

  it('may insert rows of another key when they say so', async () => {
    const { result } = await oneBad(engine, async (_, table) => {
      const other = table.constructor as typeof dj.Computed;
      await other.insert1({ k: 3, v: 9 }, { allowDirectInsert: true });
    });
    assert.equal(result.errorList.length, 0);
    assert.equal(result.successCount, 3, 'the fourth has its row when its turn comes');
  });

  it('that throw what is no error fail, whatever it is', async () => {
    const thrown: [value: unknown, message: RegExp][] = [
      ['just text', /^string thrown: just text$/],
      [undefined, /^undefined thrown: undefined$/],
      [null, /^object thrown: null$/],
      [{ code: 5 }, /^object thrown: \{ code: 5 \}$/],
      [Object.create(null), /^object thrown: /],
      [Symbol('odd'), /^symbol thrown: Symbol\(odd\)$/],
      [12n, /^bigint thrown: 12n$/],
      [Object.assign(new Error('x'), { message: { no: 'text' } }), /^Error: \{ no: 'text' \}$/],
      [new Proxy({}, { get: () => { throw new Error('no'); } }), /^object thrown: /],
    ];
    for (const [value, message] of thrown) await failsAlone(engine, () => { throw value; }, message);
  });

  it('that print a long line of emoji fail alone', async () => {
    const stack = await failsAlone(
      engine,
      () => {
        process.stdout.write(`${'\u{1f7e9}'.repeat(2500)}!\n`);
        throw new RangeError('frame 2500 is missing');
      },
      /^RangeError: frame 2500 is missing$/,
    );
    assert.match(stack, /\nPrinted by make\(\) before:\n\| \u{1f7e9}{1999}!$/u);
  });

  for (const jobs of ['table', 'schema'] as const) {
    it(`that say what no database stores, or cannot be asked, fail alone (queue of the ${jobs})`, async () => {
      const no = (): never => {
        throw new Error('no');
      };
      const looped = new Error('looped');
      looped.cause = new Error('inner', { cause: looped });
      const revoked = Proxy.revocable({}, {});
      revoked.revoke();
      const thrown: readonly (readonly [unknown, message: RegExp])[] = [
        [new Error('half \ud83d of a character'), /^Error: half \ufffd of a character$/],
        [new Error('nul\0 inside'), /^Error: nul\u2400 inside$/],
        [new Error('\u{1f600}'.repeat(5000)), /^Error: \u{1f600}+\.\.\.truncated$/u],
        ['\udc00', /^string thrown: \ufffd$/],
        [Object.defineProperty(new RangeError('x'), 'message', { get: no }), /^RangeError: a value that cannot be shown$/],
        [Object.defineProperty(new RangeError('kept'), 'stack', { get: no }), /^RangeError: kept$/],
        [Object.defineProperty(new RangeError('kept'), 'name', { get: no }), /^RangeError: kept$|^Error: kept$/],
        [Object.defineProperty(new Error('kept'), 'cause', { get: () => new Error('another one each time') }), /^Error: kept$/],
        [Object.defineProperty(new Error('kept'), 'cause', { get: no }), /^Error: kept$/],
        [looped, /^Error: looped$/],
        [new Proxy(new Error('x'), { get: no }), /^Error: a value that cannot be shown$/],
        [new Proxy({}, { getPrototypeOf: no }), /^Error: object thrown: /],
        [revoked.proxy, /^Error: object thrown: /],
        [{ toString: no, [Symbol.toPrimitive]: no, toJSON: no }, /^object thrown: \{/],
        [Object.assign(new Error('long'), { stack: `Error: long\n${'at\u2265\0\ud83d'.repeat(1_000_000)}` }), /^Error: long$/],
      ];
      const { schemaName } = engine.schema();
      const schema = dj.schema(schemaName, { connection: engine.connection, jobs });
      const Source = manual(schema, 'Source', 'k : int32');
      class Result extends dj.Computed {
        static override readonly definition: string = '-> Source';
        async make(key: dj.Key) {
          const bad = thrown[Number(key['k'])];
          if (bad !== undefined) throw bad[0];
          await this.insert1(key);
        }
      }
      schema(Result);
      await Source.insert(Array.from({ length: thrown.length + 2 }, (_, k) => [k]));
      const { successCount, errorList } = await Result.populate({ reserveJobs: true, suppressErrors: true });
      assert.equal(successCount, 2);
      assert.equal(errorList.length, thrown.length);
      assert.deepEqual(await counts(Result), { ...none, error: thrown.length });
      const overview = dj.createOverview(engine.connection);
      for (const [k, [, message]] of thrown.entries()) {
        const { job } = await overview.job({ schema: schemaName, table: '__result' }, { k });
        assert.match(job?.message ?? '', message, `of ${String(k)}`);
        assert.ok((job?.stack ?? '').isWellFormed());
        assert.notEqual(job?.stack ?? '', '', `the stack of ${String(k)}`);
      }
      const before = await overview.jobs({ schema: schemaName, table: '__result' }, 'reserved', { limit: 1, offset: 0 });
      assert.equal(before.total, 0);
    });
  }

  it('whose failure cannot be recorded at all are in the error list, and the rest goes on', async () => {
    const { database } = engine.connection;
    // As on an account that may not write to the queue, or in one whose columns take nothing.
    const run: dj.Database['run'] = async (statement) => {
      if (/UPDATE .*~~result.*'error'/.test(statement.sql)) throw new dj.DataJointError('invalid_value', 'The queue takes nothing.');
      return await database.run(statement);
    };
    const refusing = new Proxy(database, {
      get: (target, name) => {
        if (name === 'run') return run;
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === 'function' ? (...args: unknown[]): unknown => Reflect.apply(member, target, args) : member;
      },
    });
    const schema = dj.schema(engine.schema().schemaName, { connection: new dj.Connection(refusing) });
    const Source = manual(schema, 'Source', 'k : int32');
    class Result extends dj.Computed {
      static override readonly definition: string = '-> Source';
      async make(key: dj.Key) {
        if (key['k'] === 1) throw new RangeError('no gain');
        await this.insert1(key);
      }
    }
    schema(Result);
    await Source.insert([[0], [1], [2], [3]]);
    const { successCount, errorList } = await Result.populate({ reserveJobs: true, suppressErrors: true });
    assert.equal(successCount, 3);
    assert.deepEqual(errorList.map(([key]) => key), [{ k: 1 }]);
    assert.match(String(errorList[0]?.[1]), /^RangeError: no gain \(This could not be recorded, and the job stays reserved until its worker ends: The queue takes nothing\.\)$/);
    assert.deepEqual(await counts(Result), { ...none, reserved: 1 });
  });

  it('that throw an enormous message fail with its beginning', async () => {
    const stack = await failsAlone(engine, () => { throw new Error('x'.repeat(30_000_000)); }, /^Error: x{2000}/);
    assert.ok(stack.length <= 1_100_000);
  });

  it('keep their causes and what they printed last', async () => {
    const stack = await failsAlone(
      engine,
      () => {
        for (let i = 1; i <= 30; i++) process.stdout.write(`step ${i}\n`);
        process.stderr.write('\u001b[31mgain is low\u001b[39m\n');
        throw new RangeError('no gain', { cause: new TypeError('no amplifier', { cause: 'unplugged' }) });
      },
      /^RangeError: no gain$/,
    );
    assert.match(stack, /^RangeError: no gain\n\s+at [^]*\nCaused by: TypeError: no amplifier\n\s+at [^]*\nCaused by: string thrown: unplugged\n/);
    assert.match(stack, /\nPrinted by make\(\) before:\n\| step 12\n(?:\| step \d+\n){18}\| gain is low$/);
    assert.doesNotMatch(stack, /step 11\n/);
  });

  it('keep apart what several print at the same time', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    class Talking extends dj.Computed {
      static override readonly definition: string = '-> Source';
      async make(key: dj.Key) {
        for (let i = 0; i < 3; i++) {
          process.stdout.write(`  ${String(key['k'])}.${i}\n`);
          await new Promise((resolve) => setImmediate(resolve));
        }
        throw new Error('enough');
      }
    }
    schema(Talking);
    await Source.insert([[1], [2], [3]]);
    await Talking.populate({ reserveJobs: true, suppressErrors: true, concurrency: 3 });
    const stacks = (await Talking.jobs.errors.fetch('error_stack', { orderBy: 'KEY' })).map(String);
    assert.deepEqual(stacks.map((stack) => stack.split('\n').filter((line) => line.startsWith('| '))), [1, 2, 3].map((k) => [0, 1, 2].map((i) => `|   ${k}.${i}`)));
  });

  it('that forget to await their insert fail', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    class Hasty extends dj.Computed {
      static override readonly definition: string = '-> Source';
      async make(key: dj.Key) {
        const inserting = this.insert1(key);
        inserting.catch(() => undefined);
        if (key['k'] === 1) await inserting;
      }
    }
    schema(Hasty);
    await Source.insert([[1], [2]]);
    const { successCount, errorList } = await Hasty.populate({ reserveJobs: true, suppressErrors: true });
    assert.equal(successCount, 1);
    assert.match(String(errorList[0]?.[1]), /Hasty\.make\(\) returned before its insert had ended: write await before every insert\.$/);
    assert.deepEqual(await Hasty.fetch('k'), [1]);
  });

  it('that are generators, open a transaction, populate, or end the process fail', async () => {
    await failsAlone(engine, () => engine.connection.transaction(async () => undefined), /transaction is already open/);
    await failsAlone(engine, (_, table) => (table.constructor as typeof dj.Computed).populate(), /cannot run inside a transaction or a make\(\)/);
    await failsAlone(engine, () => process.exit(3), /make\(\) of Result called process\.exit\(3\), which would end its worker/);
    await failsAlone(
      engine,
      () => {
        try {
          process.exit();
        } catch {
          // Code that catches everything has not asked for it, but it fails all the same.
        }
      },
      /called process\.exit\(\)/,
    );
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    class Generating extends dj.Computed {
      static override readonly definition: string = '-> Source';
      *make(key: dj.Key) {
        yield key;
      }
    }
    schema(Generating);
    await Source.insert1([1]);
    assert.match(String((await Generating.populate({ suppressErrors: true })).errorList[0]?.[1]), /make\(\) of Generating is a generator/);
  });

  it('that block the thread keep their job, and the rest goes on', async () => {
    const { result } = await oneBad(engine, () => {
      const until = performance.now() + 300;
      while (performance.now() < until);
    });
    assert.equal(result.successCount, 4);
  });

  it('whose job is taken away again and again are given up', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    let made = 0;
    class Slow extends dj.Computed {
      static override readonly definition: string = '-> Source';
      async make(key: dj.Key) {
        await this.insert1(key);
        made += 1;
        const started = performance.now();
        while (performance.now() - started < 5) await new Promise((resolve) => setImmediate(resolve));
        await engine.connection.outside(() => Slow.jobs.refresh({ orphanTimeout: 0.001 }));
      }
    }
    schema(Slow);
    await Source.insert([[1]]);
    const { successCount, errorList } = await Slow.populate({ reserveJobs: true, suppressErrors: true });
    assert.equal(successCount, 0);
    assert.equal(made, 3);
    assert.equal(errorList.length, 4);
    assert.match(String(await Slow.jobs.errors.fetch1('error_message')), /taken away 3 times .*orphanTimeout/);
    assert.deepEqual(await counts(Slow), { ...none, error: 1 });
  });
});
