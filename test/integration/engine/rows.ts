import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { replacesInPlace } from '../../harness/serverKind';
import { type Engine, describeEngine, manual, refused } from './describeEngine';

function tables(engine: Engine) {
  const schema = engine.schema();
  const Subject = manual(schema, 'Subject', 'subject : varchar(8)\n---\nsex : enum("M", "F")\nweight = null : float64');
  const Session = manual(schema, 'Session', '-> Subject\nsession : int16\n---\nday = "2026-01-01" : date\nunique index (day, session)');
  return { Subject, Session };
}

export const rows = describeEngine('rows', (engine) => {
  it('inserts objects, arrays of values in order, and mixtures with different attributes', async () => {
    const { Subject } = tables(engine);
    await Subject.insert([{ sex: 'M', subject: 'a' }, ['b', 'F', 1.5], { subject: 'c', sex: 'F', weight: null }, { subject: 'd', sex: 'M', weight: undefined }]);
    await Subject.insert([]);
    assert.deepEqual(await Subject.fetch({ orderBy: 'KEY' }), [
      { subject: 'a', sex: 'M', weight: null },
      { subject: 'b', sex: 'F', weight: 1.5 },
      { subject: 'c', sex: 'F', weight: null },
      { subject: 'd', sex: 'M', weight: null },
    ]);
  });

  it('inserts iterables: a Set, a generator, a stream larger than a batch', async () => {
    const { Subject } = tables(engine);
    await Subject.insert(new Set([{ subject: 'a', sex: 'M' }]));
    await Subject.insert((function* () { yield { subject: 'b', sex: 'F' }; })());
    const Number_ = manual(engine.schema(), 'Numbers', 'n : int32\n---\nsquare : int64');
    await Number_.insert((async function* () { for (let n = 0; n < 2500; n++) yield { n, square: n * n }; })());
    assert.equal(await Number_.count(), 2500);
    assert.equal(await Number_.restrict('n = 2499').fetch1('square'), 2499n ** 2n);
  });

  it('inserts more rows than one statement can hold', async () => {
    const Wide = manual(engine.schema(), 'Wide', `k : int32\n---\n${Array.from({ length: 20 }, (_, i) => `a${i} : int32`).join('\n')}`);
    const given = Array.from({ length: 5000 }, (_, k) => [k, ...Array.from({ length: 20 }, (_, i) => k + i)]);
    await Wide.insert(given);
    assert.equal(await Wide.count(), 5000);
    assert.equal(await Wide.restrict({ k: 4999 }).fetch1('a19'), 5018);
  });

  it('inserts all or none', async () => {
    const { Subject, Session } = tables(engine);
    await Subject.insert1(['a', 'M', 1]);
    await refused('duplicate', () => Subject.insert([['b', 'F', 2], ['a', 'M', 3]]), 'subject', '"a"');
    await refused('invalid_value', () => Subject.insert([['b', 'F', 2], ['c', 'X', 3]]), 'sex', 'X');
    await refused('missing_value', () => Subject.insert([['b', 'F', 2], { subject: 'c' }]), 'sex');
    await refused('integrity', () => Session.insert([['a', 1, '2026-01-01'], ['z', 1, '2026-01-02']]), 'z');
    // Rows of two shapes are two statements, and still one insert.
    await refused('duplicate', () => Subject.insert([['b', 'F', 2], { subject: 'a', sex: 'M' }]));
    await refused('duplicate', () => Subject.insert((async function* () {
      for (let i = 0; i < 1500; i++) yield [`s${i}`, 'M', i];
      yield ['s0', 'M', 0];
    })()));
    await assert.rejects(Subject.insert((async function* () { yield ['b', 'F', 2]; throw new Error('the source broke'); })()), /the source broke/);
    assert.deepEqual(await Subject.fetch('subject'), ['a']);
    assert.equal(await Session.count(), 0);
  });

  it('passes over rows that exist with skipDuplicates, and over nothing else', async () => {
    const { Subject, Session } = tables(engine);
    await Subject.insert1(['a', 'M', 1]);
    await Subject.insert([['a', 'F', 9], ['b', 'F', 2], ['b', 'M', 3]], { skipDuplicates: true });
    assert.deepEqual(await Subject.fetch('sex', { orderBy: 'KEY' }), ['M', 'F']);
    await refused('invalid_value', () => Subject.insert([['c', 'X', 9]], { skipDuplicates: true }));
    await refused('missing_value', () => Subject.insert([{ subject: 'c' }], { skipDuplicates: true }));
    await refused('integrity', () => Session.insert([['z', 1, '2026-01-01']], { skipDuplicates: true }));
    assert.equal(await Subject.count(), 2);
  });

  it('replaces a row', async () => {
    const { Subject } = tables(engine);
    await Subject.insert([['a', 'M', 1], ['b', 'M', 1]]);
    await Subject.insert1({ subject: 'a', sex: 'F' }, { replace: true });
    assert.deepEqual(await Subject.restrict({ subject: 'a' }).fetch1(), { subject: 'a', sex: 'F', weight: null });
    assert.equal(await Subject.count(), 2);
  });

  it('refuses to replace a row that others refer to, or replaces it in place, and loses nothing', async () => {
    const { Subject, Session } = tables(engine);
    await Subject.insert1(['a', 'M', 1]);
    await Session.insert1(['a', 1, '2026-01-01']);
    const replace = () => Subject.insert1(['a', 'F', 2], { replace: true });
    const inPlace = engine.spec.kind === 'server' && replacesInPlace;
    if (inPlace) await replace();
    else await refused('integrity', replace);
    assert.equal(await Subject.fetch1('sex'), inPlace ? 'F' : 'M');
    assert.equal(await Session.count(), 1);
  });

  it('refuses values that name no attribute, unless told to pass over them', async () => {
    const { Subject } = tables(engine);
    await refused('unknown_attribute', () => Subject.insert1({ subject: 'a', sex: 'M', height: 2 }), 'Subject', 'height', 'weight');
    await Subject.insert1({ subject: 'a', sex: 'M', height: 2 }, { ignoreExtraFields: true });
    assert.equal(await Subject.count(), 1);
    await refused('unknown_attribute', () => Subject.insert1({ Subject: 'a', sex: 'M' }), 'Subject');
  });

  it('refuses rows that are none, keys that are missing or null, arrays of another length', async () => {
    const { Subject, Session } = tables(engine);
    await refused('missing_value', () => Subject.insert1({ sex: 'M' }), 'Subject', 'subject');
    await refused('missing_value', () => Subject.insert1({ subject: null, sex: 'M' }), 'subject');
    await refused('missing_value', () => Session.insert1({ session: 1 }), 'subject');
    await refused('invalid_value', () => Subject.insert1(['a', 'M']), '3 values', '2');
    for (const row of [5, 'text', null] as unknown[]) await refused('invalid_value', () => Subject.insert1(row as []), 'row of Subject');
    await refused('missing_value', () => Subject.insert1({}), 'subject');
  });

  it('names the broken unique index', async () => {
    const { Subject, Session } = tables(engine);
    await Subject.insert([['a', 'M', 1], ['b', 'M', 1]]);
    await Session.insert1(['a', 1, '2026-01-01']);
    const error = await refused('duplicate', () => Session.insert1(['b', 1, '2026-01-01']), 'day');
    assert.ok(error instanceof dj.DuplicateError);
    await refused('duplicate', () => Session.insert1(['a', 1, '2026-01-05']), 'session');
  });

  it('changes one row with update1', async () => {
    const { Subject, Session } = tables(engine);
    await Subject.insert([['a', 'M', 1], ['b', 'M', 1]]);
    await Subject.update1({ subject: 'a', weight: 2.5 });
    await Subject.update1({ subject: 'a' });
    assert.deepEqual(await Subject.fetch({ orderBy: 'KEY' }), [{ subject: 'a', sex: 'M', weight: 2.5 }, { subject: 'b', sex: 'M', weight: 1 }]);
    await Subject.update1({ subject: 'a', weight: null });
    assert.equal(await Subject.restrict({ subject: 'a' }).fetch1('weight'), null);
    await refused('query', () => Subject.update1({ subject: 'z', weight: 1 }), 'Subject', 'no row');
    await refused('missing_value', () => Session.update1({ subject: 'a', day: '2026-01-01' }), 'session');
    await refused('unknown_attribute', () => Subject.update1({ subject: 'a', height: 1 }), 'height');
    await refused('invalid_value', () => Subject.update1({ subject: 'a', sex: 'X' }), 'sex');
    await refused('missing_value', () => Subject.update1({ subject: 'a', sex: null }), 'sex');
  });

  it('resets an attribute that has a default with update1 and null', async () => {
    const schema = engine.schema();
    const T = manual(
      schema,
      'T',
      "id : int32\n---\nn = 5 : int32\nb = true : bool\nkind = 'a' : enum('a', 'b')\nprice = 1.5 : decimal(6,2)\ntext = 'it''s' : varchar(8)\nday = '2026-01-02' : date\nat = '2026-01-02 03:04:05' : datetime(3)\nf = null : float64\nstamp = CURRENT_TIMESTAMP : datetime",
    );
    await T.insert1({ id: 1 });
    const fresh = await T.fetch1();
    const changed = { id: 1, n: 7, b: false, kind: 'b', price: '2.00', text: 'x', day: '2020-01-01', at: '2020-01-01 00:00:00', f: 1, stamp: '2020-01-01 00:00:00' };
    await T.update1(changed);
    await T.update1(Object.fromEntries(Object.keys(changed).map((name) => [name, name === 'id' ? 1 : null])));
    const { stamp, ...reset } = await T.fetch1();
    const { stamp: first, ...wanted } = fresh;
    assert.deepEqual(reset, wanted);
    assert.equal(String(stamp).slice(0, 4), String(first).slice(0, 4));
  });

  it('inserts what another table or a query holds, within the database where it can', async () => {
    const schema = engine.schema();
    const From = manual(schema, 'Source', 'id : int32\n---\nv = null : decimal(6,2)\nblob = null : <blob>\nwhen : datetime(3)');
    const Same = manual(schema, 'Same', 'id : int32\n---\nv = null : decimal(6,2)\nblob = null : <blob>\nwhen : datetime(3)');
    const Keys = manual(schema, 'Keys', 'id : int32');
    const Other = manual(schema, 'Other', 'id : int64\n---\nv = null : float64');
    const given = [1, 2, 3].map((id) => ({ id, v: id === 3 ? null : `${String(id)}.50`, blob: { id }, when: `2026-01-0${String(id)} 00:00:00.250` }));
    await From.insert(given);
    await Same.insert(From.restrict('id > 1'));
    assert.deepEqual(await Same.fetch({ orderBy: 'KEY' }), await From.restrict('id > 1').fetch({ orderBy: 'KEY' }));
    await refused('duplicate', () => Same.insert(From), 'same', 'id');
    assert.equal(await Same.count(), 2);
    await Same.insert(From, { skipDuplicates: true });
    await Same.insert(From, { replace: true });
    assert.deepEqual(await Same.fetch({ orderBy: 'KEY' }), await From.fetch({ orderBy: 'KEY' }));
    await refused('unknown_attribute', () => Keys.insert(From), 'Keys', 'v');
    await Keys.insert(From.restrict(dj.top(2)), { ignoreExtraFields: true });
    await Keys.insert(From.proj(), { skipDuplicates: true });
    assert.deepEqual(await Keys.fetch('id', { orderBy: 'KEY' }), [1, 2, 3]);
    await refused('missing_value', () => From.insert(Keys), 'Source', 'when');
    const Strict = manual(schema, 'Strict', "id : int32\n---\nv = '9.00' : decimal(6,2)");
    await Strict.insert(From, { ignoreExtraFields: true });
    assert.deepEqual(await Strict.fetch('v', { orderBy: 'KEY' }), ['1.50', '2.50', '9.00'], 'null becomes the default');
    // A wider type, computed values, what may have no row, and the table's own rows.
    await Other.insert(From, { ignoreExtraFields: true });
    assert.deepEqual(await Other.fetch({ orderBy: 'KEY' }), [{ id: 1n, v: 1.5 }, { id: 2n, v: 2.5 }, { id: 3n, v: null }]);
    const Twice = manual(schema, 'Twice', 'id : int32\n---\ntwice : int32');
    await Twice.insert(From.restrict('id < 3').proj({ twice: '2 * id' }));
    assert.deepEqual(await Twice.fetch('twice', { orderBy: 'KEY' }), [2, 4]);
    await Keys.insert(Twice.extend(From, { semanticCheck: false }), { skipDuplicates: true, ignoreExtraFields: true });
    const Pair = manual(schema, 'Pair', 'a : int32\nb : int32\n---\nn = 0 : int32');
    await Pair.insert([[1, 2, 1], [3, 4, 2]]);
    await Pair.insert(Pair.proj({ a: 'b', b: 'a' }));
    await Pair.insert(Pair.proj({ a: 'b', b: 'a', n: '7' }), { replace: true });
    assert.deepEqual(await Pair.fetch('KEY', { orderBy: 'KEY' }), [{ a: 1, b: 2 }, { a: 2, b: 1 }, { a: 3, b: 4 }, { a: 4, b: 3 }]);
    assert.deepEqual(await Pair.fetch('n'), [7, 7, 7, 7]);
  });

  it('inserts what a query holds within make(), of its own key only', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'id : int32\n---\nv : int32');
    let own = true;
    class Copy extends dj.Computed {
      static override readonly definition: string = '-> Source\n---\nv : int32';
      async make(key: dj.Key) {
        await this.insert(own ? Source.restrict(key) : Source);
      }
    }
    schema(Copy);
    await Source.insert([[1, 10], [2, 20]]);
    await refused('not_allowed', () => Copy.insert(Source), 'make()', 'allowDirectInsert');
    own = false;
    await refused('not_allowed', () => Copy.populate(), 'its own key only');
    own = true;
    assert.equal((await Copy.populate()).successCount, 2);
    assert.deepEqual(await Copy.fetch({ orderBy: 'KEY' }), await Source.fetch({ orderBy: 'KEY' }));
  });

  it('fetches rows, columns, keys, in order and in part', async () => {
    const { Subject, Session } = tables(engine);
    await Subject.insert([['a', 'M', 3], ['b', 'F', 1], ['c', 'M', 2]]);
    await Session.insert([['a', 1, '2026-01-01'], ['a', 2, '2026-01-02']]);
    assert.deepEqual(await Subject.fetch('subject', { orderBy: 'weight' }), ['b', 'c', 'a']);
    assert.deepEqual(await Subject.fetch('subject', 'weight', { orderBy: ['sex', 'weight desc'] }), [['a', 'c', 'b'], [3, 2, 1]]);
    assert.deepEqual(await Subject.fetch('KEY', { orderBy: 'KEY DESC', limit: 2 }), [{ subject: 'c' }, { subject: 'b' }]);
    assert.deepEqual(await Subject.fetch('KEY', 'sex', { orderBy: 'KEY', limit: 1, offset: 1 }), [[{ subject: 'b' }], ['F']]);
    assert.deepEqual(await Subject.fetch({ orderBy: 'KEY', limit: 1, offset: 2 }), [{ subject: 'c', sex: 'M', weight: 2 }]);
    assert.deepEqual(await Subject.fetch({ orderBy: 'KEY', offset: 3 }), []);
    assert.deepEqual(await Subject.fetch({ limit: 0 }), []);
    assert.deepEqual(await Session.keys({ orderBy: 'session DESC' }), [{ subject: 'a', session: 2 }, { subject: 'a', session: 1 }]);
    assert.deepEqual((await Subject.head(2)).map((row) => row['subject']), ['a', 'b']);
    assert.deepEqual((await Subject.tail(2)).map((row) => row['subject']), ['b', 'c']);
    assert.equal(await Subject.restrict('weight > 1').count(), 2);
    assert.equal(await Subject.query().exists(), true);
    assert.equal(await Subject.restrict('weight > 5').exists(), false);
    await refused('query', () => Subject.fetch({ orderBy: 'weight; --' }));
    await refused('unknown_attribute', () => Subject.fetch({ orderBy: 'height' }), 'height');
    await refused('unknown_attribute', () => Subject.fetch('height'), 'height');
    for (const limit of [-1, 1.5, NaN]) await refused('usage', () => Subject.fetch({ limit }), 'limit');
  });

  it('fetches exactly one row with fetch1, or says how many there are', async () => {
    const { Subject } = tables(engine);
    await refused('query', () => Subject.fetch1(), 'Subject', 'no rows');
    await Subject.insert([['a', 'M', 3], ['b', 'F', 1], ['c', 'M', 2]]);
    await refused('query', () => Subject.fetch1('sex'), '3 rows');
    await refused('query', () => Subject.restrict(dj.top(2)).fetch1('sex'), '2 rows');
    const One = Subject.restrict({ subject: 'b' });
    assert.deepEqual(await One.fetch1(), { subject: 'b', sex: 'F', weight: 1 });
    assert.equal(await One.fetch1('sex'), 'F');
    assert.deepEqual(await One.fetch1('weight', 'KEY', 'sex'), [1, { subject: 'b' }, 'F']);
    await refused('unknown_attribute', () => One.fetch1('height'), 'height');
  });

  it('streams rows in order, leaves a stream early, and goes on working', async () => {
    const Numbers = manual(engine.schema(), 'Numbers', 'n : int32');
    await Numbers.insert(Array.from({ length: 10_000 }, (_, n) => ({ n })));
    let sum = 0;
    for await (const row of Numbers.stream({ orderBy: 'n DESC', limit: 5000 })) sum += Number(row['n']);
    assert.equal(sum, (9999 + 5000) * 2500);
    for await (const row of Numbers.restrict('n > 3')) if (Number(row['n']) >= 4) break;
    await Numbers.insert1({ n: -1 });
    assert.equal(await Numbers.count(), 10_001);
  });

  it('streams two queries at once and writes between rows', async () => {
    const schema = engine.schema();
    const Numbers = manual(schema, 'Numbers', 'n : int32');
    const Copy = manual(schema, 'Copy', 'n : int32\nm : int32');
    await Numbers.insert(Array.from({ length: 20 }, (_, n) => ({ n })));
    await Copy.count();
    for await (const { n } of Numbers.stream()) {
      for await (const { n: m } of Numbers.stream({ limit: 3, orderBy: 'n' })) await Copy.insert1({ n, m });
    }
    assert.equal(await Copy.count(), 60);
  });

  it('gives up on a query whose signal is aborted', async () => {
    const Numbers = manual(engine.schema(), 'Numbers', 'n : int32');
    await Numbers.insert([{ n: 1 }]);
    await assert.rejects(Numbers.fetch({ signal: AbortSignal.abort(new Error('changed my mind')) }), /changed my mind/);
    await assert.rejects(Numbers.count({ signal: AbortSignal.abort(new Error('changed my mind')) }), /changed my mind/);
  });
});
