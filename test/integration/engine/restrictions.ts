import assert from 'node:assert/strict';
import { it } from 'node:test';
import { inspect } from 'node:util';
import * as dj from '../../../src/engine';
import { type Engine, describeEngine, manual, refused } from './describeEngine';

async function tables(engine: Engine) {
  const schema = engine.schema();
  const Subject = manual(schema, 'Subject', 'subject : varchar(8)\n---\nsex : enum("M", "F", "U")\nweight = null : float64\nborn : date');
  const Session = manual(schema, 'Session', '-> Subject\nsession : int16\n---\nquality : float64\n');
  await Subject.insert([['a', 'M', 10, '2025-01-01'], ['b', 'F', 20, '2025-06-01'], ['c', 'F', null, '2026-01-01'], ["d'", 'U', 30, '2026-06-01']]);
  await Session.insert([['a', 1, 0.5], ['a', 2, 0.9], ['b', 1, 0.1]]);
  const names = (query: dj.Query) => query.fetch('subject', { orderBy: 'KEY' });
  return { schema, Subject, Session, names };
}

export const restrictions = describeEngine('restrictions', (engine) => {
  it('restricts by an object: equality, null, names of no attribute passed over', async () => {
    const { Subject, names } = await tables(engine);
    assert.deepEqual(await names(Subject.restrict({ sex: 'F' })), ['b', 'c']);
    assert.deepEqual(await names(Subject.restrict({ sex: 'F', weight: 20 })), ['b']);
    assert.deepEqual(await names(Subject.restrict({ weight: null })), ['c']);
    assert.deepEqual(await names(Subject.restrict({ subject: "d'" })), ["d'"]);
    assert.deepEqual(await names(Subject.restrict({})), ['a', 'b', 'c', "d'"]);
    assert.deepEqual(await names(Subject.restrict({ nothing: 1, subject: 'a' })), ['a']);
    assert.deepEqual(await names(Subject.restrict({ born: new Date('2025-06-01T12:00:00Z') })), ['b']);
    assert.deepEqual(await names(Subject.restrict({ sex: 'F' }, { subject: 'c' })), ['c']);
  });

  it('restricts by an object without rounding: what the type cannot hold is nowhere', async () => {
    const T = manual(
      engine.schema(),
      'T',
      "id : int32\n---\nprice = null : decimal(6,2)\nlong = null : decimal(30,4)\nf = null : float32\nt = null : datetime\nu = null : datetime(3)\nd = null : date\nc = null : time\nkind = 'a' : enum('a','b')\nflag = null : bool\nbig = null : int64\nname = '' : varchar(4)",
    );
    await T.insert([{ id: 0 }, { id: 1, price: '2.00', long: '7.5', f: 1.1, t: '2026-01-02 12:00:00', u: '2026-01-02 12:00:00.5', d: '2026-01-02', c: '12:00:00', flag: true, big: 2n ** 62n, name: 'ab' }]);
    const found = async (restriction: dj.Condition) => {
      const ids = await T.restrict(restriction).fetch('id', { orderBy: 'KEY' });
      return ids.join();
    };
    const present: dj.Condition[] = [
      { id: '1' }, { id: true }, { id: 1n }, { id: '1.0' }, { price: 2 }, { price: '2' }, { price: '2.000' }, { price: '2e0' }, { price: 2n }, { long: 7.5 },
      { f: 1.1 }, { f: '1.1' }, { t: '2026-01-02 12:00:00.0' }, { t: '2026-01-02T12:00:00Z' }, { u: '2026-01-02 12:00:00.500000' },
      { u: new Date('2026-01-02T12:00:00.500Z') }, { d: '2026-01-02 00:00:00' }, { d: new Date('2026-01-02T15:00:00Z') }, { c: '12:00:00.00' },
      { flag: 1 }, { flag: '1' }, { big: 2n ** 62n }, { big: 2 ** 62 }, { big: String(2n ** 62n) }, { name: 'ab' },
    ];
    for (const restriction of present) assert.equal(await found(restriction), '1', inspect(restriction));
    const absent: dj.Condition[] = [
      { id: 1.5 }, { id: '1.5' }, { id: 2 ** 40 }, { id: -1e300 }, { price: 1.999 }, { price: 2.001 }, { price: '1e9' }, { long: '7.50001' }, { f: 1e39 },
      { t: '2026-01-02 12:00:00.4' }, { t: '2026-01-02 11:59:59.6' }, { u: '2026-01-02 12:00:00.5004' }, { d: '2026-01-02 00:00:01' }, { c: '12:00:00.4' },
      { kind: 'c' }, { flag: 2 }, { big: 2n ** 63n }, { name: 'abcde' },
    ];
    for (const restriction of absent) assert.equal(await found(restriction), '', inspect(restriction));
    assert.equal(await found(dj.not({ price: 1.999 })), '1', 'null is not known to be another price');
    assert.equal(await found(Array.from({ length: 600 }, (_, i) => ({ price: i / 1000 + 1.4005 }))), '', 'nor any of many');
    assert.equal(await found([...Array.from({ length: 600 }, (_, i) => ({ id: i + 0.5 })), { id: 1 }]), '1');
    for (const senseless of [{ id: 'one' }, { id: {} }, { id: NaN }, { price: 'cheap' }, { t: 'now' }, { d: '2026-02-30' }, { name: 5 }, { kind: 1 }, { flag: 'yes' }]) {
      await refused('invalid_value', () => T.restrict(senseless).count(), Object.keys(senseless)[0] ?? '');
    }
  });

  it('restricts by SQL text, however it is quoted', async () => {
    const { Subject, names } = await tables(engine);
    assert.deepEqual(await names(Subject.restrict("sex = 'F'")), ['b', 'c']);
    assert.deepEqual(await names(Subject.restrict('sex = "F" and weight>=20')), ['b']);
    assert.deepEqual(await names(Subject.restrict('`sex` IN ("M", \'U\')')), ['a', "d'"]);
    assert.deepEqual(await names(Subject.restrict("born > '2025-06-01'")), ['c', "d'"]);
    assert.deepEqual(await names(Subject.restrict('born BETWEEN "2025-02-01" AND "2026-01-01"')), ['b', 'c']);
    assert.deepEqual(await names(Subject.restrict('weight IS NULL')), ['c']);
    assert.deepEqual(await names(Subject.restrict('weight is not null and not (weight < 20)')), ['b', "d'"]);
    assert.deepEqual(await names(Subject.restrict("subject = 'd\\''")), ["d'"]);
    assert.deepEqual(await names(Subject.restrict("subject = 'd'''")), ["d'"]);
    assert.deepEqual(await names(Subject.restrict(`subject = "d'"`)), ["d'"]);
    assert.deepEqual(await names(Subject.restrict("subject LIKE '_''' or subject like 'a%'")), ['a', "d'"]);
    assert.deepEqual(await names(Subject.restrict('length(subject) = 2')), ["d'"]);
    assert.deepEqual(await names(Subject.restrict('coalesce(weight, -1) < 0')), ['c']);
    assert.deepEqual(await names(Subject.restrict('case when sex = "F" then 1 else 0 end = 1')), ['b', 'c']);
    assert.deepEqual(await names(Subject.restrict('')), ['a', 'b', 'c', "d'"]);
    assert.deepEqual(await names(Subject.restrict('1 = 0')), []);
  });

  it('reads a value that looks like SQL as a value', async () => {
    const { Subject, names } = await tables(engine);
    for (const text of ["'OR 1=1", '"OR 1=1', '?', ';DROP x;', '\\', '--', '/*', '%']) {
      assert.deepEqual(await names(Subject.restrict({ subject: text })), [], text);
      assert.deepEqual(await names(Subject.restrict(`subject = '${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`)), [], text);
    }
    assert.deepEqual(await names(Subject.restrict('subject = "?" or subject = "a"')), ['a']);
  });

  it('restricts by lists of tens of thousands of keys, and their absence', async () => {
    const schema = engine.schema();
    const Wide = manual(schema, 'Wide', 'a : int32\nb : varchar(12)\nid : uuid\n---\nbig = null : int64\nprice = null : decimal(10,2)');
    const idOf = (k: number) => `00000000-0000-0000-0000-${String(k).padStart(12, '0')}`;
    const rows = Array.from({ length: 3000 }, (_, k) => ({ a: k, b: `it's "${k}"`, id: idOf(k), big: 2n ** 60n + BigInt(k), price: `${k}.50` }));
    await Wide.insert(rows);
    const absent = Array.from({ length: 9500 }, (_, i) => ({ a: -1 - i, b: 'x', id: idOf(i) }));
    const keys = [...rows.slice(0, 2000).map(({ a, b, id }) => ({ a, b, id })), ...absent];
    assert.equal(await Wide.restrict(keys).count(), 2000);
    assert.equal(await Wide.exclude(keys).count(), 1000);
    assert.equal(await Wide.restrict({ a: 7 }, keys).count(), 1);
    assert.equal(await Wide.restrict(rows.slice(0, 700).map(({ big }) => ({ big }))).count(), 700, 'beyond 2^53');
    assert.equal(await Wide.restrict(rows.slice(0, 700).map(({ price }) => ({ price, other: 1 }))).count(), 700);
    assert.equal(await Wide.restrict([...rows.slice(0, 700).map(({ a }) => ({ a })), { a: 1, b: rows[1]?.b }]).count(), 700, 'not all alike');
    assert.equal(await Wide.restrict(rows.map(({ a }) => (a === 5 ? { a: null } : { a }))).count(), 2999);
    await refused('invalid_value', () => Wide.restrict(rows.map(({ a }) => ({ a: a === 2999 ? 'x' : a }))).count(), 'Wide', 'a');
    assert.equal((await Wide.restrict(keys).delete())[0]?.rows, 2000);
  });

  it('restricts by a list: any of them; none of an empty one', async () => {
    const { Subject, names } = await tables(engine);
    assert.deepEqual(await names(Subject.restrict([{ subject: 'a' }, { sex: 'U' }])), ['a', "d'"]);
    assert.deepEqual(await names(Subject.restrict(['weight = 20', { subject: 'a' }])), ['a', 'b']);
    assert.deepEqual(await names(Subject.restrict([])), []);
    assert.deepEqual(await names(Subject.exclude([])), ['a', 'b', 'c', "d'"]);
    assert.deepEqual(await names(Subject.restrict([[], [{ subject: 'a' }]])), ['a']);
    const many = Array.from({ length: 5000 }, (_, i) => ({ subject: i === 17 ? 'b' : `s${i}` }));
    assert.deepEqual(await names(Subject.restrict(many)), ['b']);
  });

  it('restricts by and, not, true, false, null', async () => {
    const { Subject, names } = await tables(engine);
    assert.deepEqual(await names(Subject.restrict(dj.and({ sex: 'F' }, 'weight > 5'))), ['b']);
    assert.deepEqual(await names(Subject.restrict(dj.and())), ['a', 'b', 'c', "d'"]);
    assert.deepEqual(await names(Subject.restrict(dj.not({ sex: 'F' }))), ['a', "d'"]);
    assert.deepEqual(await names(Subject.restrict(dj.not(dj.not({ sex: 'F' })))), ['b', 'c']);
    assert.deepEqual(await names(Subject.restrict([dj.and('sex = "F"', dj.not('weight is null')), { sex: 'M' }])), ['a', 'b']);
    assert.deepEqual(await names(Subject.restrict(true)), ['a', 'b', 'c', "d'"]);
    assert.deepEqual(await names(Subject.restrict(false)), []);
    assert.deepEqual(await names(Subject.restrict(null)), []);
    assert.deepEqual(await names(Subject.exclude(false)), ['a', 'b', 'c', "d'"]);
    assert.deepEqual(await names(Subject.exclude({ sex: 'F' }, 'weight > 25')), ['a']);
  });

  it('restricts by a query: rows that match, rows that do not', async () => {
    const { schema, Subject, Session, names } = await tables(engine);
    assert.deepEqual(await names(Subject.restrict(Session)), ['a', 'b']);
    assert.deepEqual(await names(Subject.exclude(Session)), ['c', "d'"]);
    assert.deepEqual(await names(Subject.restrict(Session.restrict('quality > 0.4'))), ['a']);
    assert.deepEqual(await names(Subject.restrict(dj.not(Session.restrict('quality > 0.4')))), ['b', 'c', "d'"]);
    assert.deepEqual(await names(Subject.restrict([Session.restrict('quality > 0.4'), { subject: 'c' }])), ['a', 'c']);
    assert.equal(await Session.restrict(Subject.restrict({ sex: 'M' })).count(), 2);
    assert.deepEqual(await names(Subject.restrict(Session.restrict(dj.top(1, 'quality DESC')))), ['a']);
    assert.deepEqual(await names(Subject.exclude(Session.restrict(dj.top(1, 'quality DESC')))), ['b', 'c', "d'"]);
    assert.deepEqual(await names(Subject.restrict(Subject.aggr(Session, { n: 'count(session)' }).restrict('n > 1'))), ['a']);
    // Without an attribute in common: all rows when the other has any.
    const Unrelated = manual(schema, 'Unrelated', 'u : int32');
    assert.deepEqual(await names(Subject.restrict(Unrelated)), []);
    assert.equal((await names(Subject.exclude(Unrelated))).length, 4);
    await Unrelated.insert1([1]);
    assert.equal((await names(Subject.restrict(Unrelated))).length, 4);
    assert.deepEqual(await names(Subject.exclude(Unrelated)), []);
  });

  it('keeps rows whose matching attribute is null out of a semijoin and in an antijoin', async () => {
    const schema = engine.schema();
    const Rig = manual(schema, 'Rig', 'rig : int32');
    const Session = manual(schema, 'Session', 'session : int32\n---\n-> [nullable] Rig');
    await Rig.insert([[1], [2]]);
    await Session.insert([[1, 1], [2, null]]);
    const sessions = (query: dj.Query) => query.fetch('session', { orderBy: 'KEY' });
    assert.deepEqual(await sessions(Session.restrict(Rig)), [1]);
    assert.deepEqual(await sessions(Session.exclude(Rig)), [2]);
    assert.deepEqual(await sessions(Session.exclude(Rig.restrict(dj.top(5)))), [2]);
    assert.deepEqual(await Rig.exclude(Session).fetch('rig'), [2]);
    assert.deepEqual(await Rig.exclude(Session.restrict(dj.top(5))).fetch('rig'), [2]);
  });

  it('limits by dj.top, in its order, before and after other restrictions', async () => {
    const { Subject, Session, names } = await tables(engine);
    assert.deepEqual(await names(Subject.restrict(dj.top())), ['a']);
    assert.deepEqual(await names(Subject.restrict(dj.top(2, 'KEY DESC'))), ['c', "d'"]);
    assert.deepEqual(await Subject.restrict(dj.top(2, 'weight DESC')).fetch('subject'), ["d'", 'b']);
    assert.deepEqual(await names(Subject.restrict(dj.top(2, 'weight', 1))), ['a', 'b']);
    assert.deepEqual(await names(Subject.restrict(dj.top(null, 'KEY', 2))), ['c', "d'"]);
    assert.deepEqual(await names(Subject.restrict(dj.top(2), { sex: 'F' })), ['b']);
    assert.deepEqual(await names(Subject.restrict({ sex: 'F' }, dj.top(2))), ['b', 'c']);
    assert.deepEqual(await names(Subject.restrict(dj.top(3)).restrict(dj.top(1, 'KEY DESC'))), ['c']);
    assert.deepEqual(await names(Subject.restrict(dj.top(3), dj.top(2, undefined, 1))), ['b', 'c']);
    assert.equal(await Subject.restrict(dj.top(3)).count(), 3);
    assert.equal(await Subject.restrict(dj.top(0)).count(), 0);
    assert.equal(await Subject.restrict(dj.top(3)).join(Session).count(), 3);
    assert.deepEqual(await Subject.restrict(dj.top(3)).fetch('subject', { orderBy: 'KEY DESC', limit: 1 }), ['c']);
    const order = { orderBy: 'KEY' } as const;
    assert.deepEqual(await Subject.restrict(dj.top(3, 'weight DESC')).restrict(dj.top(3, 'weight DESC', 1)).fetch('subject'), ['b', 'a', 'c'], 'the smaller limit, and all offsets');
    assert.deepEqual(await Subject.restrict(dj.top(3, 'weight DESC')).restrict(dj.top(2, null, 1)).fetch('subject'), ['b', 'a'], 'in the order that there is');
    assert.deepEqual(await Subject.restrict(dj.top(3, 'weight DESC')).fetch('subject', { limit: 5, offset: 1 }), ['b', 'a'], 'no more than the query has');
    assert.deepEqual(await Subject.restrict(dj.top(null, 'KEY', 1)).restrict(dj.top(2, null, 1)).fetch('subject', order), ['c', "d'"]);
    await refused('query', () => Subject.restrict(dj.not(dj.top(1))).count(), 'dj.top');
    await refused('query', () => Subject.exclude(dj.top(1)).count(), 'dj.top');
    for (const limit of [-1, 0.5]) await refused('usage', () => dj.top(limit));
    await refused('unknown_attribute', () => Subject.restrict(dj.top(1, 'height')).count(), 'height');
  });

  it('refuses text that is no condition and names that are no attributes', async () => {
    const { Subject, Session } = await tables(engine);
    await refused('unknown_attribute', () => Subject.restrict('heigth > 3').count(), 'Subject', 'heigth');
    await refused('unknown_attribute', () => Subject.restrict('`sex ` = 1').count());
    await refused('query', () => Subject.restrict("sex = 'F").count(), 'quote');
    await refused('query', () => Subject.restrict('sex = 1; select 1').count(), 'semicolon');
    await refused('query', () => Subject.restrict('sex = = 1').count());
    await refused('query', () => Subject.restrict('(sex = 1').count());
    await refused('query', () => Subject.restrict('no_such_function(sex)').count(), 'no_such_function');
    await refused('query', () => Subject.restrict(5 as unknown as dj.Condition).count());
    await refused('query', () => Subject.restrict((() => true) as unknown as dj.Condition).count());
    await refused('invalid_value', () => Session.restrict({ session: 'one' }).count(), 'session', 'one');
    const Blobs = manual(engine.schema(), 'Blobs', 'k : int32\n---\nb = null : <blob>\nj = null : json');
    await refused('query', () => Blobs.restrict({ b: 1 }).count(), '"b"');
    await refused('query', () => Blobs.restrict({ j: { a: 1 } }).count(), '"j"');
    assert.equal(await Blobs.restrict({ b: null }).count(), 0);
  });

  it('refuses to match attributes of one name and different origins', async () => {
    const schema = engine.schema();
    const One = manual(schema, 'One', 'k : int32\n---\nvalue : int32');
    const Two = manual(schema, 'Two', 'k : int32\n---\nvalue : int32');
    await One.insert1([1, 2]);
    await Two.insert1([1, 2]);
    await refused('query', () => One.restrict(Two).count(), '"k"', 'One', 'Two', 'proj');
    await refused('query', () => One.join(Two).count(), '"k"');
    await refused('query', () => One.join(Two.proj({ j: 'k', value: 'value' })).count(), '"value"');
    assert.equal(await One.join(Two.proj({ j: 'k', other: 'value' })).count(), 1);
    assert.equal(await One.join(Two, { semanticCheck: false }).count(), 1);
    assert.equal(await One.restrict(Two, { semanticCheck: false }).count(), 1);
    assert.equal(await One.exclude(Two, { semanticCheck: false }).count(), 0);
    assert.equal(await One.restrict({ k: 1 }).restrict(Two.proj(), { k: 1 }, { semanticCheck: false }).count(), 1);
    assert.equal(await One.proj().union(Two.proj({ other: 'value' }), { semanticCheck: false }).count(), 1);
    await refused('query', () => One.restrict(Two, { semanticCheck: true }).count(), '"k"');
  });
});
