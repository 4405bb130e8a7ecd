import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { type Engine, describeEngine, manual, refused } from './describeEngine';

async function family(engine: Engine) {
  const schema = engine.schema();
  const Subject = manual(schema, 'Subject', 'subject : int32');
  const Session = manual(schema, 'Session', '-> Subject\nsession : int32');
  const Surgery = manual(schema, 'Surgery', '-> Subject\nsurgery : int32');
  class Result extends dj.Computed {
    static override readonly definition: string = '-> Session\n-> Surgery';
    static readonly Item = class Item extends dj.Part {
      static override readonly definition: string = '-> master\nitem : int32';
    };
  }
  schema(Result);
  await Result.count();
  const here = (...names: string[]) => names.map((name) => `${schema.schemaName}.${name}`);
  return { schema, Subject, Session, Surgery, Result, here };
}

export const catalogue = describeEngine('catalogue', (engine) => {
  it('knows the family of a table', async () => {
    const { Subject, Session, Result, here } = await family(engine);
    await Result.jobs.refresh();
    assert.deepEqual(await Subject.parents(), []);
    assert.deepEqual(await Result.parents(), here('session', 'surgery'));
    assert.deepEqual(await Subject.children(), here('session', 'surgery'));
    // Ancestors, too, begin with the table itself.
    assert.deepEqual(await Session.ancestors(), here('session', 'subject'));
    const ancestors = await Result.Item.ancestors();
    assert.deepEqual([ancestors[0], ancestors[1], ancestors.at(-1)], here('__result__item', '__result', 'subject'));
    assert.equal(ancestors.length, 5);
    const descendants = await Subject.descendants();
    assert.deepEqual([...descendants].sort(), here('__result', '__result__item', 'session', 'subject', 'surgery'));
    assert.equal(descendants[0], here('subject')[0]);
    assert.ok(descendants.indexOf(here('__result')[0] ?? '') > descendants.indexOf(here('surgery')[0] ?? ''));
    assert.deepEqual(await Result.parts(), here('__result__item'));
  });

  it('names a parent or child once for each reference', async () => {
    // Schemas are dropped in the order in which they were made.
    const [elsewhere, schema] = [engine.schema(), engine.schema()];
    const Neuron = manual(schema, 'Neuron', 'neuron : int32');
    const Synapse = manual(schema, 'Synapse', "-> Neuron.proj(pre='neuron')\n-> Neuron.proj(post='neuron')");
    const Note = manual(elsewhere, 'Note', `note : int32\n---\n-> ${schema.schemaName}.Synapse`);
    await Note.count();
    const [neuron, synapse, note] = [`${schema.schemaName}.neuron`, `${schema.schemaName}.synapse`, `${elsewhere.schemaName}.note`];
    assert.deepEqual(await Synapse.parents(), [neuron, neuron]);
    assert.deepEqual(await Neuron.children(), [synapse, synapse]);
    assert.deepEqual(await Neuron.descendants(), [neuron, synapse, note]);
    assert.deepEqual(await Note.ancestors(), [note, synapse, neuron]);
  });

  it('takes schemas by the names that servers take, refers to them and drops them', async () => {
    const plain = engine.schema();
    const { connection } = engine;
    const upper = dj.schema(`Lab_${plain.schemaName}`, { connection });
    const hyphen = dj.schema(`1-${plain.schemaName}`, { connection });
    const A = manual(upper, 'A', 'a : int32');
    const B = manual(hyphen, 'B', `-> ${upper.schemaName}.A\nb : int32`);
    const C = manual(plain, 'C', `-> \`${hyphen.schemaName}\`.\`b\``);
    await A.insert([[1]]);
    await B.insert([[1, 2]]);
    await C.insert([[1, 2]]);
    assert.deepEqual((await A.delete()).map(({ table, rows }) => [table, rows]), [[`${upper.schemaName}.a`, 1], [`${hyphen.schemaName}.b`, 1], [`${plain.schemaName}.c`, 1]]);
    assert.equal(await upper.exists(), true);
    for (const schema of [plain, hyphen, upper]) await schema.drop();
    assert.equal(await upper.exists(), false);
  });

  it('finds a table that the program has no class for', async () => {
    const { schema, Subject } = await family(engine);
    await Subject.insert([[1], [2]]);
    const { connection } = engine;
    for (const name of ['Subject', 'subject']) {
      const free = await dj.freeTable(`${schema.schemaName}.${name}`, { connection });
      assert.deepEqual(await free.restrict('subject > 1').fetch(), [{ subject: 2 }]);
    }
    assert.equal(await (await dj.freeTable(`${schema.schemaName}.Result.Item`, { connection })).count(), 0);
    for (const address of ['Subject', 'nowhere.Subject', `${schema.schemaName}.Nothing`]) {
      await refused('unknown_table', () => dj.freeTable(address, { connection }), address);
    }
    const free = await dj.freeTable(`${schema.schemaName}.Subject`, { connection });
    assert.equal((await free.restrict({ subject: 1 }).delete())[0]?.rows, 1);
    assert.equal(await Subject.count(), 1);
  });

  it('makes a schema again that was dropped, and deletes rows there as before', async () => {
    const { schemaName } = engine.schema();
    for (const round of ['first', 'second']) {
      const schema = dj.schema(schemaName, { connection: engine.connection });
      const Item = manual(schema, 'Item', 'item : int32');
      const Detail = manual(schema, 'Detail', '-> Item');
      await Item.insert([[1], [2]]);
      await Detail.insert([[1], [2]]);
      await Detail.restrict('item = 1').delete({ prompt: false });
      assert.deepEqual(await Detail.fetch(), [{ item: 2 }], round);
      await Item.delete({ prompt: false });
      assert.equal(await Detail.count(), 0, round);
      await engine.connection.catalog.dropSchema(schemaName);
    }
  });

  it('takes a Computed table that another program has declared with a key of its own', async () => {
    const schema = engine.schema();
    const Session = manual(schema, 'Session', 'session : int32');
    await Session.insert([[1], [2]]);
    class Neuron extends dj.Computed {
      static override readonly definition: string = '-> Session\nneuron : int32\n---\nrate : float64';
      async make(key: dj.Key) {
        await this.insert([0, 1].map((neuron) => ({ ...key, neuron, rate: neuron / 2 })));
      }
    }
    schema(Neuron);
    await refused('definition', () => Neuron.count(), 'neuron', 'comes from no reference');
    dj.config.jobs.allowNewPkFieldsInComputedTables = true;
    try {
      await Neuron.count();
    } finally {
      dj.config.jobs.allowNewPkFieldsInComputedTables = false;
    }
    class Again extends Neuron {}
    Object.defineProperty(Again, 'name', { value: 'Neuron' });
    schema(Again);
    assert.equal((await Again.populate({ reserveJobs: true })).successCount, 2);
    assert.equal(await Again.count(), 4);
    assert.match(await Again.describe(), /^-> Session\nneuron +: int32\n---\nrate +: float64\n$/);
  });

  it('alters what is safe and refuses the rest with the reason', async () => {
    const schema = engine.schema();
    const One = manual(schema, 'One', 'k : int32\n---\na = 1 : int32\nb : varchar(9)');
    await One.insert1({ k: 1, b: 'x' });
    const More = manual(schema, 'One', '# with a comment\nk : int32  # the key\n---\na = 2 : int32\nb : varchar(9)\nc = null : float64\nd = "new" : varchar(9)');
    await refused('definition_mismatch', () => More.count(), 'c', 'd');
    assert.ok((await More.alter()).length >= 3);
    assert.deepEqual(await More.fetch1(), { k: 1, a: 1, b: 'x', c: null, d: 'new' });
    await More.insert1({ k: 2, b: 'y' });
    assert.deepEqual(await More.restrict({ k: 2 }).fetch1(), { k: 2, a: 2, b: 'y', c: null, d: 'new' });
    assert.match(await More.describe(), /# with a comment/);
    assert.deepEqual(await More.alter(), []);
    for (const unsafe of ['k : int32\n---\na = 1 : int64\nb : varchar(9)', 'k : int32\nj : int32\n---\na = 1 : int32\nb : varchar(9)', 'k : int32\n---\na = 1 : int32\nb : varchar(9)\nc : int32']) {
      await refused('definition_mismatch', () => manual(schema, 'One', unsafe).alter(), 'One');
    }
    assert.equal(await More.count(), 2);
  });

  it('takes codecs of one\'s own, also one that is stored through another', async () => {
    const name = `point${process.pid}x${engine.connection.id.length}`;
    const codec: dj.Codec = {
      name,
      storedAs: () => '<blob>',
      encode: (value) => {
        if (!Array.isArray(value) || value.length !== 2) throw new Error('a point has two numbers');
        return { x: value[0] as unknown, y: value[1] as unknown };
      },
      decode: (stored) => Object.values(stored as Record<string, unknown>),
    };
    const schema = engine.schema();
    const Early = manual(schema, 'Early', `k : int32\n---\np : <${name}>`);
    await refused('definition', () => Early.count(), name, 'Early', 'line 3');
    dj.registerCodec(codec);
    const Points = manual(schema, 'Points', `k : int32\n---\np = null : <${name}>`);
    await Points.insert([[1, [2, 3]], [2, null]]);
    assert.deepEqual(await Points.fetch('p', { orderBy: 'KEY' }), [[2, 3], null]);
    assert.match(await Points.describe(), new RegExp(`<${name}>`));
    await refused('invalid_value', () => Points.insert1([3, [1, 2, 3]]), 'Points', 'a point has two numbers');
    await refused('usage', async () => { dj.registerCodec({ ...codec }); }, name);
    await refused('usage', async () => { dj.registerCodec({ ...codec, name: 'Bad Name' }); });
  });

  it('asks before rows go, where a program can ask', async () => {
    const { Subject, Session } = await family(engine);
    await Subject.insert([[1], [2]]);
    await Session.insert([[1, 1], [1, 2]]);
    const asked: dj.Removal[] = [];
    let answer = false;
    dj.setConfirmation(async (removal) => {
      asked.push(removal);
      return answer;
    });
    try {
      await Subject.restrict({ subject: 1 }).delete();
      assert.equal(await Subject.count(), 2);
      assert.deepEqual(asked[0]?.tables.map(({ rows }) => rows), [1, 2]);
      answer = true;
      assert.equal((await Subject.restrict({ subject: 1 }).delete()).length, 2);
      await Subject.restrict({ subject: 2 }).delete({ prompt: false });
      assert.equal(asked.length, 2);
      assert.equal(await Subject.count(), 0);
    } finally {
      dj.setConfirmation(null);
    }
  });

  it('asks as safemode says, unless told otherwise', async () => {
    const { Subject } = await family(engine);
    await Subject.insert([[1], [2], [3]]);
    await refused('not_allowed', () => Subject.delete({ prompt: true }), 'nobody to ask');
    await refused('not_allowed', () => Subject.drop({ prompt: true }), 'nobody to ask');
    let asked = 0;
    dj.setConfirmation(async () => {
      asked += 1;
      return false;
    });
    const { safemode } = dj.config;
    try {
      dj.config.safemode = true;
      await Subject.restrict({ subject: 1 }).delete();
      assert.deepEqual([asked, await Subject.count()], [1, 3]);
      dj.config.safemode = false;
      await Subject.restrict({ subject: 1 }).delete();
      assert.deepEqual([asked, await Subject.count()], [1, 2]);
      await Subject.restrict({ subject: 2 }).delete({ prompt: true });
      assert.deepEqual([asked, await Subject.count()], [2, 2]);
      await Subject.drop();
      assert.equal(asked, 2);
      assert.equal(await Subject.count(), 0, 'declared anew');
    } finally {
      dj.config.safemode = safemode;
      dj.setConfirmation(null);
    }
  });

  it('declares nothing when the settings forbid it', async () => {
    const schema = engine.schema();
    const There = manual(schema, 'There', 'k : int32');
    await There.insert1([1]);
    const Missing = manual(schema, 'Missing', 'k : int32');
    const nowhere = manual(engine.schema(), 'Nowhere', 'k : int32');
    dj.config.createTables = false;
    try {
      assert.equal(await There.count(), 1);
      await refused('not_allowed', () => Missing.count(), 'Missing', schema.schemaName, 'database.create_tables');
      await refused('not_allowed', () => nowhere.insert1([1]), 'Nowhere', 'DJ_CREATE_TABLES');
    } finally {
      dj.config.createTables = true;
    }
    assert.equal(await Missing.count(), 0);
    assert.deepEqual(await schema.listTables(), ['missing', 'there']);
  });

  it('records where the rows of Manual tables came from, when the settings ask for it, and shows it to nobody', async () => {
    const schema = engine.schema();
    Object.assign(dj.config.provenance, { capture: true, source: { system: 'rig' } });
    try {
      const Source = manual(schema, 'Source', 'k : int64');
      const Note = manual(schema, 'Note', 'n : int32');
      class Loaded extends dj.Ingest {
        static override readonly definition: string = '-> Source';
        async make(key: dj.Key) {
          await this.insert1(key);
          await Note.insert1([1]);
        }
      }
      schema(Loaded);
      await Source.insert([[1n], { k: 2n }]);
      await Note.count();
      await Loaded.populate({ k: 1n });
      assert.deepEqual(await Source.fetch({ orderBy: 'KEY' }), [{ k: 1n }, { k: 2n }]);
      assert.deepEqual(await Note.fetch(), [{ n: 1 }]);
      const { dialect, executor } = engine.connection;
      const recorded = async (table: string): Promise<Record<string, unknown>[]> => {
        const rows = await executor.all({ sql: `SELECT _prov AS p FROM ${dialect.tableReference({ schema: schema.schemaName, table })}`, values: [] });
        return rows.map(({ p }) => (typeof p === 'string' ? JSON.parse(p) : p) as Record<string, unknown>);
      };
      for (const record of await recorded('source')) {
        assert.ok(Math.abs(Date.now() - Date.parse(String(record['time']))) < 600_000);
        assert.deepEqual({ ...record, time: '' }, { time: '', agent: { user: engine.connection.user }, source: { system: 'rig' } });
      }
      const [note] = await recorded('note');
      assert.deepEqual(note?.['context'], { table: dialect.tableReference({ schema: schema.schemaName, table: '_loaded' }), key: { k: 1 } });
      const loaded = await engine.connection.catalog.table({ schema: schema.schemaName, table: '_loaded' });
      assert.deepEqual(loaded?.attributes.map(({ name }) => name), ['k']);
      dj.config.provenance.capture = false;
      await Source.insert1([3n]);
      assert.equal((await recorded('source')).filter((each) => each === null).length, 1);
    } finally {
      Object.assign(dj.config.provenance, { capture: false, source: {} });
    }
  });

  it('adds hidden attributes for job metadata when told to, to what make() fills and to nothing else', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    class Result extends dj.Computed {
      static override readonly definition: string = '-> Source\n---\nv = 1 : int32';
      static readonly Item = class Item extends dj.Part {
        static override readonly definition: string = '-> master\nitem : int32';
      };
      async make(key: dj.Key) {
        await this.insert1({ ...key, v: 2 });
      }
    }
    dj.config.jobs.addJobMetadata = true;
    try {
      schema(Result);
      assert.equal(await Result.count(), 0);
    } finally {
      dj.config.jobs.addJobMetadata = false;
    }
    const attributes = async (table: string) =>
      (await engine.connection.catalog.table({ schema: schema.schemaName, table }))?.attributes.map(({ name }) => name);
    assert.deepEqual(await attributes('__result'), ['k', 'v', '_job_start_time', '_job_duration', '_job_version']);
    assert.deepEqual(await attributes('__result__item'), ['k', 'item']);
    assert.deepEqual(await attributes('source'), ['k']);
    await Source.insert1([1]);
    await Result.populate({ reserveJobs: true });
    assert.deepEqual(await Result.fetch(), [{ k: 1, v: 2 }]);
    const { dialect, executor } = engine.connection;
    const table = dialect.tableReference({ schema: schema.schemaName, table: '__result' });
    const [row] = await executor.all({ sql: `SELECT _job_duration AS seconds, ${dialect.epochMillis('_job_start_time')} AS began, _job_version AS version FROM ${table}`, values: [] });
    assert.ok(Number(row?.['seconds']) > 0 && Number(row?.['seconds']) < 600);
    assert.ok(Math.abs(Date.now() - Number(row?.['began'])) < 600_000);
    assert.equal(row?.['version'], '');
    assert.deepEqual(await Result.join(Source).fetch(), [{ k: 1, v: 2 }]);
    assert.doesNotMatch(await Result.describe(), /_job/);
  });
});
