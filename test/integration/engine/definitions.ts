import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { computed, describeEngine, manual, refused } from './describeEngine';

export const definitions = describeEngine('definitions', (engine) => {
  it('declares on first use, not before', async () => {
    const schema = engine.schema();
    const Subject = manual(schema, 'Subject', 'subject : int32');
    assert.equal(await schema.exists(), false);
    assert.equal(await Subject.count(), 0);
    assert.deepEqual(await schema.listTables(), ['subject']);
  });

  it('names the table of each tier as DataJoint does', async () => {
    const schema = engine.schema();
    class RawTrace extends dj.Manual {
      static override readonly definition: string = 'trace_id : int32';
    }
    class FilterKind extends dj.Lookup {
      static override readonly definition: string = 'kind : varchar(8)';
    }
    class FileImport extends dj.Imported {
      static override readonly definition: string = '-> RawTrace';
    }
    class SpikeTrain extends dj.Computed {
      static override readonly definition: string = '-> FileImport';
      static readonly Unit = class Unit extends dj.Part {
        static override readonly definition: string = '-> master\nunit : int16';
      };
    }
    for (const table of [RawTrace, FilterKind, FileImport, SpikeTrain]) schema(table);
    for (const table of [RawTrace, FilterKind, FileImport, SpikeTrain]) await table.count();
    assert.deepEqual((await schema.listTables()).sort(), ['#filter_kind', '__spike_train', '__spike_train__unit', '_file_import', 'raw_trace']);
  });

  const everything = `
    # one of everything
    key_a : int32  # the first
    key_b : varchar(16)
    ---
    i8 : int8
    i16 = -3 : int16
    i64 : int64
    u32 : int unsigned  # a server's own type
    f32 : float32
    f64 = 1.5 : float64
    money = 0.10 : decimal(12,2)
    flag = 1 : bool
    code : char(4)
    name = "it's ""quoted""; # and -> : odd" : varchar(60)  # with a # in it
    side = "left" : enum('left', 'right', "it's")
    day = "2026-01-31" : date
    moment = CURRENT_TIMESTAMP : datetime
    precise = CURRENT_TIMESTAMP(3) : datetime(3)
    id = null : uuid
    extra = null : json
    packed = null : bytes
    trace = null : <blob>
    file = null : <attach>
    note = null : varchar(200)
    index (i8, i16)
    unique index (name)
  `;

  it('describes a table in words that declare the same table again', async () => {
    const schema = engine.schema();
    const One = manual(schema, 'Everything', everything);
    const described = await One.describe();
    await One.drop();
    const Again = manual(schema, 'Everything', described);
    assert.equal(await Again.describe(), described);
    // The former text still fits the table that the described one made.
    const Former = manual(schema, 'Everything', everything);
    assert.equal(await Former.count(), 0);
  });

  it('warns once of types that are a server\'s own, when the table is made', async (context) => {
    const warnings: string[] = [];
    const listen = (warning: Error): void => {
      if (warning.message.startsWith('Native: ')) warnings.push(warning.message);
    };
    process.on('warning', listen);
    context.after(() => process.off('warning', listen));
    const Native = manual(engine.schema(), 'Native', 'a : int\n---\nb : int32');
    await Native.count();
    await Native.count();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /int32 works alike/);
  });

  it('describes a counter, and types of the server, in words that declare the same table again', async () => {
    const schema = engine.schema();
    const text = 'id : int unsigned auto_increment\n---\nprice = 0 : decimal(5,2)\ncost = 1e3 : decimal(8,2) unsigned\nraw = null : blob\nrate = 1e3 : smallint unsigned';
    await manual(schema, 'Log', text).count();
    // Another program finds the table there, and knows of it what the database tells.
    const reopened = () => dj.schema(schema.schemaName, { connection: engine.connection });
    const described = await manual(reopened(), 'Log', text).describe();
    const Again = manual(engine.schema(), 'Log', described);
    await Again.insert1({ price: '1.50' });
    assert.deepEqual(await Again.fetch1(), { id: 1, price: '1.50', cost: '1000.00', raw: null, rate: 1000 });
    await manual(schema, 'Counted', 'id : int auto_increment\n---\nv : int8').count();
    assert.match(await manual(reopened(), 'Counted', 'id : int auto_increment\n---\nv : int8').describe(), /^id +: int auto_increment$/m);
  });

  it('renames the key of a parent to a name with capitals', async () => {
    const schema = engine.schema();
    const Stim = manual(schema, 'Stim', 'stim : varchar(8)');
    const Pair = manual(schema, 'Pair', "-> Stim.proj(leftStim='stim')\n-> Stim.proj(rightStim='stim')");
    await Stim.insert([['a'], ['b']]);
    await Pair.insert1({ leftStim: 'a', rightStim: 'b' });
    assert.deepEqual(await Pair.restrict({ leftStim: 'a' }).fetch(), [{ leftStim: 'a', rightStim: 'b' }]);
    assert.equal(await Pair.restrict("leftStim = 'b'").count(), 0);
    const described = await Pair.describe();
    assert.match(described, /-> Stim\.proj\(leftStim='stim'\)/);
  });

  it('describes references to tables of other schemas', async () => {
    const [own, other] = [engine.schema(), engine.schema()];
    manual(other, 'Away', 'a : int32');
    const Far = manual(own, 'Far', `-> ${other.schemaName}.Away`);
    const described = await Far.describe();
    assert.equal(described, `-> ${other.schemaName}.Away\n`);
    assert.equal(await manual(engine.schema(), 'Again', described).describe(), described);
  });

  it('describes a table that only the database knows', async () => {
    const schema = engine.schema();
    manual(schema, 'Parent', 'a : int32\nb : int32');
    const Child = manual(schema, 'Child', '-> Parent.proj(x="a", y="b")\n---\n-> [nullable] Parent\nz = 3 : int8  # three');
    const described = await Child.describe();
    const specs = await engine.connection.catalog.tables([schema.schemaName]);
    assert.deepEqual(specs.map((spec) => spec.name.table), ['child', 'parent']);
    for (const word of ["-> Parent.proj(x='a', y='b')", '-> [nullable] Parent', 'z = 3 : int8', '# three']) {
      assert.ok(described.replace(/ +/g, ' ').includes(word), `${word} is not in\n${described}`);
    }
  });

  it('gives the defaults of the definition', async () => {
    const schema = engine.schema();
    const One = manual(schema, 'Everything', everything);
    await One.insert1({ key_a: 1, key_b: '', i8: 1, i64: 2, u32: 3, f32: 0.5, code: 'ab' });
    const { moment, precise, ...row } = (await One.fetch1());
    assert.deepEqual(row, {
      key_a: 1, key_b: '', i8: 1, i16: -3, i64: 2n, u32: 3, f32: 0.5, f64: 1.5, money: '0.10', flag: true, code: 'ab',
      name: `it's "quoted"; # and -> : odd`, side: 'left', day: '2026-01-31',
      id: null, extra: null, packed: null, trace: null, file: null, note: null,
    });
    for (const [time, pattern] of [[moment, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/], [precise, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/]] as const) {
      assert.match(String(time), pattern);
      assert.ok(Math.abs(Date.parse(`${String(time).replace(' ', 'T')}Z`) - Date.now()) < 600_000, `${String(time)} is not now, in UTC`);
    }
  });

  it('reads a default before or after the colon', async () => {
    const schema = engine.schema();
    const One = manual(schema, 'Defaults', 'k : int32\n---\na = 7 : int8\nb : int8 = 8\nc : varchar(9) = "x:y=z"\nd : float64 = null');
    await One.insert1({ k: 0 });
    assert.deepEqual(await One.fetch1(), { k: 0, a: 7, b: 8, c: 'x:y=z', d: null });
  });

  it('holds one row when there is no primary key', async () => {
    const One = manual(engine.schema(), 'Settings', '---\nrate : float64');
    await One.insert1({ rate: 0.5 });
    assert.deepEqual(await One.fetch1(), { rate: 0.5 });
    await refused('duplicate', () => One.insert1({ rate: 0.25 }));
  });

  it('fills a Lookup with its contents, objects or values in order, once', async () => {
    const schema = engine.schema();
    const define = () => {
      class Method extends dj.Lookup {
        static override readonly definition: string = 'method : varchar(16)\n---\nthreshold = 5 : float64';
        static readonly contents = [['fixed', 3], { method: 'adaptive' }];
      }
      schema(Method);
      return Method;
    };
    const Method = define();
    assert.deepEqual(await Method.fetch({ orderBy: 'KEY' }), [{ method: 'adaptive', threshold: 5 }, { method: 'fixed', threshold: 3 }]);
    await Method.update1({ method: 'fixed', threshold: 4 });
    const Again = define();
    assert.equal(await Again.restrict({ method: 'fixed' }).fetch1('threshold'), 4);
  });

  it('takes in a class as a decorator', async () => {
    const schema = engine.schema();
    @schema
    class Decorated extends dj.Manual {
      static override readonly definition: string = 'k : int32';
    }
    await Decorated.insert1({ k: 1 });
    assert.equal(await Decorated.count(), 1);
  });

  it('opens a table that another program declared, and refuses one that is defined otherwise', async () => {
    const schema = engine.schema();
    await manual(schema, 'Session', 'session : int32\n---\nday : date\nnote = "" : varchar(100)').insert1([1, '2026-01-01', 'x']);
    const Same = manual(schema, 'Session', '# a comment more\nsession:int32 # c\n------\nnote="" : varchar(100)\nday:date');
    assert.deepEqual(await Same.fetch1(), { session: 1, day: '2026-01-01', note: 'x' });
    const Other = manual(schema, 'Session', 'session : int64\n---\nday = null : date\nextra : int8');
    const error = await refused('definition_mismatch', () => Other.count(), 'session', 'int64', 'int32', 'extra', 'nullable', 'note', 'In the database');
    assert.match(error.message, /day +: date/);
    assert.equal(await Same.count(), 1);
  });

  it('drops a schema and declares it anew on the next use', async () => {
    const schema = engine.schema();
    const One = manual(schema, 'One', 'k : int32');
    await One.insert1({ k: 1 });
    await schema.drop();
    assert.equal(await schema.exists(), false);
    assert.equal(await One.count(), 0);
    await schema.drop();
    await schema.drop();
  });

  const mistakes: [why: string, definition: string, line: number, says: string[]][] = [
    ['no colon', 'a int32', 1, ['Bad', 'line 1', 'a : int32']],
    ['an unknown type', 'a : int32\n---\nb : strin', 3, ['Bad', 'line 3', 'strin']],
    ['an unknown codec', 'a : int32\n---\nb : <bolb>', 3, ['line 3', '<blob>']],
    ['a capital letter', 'SpikeTime : int32', 1, ['spike_time']],
    ['a nullable key', 'a = null : int32', 1, ['primary key', 'null']],
    ['a blob in the key', 'a : <blob>', 1, ['primary key']],
    ['two defaults', 'a : int32\n---\nb = 1 : int8 = 2', 3, ['two defaults']],
    ['a default that does not fit', 'a : int32\n---\nb = 300 : int8', 3, ['300', 'int8']],
    ['a default outside the enum', "a : int32\n---\nb = 'z' : enum('x', 'y')", 3, ['z']],
    ['the same name twice', 'a : int32\n---\na : int32', 3, ['already', 'line 1']],
    ['two separators', 'a : int32\n---\nb : int8\n---\nc : int8', 4, ['second ---']],
    ['a bad option', 'a : int32\n---\n-> [nullible] Bad', 3, ['nullable']],
    ['a broken projection', 'a : int32\n---\n-> Other.proj(x=y)', 3, ['proj']],
    ['an index on nothing', 'a : int32\n---\nbeta : int8\nindex (beto)', 4, ['beto', 'beta']],
    ['a long name', `${'x'.repeat(65)} : int32`, 1, ['64']],
    ['an enum without quotes', 'a : int32\n---\nb : enum(x, y)', 3, ['quotes']],
    ['a reserved underscore', '_a : int32', 1, ['underscore']],
  ];
  for (const [why, definition, line, says] of mistakes) {
    it(`refuses ${why}, and says where`, async () => {
      const Bad = manual(engine.schema(), 'Bad', definition);
      const error = await refused('definition', () => Bad.count(), ...says);
      assert.ok(error instanceof dj.DefinitionError);
      assert.equal(error.line, line);
    });
  }

  it('refuses an empty definition, a class of no schema, a class that is no table, a bad schema name', async () => {
    await refused('definition', () => manual(engine.schema(), 'Empty', ' \n ').count(), 'Empty');
    await refused('definition', () => manual(engine.schema(), 'OnlyComment', '# nothing').count(), 'OnlyComment');
    class Lonely extends dj.Manual {
      static override readonly definition: string = 'k : int32';
    }
    await refused('unknown_table', () => Lonely.count(), 'Lonely', '@schema');
    const NoTable: unknown = class {};
    await refused('usage', () => engine.schema()(NoTable as typeof Lonely));
    for (const name of ['', '-a', 'a b', 'a.b', 'ä', 'x'.repeat(65)]) {
      await refused('usage', () => dj.schema(name, { connection: engine.connection }));
    }
    class NotCamel_ extends dj.Part {
      static override readonly definition: string = '-> master';
    }
    await refused('usage', () => engine.schema()(NotCamel_), 'NotCamel_', 'master');
  });

  it('refuses a parent that nobody declared, and a table that refers to itself', async () => {
    const schema = engine.schema();
    await refused('unknown_table', () => manual(schema, 'Child', '-> Nowhere').count(), 'Child', 'line 1', 'Nowhere');
    await refused('definition', () => manual(schema, 'Self', 'k : int32\n---\n-> Self').count(), 'Self', 'line 3');
    assert.deepEqual(await schema.listTables(), []);
  });

  it('refuses a key of its own in a Computed table, unless the setting allows it', async () => {
    const schema = engine.schema();
    manual(schema, 'Source', 'k : int32');
    const Bad = computed(schema, 'Result', '-> Source\nown : int32');
    await refused('definition', () => Bad.count(), 'Result', 'own', 'Part');
    dj.config.jobs.allowNewPkFieldsInComputedTables = true;
    try {
      assert.equal(await Bad.count(), 0);
    } finally {
      dj.config.jobs.allowNewPkFieldsInComputedTables = false;
    }
  });

  it('refuses to declare inside a transaction, and says what to do', async () => {
    const One = manual(engine.schema(), 'Late', 'k : int32');
    await refused('not_allowed', () => engine.connection.transaction(() => One.count()), 'Late', 'count()');
    assert.equal(await One.count(), 0);
  });
});
