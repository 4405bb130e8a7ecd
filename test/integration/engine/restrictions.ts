import assert from 'node:assert/strict';
import { it } from 'node:test';
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
  });
});
