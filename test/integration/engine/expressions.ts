import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { type Engine, describeEngine, manual, refused, sorted } from './describeEngine';

async function tables(engine: Engine) {
  const schema = engine.schema();
  const Subject = manual(schema, 'Subject', 'subject : varchar(8)\n---\nsex : enum("M", "F")\nweight = null : float64');
  const Session = manual(schema, 'Session', '-> Subject\nsession : int16\n---\nquality : float64\nmoney : decimal(8,2)');
  const Scan = manual(schema, 'Scan', '-> Session\n---\ndepth : int32');
  const Method = manual(schema, 'Method', 'method : varchar(8)');
  await Subject.insert([['a', 'M', 10], ['b', 'F', 20], ['c', 'F', null]]);
  await Session.insert([['a', 1, 0.5, 1], ['a', 2, 0.75, 2], ['b', 1, 0.25, 3]]);
  await Scan.insert([['a', 1, 100], ['b', 1, 200]]);
  await Method.insert([['x'], ['y']]);
  return { schema, Subject, Session, Scan, Method };
}

/** Any query, whatever the compiler knows of its attributes. */
type AnyQuery = Pick<dj.Query, 'heading'> & { fetch(): Promise<object[]> };

const all = async (query: AnyQuery) => sorted(await query.fetch());
const key = async (query: AnyQuery) => (await query.heading()).primaryKey;

export const expressions = describeEngine('expressions', (engine) => {
  it('joins on what both have, or all with all', async () => {
    const { Subject, Session, Scan, Method } = await tables(engine);
    assert.deepEqual(await all(Subject.join(Scan)), sorted([
      { subject: 'a', session: 1, depth: 100, sex: 'M', weight: 10 },
      { subject: 'b', session: 1, depth: 200, sex: 'F', weight: 20 },
    ]));
    assert.deepEqual(await key(Subject.join(Scan)), ['subject', 'session']);
    assert.equal(await Subject.join(Method).count(), 6);
    assert.deepEqual(await key(Subject.join(Method)), ['subject', 'method']);
    assert.equal(await Subject.join(Session).join(Scan).join(Method).count(), 4);
    assert.equal(await Subject.join(Subject.proj()).count(), 3);
    await refused('query', () => Subject.join(Subject).count(), '"sex"', 'proj');
    assert.equal(await Subject.join(Session.restrict('quality > 0.4')).restrict({ sex: 'M' }).count(), 2);
    assert.equal(await Subject.restrict(dj.top(1)).join(Session.restrict(dj.top(2, 'KEY DESC'))).count(), 1);
  });

  it('extends every row by what another table adds', async () => {
    const { Subject, Session, Scan } = await tables(engine);
    const extended = Session.extend(Scan);
    assert.deepEqual(await extended.fetch('depth', { orderBy: 'KEY' }), [100, null, 200]);
    assert.equal(await Session.extend(Subject).restrict({ sex: 'M' }).count(), 2);
    assert.deepEqual(await Session.extend(Scan.restrict('depth > 150')).fetch('depth', { orderBy: 'KEY' }), [null, null, 200]);
    assert.deepEqual(await Session.extend(Scan.proj({ deep: 'depth > 150' })).fetch('deep', { orderBy: 'KEY' }), [0, null, 1]);
    await refused('query', () => Subject.extend(Session).count(), 'Session', '"session"', 'join');
  });

  it('projects: keeps, leaves out, renames, copies, computes', async () => {
    const { Subject, Session } = await tables(engine);
    assert.deepEqual(await all(Subject.proj()), [{ subject: 'a' }, { subject: 'b' }, { subject: 'c' }]);
    assert.deepEqual((await Subject.proj('...').heading()).names, ['subject', 'sex', 'weight']);
    assert.deepEqual((await Subject.proj('...', '-sex').heading()).names, ['subject', 'weight']);
    assert.deepEqual((await Subject.proj('...', '-sex', '-height').heading()).names, ['subject', 'weight'], 'left out if it is there');
    assert.deepEqual((await Subject.proj('weight', { gender: 'sex' }).heading()).names, ['subject', 'gender', 'weight']);
    assert.deepEqual(await Subject.proj({ mouse: 'subject' }).restrict({ mouse: 'a' }).fetch(), [{ mouse: 'a' }]);
    assert.deepEqual(await key(Session.proj({ mouse: 'subject' })), ['mouse', 'session']);
    assert.deepEqual(await Subject.proj({ also: '(weight)' }, 'weight').fetch('weight', 'also', { orderBy: 'KEY' }), [[10, 20, null], [10, 20, null]]);
    assert.deepEqual(await Subject.proj({ twice: 'weight * 2', label: "concat_ws('-', subject, sex)" }).restrict('twice > 30').fetch(), [{ subject: 'b', twice: 40, label: 'b-F' }]);
    assert.deepEqual(await Subject.proj({ a: 'sex', b: '(sex)' }).restrict({ a: 'M' }).fetch(), [{ subject: 'a', a: 'M', b: 'M' }]);
    assert.deepEqual(await Session.proj({ fee: 'money' }).restrict({ fee: '2.00' }).fetch('fee'), ['2.00']);
    assert.deepEqual(await Session.proj({ subject: 'session', session: 'subject' }).restrict({ session: 'b' }).fetch(), [{ subject: 1, session: 'b' }]);
    assert.deepEqual(await Subject.proj({ constant: '1' }, { text: "'it''s'" }).restrict({ subject: 'a' }).fetch(), [{ subject: 'a', constant: 1, text: "it's" }]);
  });

  it('projects on projections and on limited queries', async () => {
    const { Subject, Session } = await tables(engine);
    const heavier = Subject.proj({ w: 'weight' }).proj({ ww: 'w * 2' }).restrict('ww > 0').proj({ www: 'ww + 1' });
    assert.deepEqual(await all(heavier), [{ subject: 'a', www: 21 }, { subject: 'b', www: 41 }]);
    assert.deepEqual(await Session.restrict(dj.top(1, 'quality DESC')).proj({ q: 'quality * 4' }).fetch('q'), [3]);
  });

  it('orders by attributes that a projection left out, and by computed ones', async () => {
    const { Subject, Session } = await tables(engine);
    assert.deepEqual(await Subject.proj('sex').fetch('subject', { orderBy: 'weight DESC' }), ['b', 'a', 'c']);
    assert.deepEqual(await Subject.proj({ mouse: 'subject' }).restrict(dj.top(1, 'weight DESC')).fetch('mouse'), ['b']);
    assert.deepEqual(await Subject.proj({ heavy: '-weight' }).fetch('subject', { orderBy: 'heavy DESC, KEY' }), ['a', 'b', 'c']);
    assert.deepEqual(await Subject.proj({ three: '3', text: "'x'" }).fetch('subject', { orderBy: ['three', 'text DESC', 'KEY DESC'], limit: 2 }), ['c', 'b']);
    assert.deepEqual(await Subject.aggr(Session, { n: 'count(session)' }).fetch('subject', { orderBy: 'n DESC, subject' }), ['a', 'b', 'c']);
    await refused('unknown_attribute', () => dj.U('sex').restrict(Subject).fetch({ orderBy: 'weight' }), 'weight');
    await refused('unknown_attribute', () => Subject.proj('sex').restrict(dj.top(2)).proj().fetch({ orderBy: 'weight' }), 'weight');
  });

  it('orders enums by their definition', async () => {
    const Term = manual(engine.schema(), 'Term', "year : int32\nterm : enum('Spring', 'Summer', 'Fall')\n---\nnext = null : enum('z', 'y')");
    await Term.insert([[2026, 'Fall', 'y'], [2026, 'Spring', null], [2026, 'Summer', 'z']]);
    assert.deepEqual(await Term.fetch('term', { orderBy: 'term' }), ['Spring', 'Summer', 'Fall']);
    assert.deepEqual(await Term.fetch('next', { orderBy: 'next' }), [null, 'z', 'y']);
    assert.deepEqual((await Term.head(1))[0]?.['term'], 'Spring');
    assert.deepEqual((await Term.tail(1))[0]?.['term'], 'Fall');
    assert.deepEqual(await Term.restrict(dj.top(1, 'KEY DESC')).fetch('term'), ['Fall']);
    assert.deepEqual(await Term.proj({ season: 'term' }).restrict(dj.top(2, 'season DESC'), "season <> 'Fall'").fetch('season'), ['Summer']);
    assert.deepEqual(await Term.restrict("term < 'Spring'").fetch('term'), ['Fall'], 'texts compare as texts');
  });

  it('refuses projections that make no sense', async () => {
    const { Subject } = await tables(engine);
    await refused('unknown_attribute', () => Subject.proj('height').count(), 'height');
    await refused('unknown_attribute', () => Subject.proj({ h: 'height' }).count(), 'height');
    await refused('unknown_attribute', () => Subject.proj({ h: 'height * 2' }).count(), 'height');
    await refused('query', () => Subject.proj('-subject').count(), 'subject', 'primary key');
    await refused('query', () => Subject.proj('weight', { weight: 'sex' }).count(), 'weight');
    await refused('query', () => Subject.proj({ subject: 'weight * 2' }).count(), 'subject');
  });

  it('aggregates: every row of the left, matching or not', async () => {
    const { Subject, Session, Scan } = await tables(engine);
    const counts = Subject.aggr(Session, { n: 'count(session)', best: 'max(quality)' });
    assert.deepEqual(await all(counts), [
      { subject: 'a', n: 2, best: 0.75 },
      { subject: 'b', n: 1, best: 0.25 },
      { subject: 'c', n: 0, best: null },
    ]);
    assert.deepEqual(await all(counts.restrict('n > 1')), [{ subject: 'a', n: 2, best: 0.75 }]);
    assert.equal(await counts.count(), 3);
    assert.deepEqual(await all(Subject.aggr(Session, { n: 'count(*)' }, { keepAllRows: false })), [{ subject: 'a', n: 2 }, { subject: 'b', n: 1 }]);
    assert.deepEqual(await all(Subject.aggr(Session, { n: 'count(session)' }, { attributes: ['sex'] }).restrict({ sex: 'M' })), [{ subject: 'a', sex: 'M', n: 2 }]);
    assert.deepEqual((await Subject.aggr(Session, { n: 'count(session)' }, { attributes: ['...'] }).heading()).names, ['subject', 'sex', 'weight', 'n']);
    assert.deepEqual(await Subject.restrict({ sex: 'M' }).aggr(Session.restrict('quality > 0.6'), { n: 'count(session)' }).fetch('n'), [1]);
    assert.deepEqual(await Subject.aggr(Session.restrict('quality > 0.6'), { n: 'count(session)' }).fetch('n', { orderBy: 'KEY' }), [1, 0, 0]);
    assert.deepEqual(await Subject.aggr(Session.join(Scan), { deep: 'max(depth)' }).fetch('deep', { orderBy: 'KEY' }), [100, 200, null]);
    assert.deepEqual(await Subject.aggr(Session, { n: 'count(session)' }).join(Subject).restrict({ n: 2 }).fetch('weight'), [10]);
    assert.deepEqual(await Subject.aggr(Session, { n: 'count(session)' }).proj({ m: 'n + 1' }).fetch('m', { orderBy: 'KEY' }), [3, 2, 1]);
    assert.deepEqual(await dj.U().aggr(Subject.aggr(Session, { n: 'count(session)' }), { most: 'max(n)' }).fetch1('most'), 2);
    await refused('query', () => Session.aggr(Subject, { n: 'count(*)' }).count(), 'Subject', 'Session', '"session"');
    await refused('unknown_attribute', () => Subject.aggr(Session, { n: 'count(sesion)' }).count(), 'sesion');
  });

  it('gives sums and means as numbers, however they are passed on', async () => {
    const { Subject, Session } = await tables(engine);
    const sums = Subject.aggr(Session, { n: 'sum(session)', mean: 'avg(session)', cost: 'sum(money)' });
    const [row = {}] = await sums.restrict({ subject: 'a' }).fetch();
    assert.deepEqual(row, { subject: 'a', n: 3, mean: 1.5, cost: 3 });
    const both = [sums.proj('...').join(Subject.proj()), Subject.proj().extend(sums), Subject.proj().union(sums), sums.restrict(dj.top(5)).proj('...')];
    for (const query of both) assert.deepEqual(await query.restrict({ subject: 'a' }).fetch(), [row]);
    assert.deepEqual(await Session.extend(Subject.aggr(Session, { n: 'sum(session)' })).fetch('n', 'money', { orderBy: 'KEY' }), [[3, 3, 1], ['1.00', '2.00', '3.00']]);
  });

  it('unites rows of one primary key', async () => {
    const { Subject, Session } = await tables(engine);
    const both = Subject.restrict({ sex: 'M' }).proj().union(Subject.restrict('weight > 5').proj());
    assert.deepEqual(await both.fetch('subject', { orderBy: 'KEY' }), ['a', 'b']);
    assert.equal(await both.count(), 2);
    assert.deepEqual(await all(Subject.proj('sex').union(Subject.restrict({ subject: 'b' }).proj('weight'))), [
      { subject: 'a', sex: 'M', weight: null },
      { subject: 'b', sex: 'F', weight: 20 },
      { subject: 'c', sex: 'F', weight: null },
    ]);
    assert.deepEqual(await all(Subject.restrict({ subject: 'a' }).proj('sex').union(Subject.restrict({ subject: 'b' }).proj('weight'))), [
      { subject: 'a', sex: 'M', weight: null },
      { subject: 'b', sex: null, weight: 20 },
    ]);
    assert.deepEqual(await Session.restrict(Subject.restrict({ sex: 'M' }).proj().union(Subject.restrict({ subject: 'b' }).proj())).count(), 3);
    assert.equal(await both.join(Session).count(), 3);
    await refused('query', () => Subject.union(Session).count(), 'primary key');
    await refused('query', () => Subject.union(Subject).count(), '"sex"', 'proj');
    const Other = manual(engine.schema(), 'Other', 'subject : varchar(8)\n---\nage : int32');
    await Other.insert([['c', 1], ['z', 2]]);
    const names = Subject.proj().union(Other.proj());
    assert.deepEqual(await names.fetch('subject', { orderBy: 'KEY' }), ['a', 'b', 'c', 'z'], 'keys alone, by name');
    assert.equal(await dj.U('sex').restrict(Subject).union(dj.U('sex').restrict(Subject.restrict({ sex: 'F' }))).count(), 2);
    assert.equal(await Session.join(Subject.proj()).proj().union(Subject.proj().join(Session.proj())).count(), 3);
    await refused('query', () => Subject.union(Other).count(), '"subject"');
    assert.deepEqual(await Subject.proj('sex').union(Other, { semanticCheck: false }).fetch('age', { orderBy: 'KEY' }), [null, null, 1, 2]);
  });

  it('gives distinct combinations with a restricted dj.U', async () => {
    const { Subject, Session } = await tables(engine);
    assert.deepEqual(await all(dj.U('sex').restrict(Subject)), [{ sex: 'F' }, { sex: 'M' }]);
    assert.equal(await dj.U('sex').restrict(Subject).count(), 2);
    assert.equal(await dj.U('sex', 'subject').restrict(Subject, 'weight > 15').count(), 1);
    assert.deepEqual(await dj.U('session').restrict(Session).fetch('session', { orderBy: 'KEY' }), [1, 2]);
    await refused('query', () => Subject.restrict(dj.U('sex').restrict(Subject)).count(), '"sex"');
    await refused('unknown_attribute', () => dj.U('height').restrict(Subject).count(), 'height');
    await refused('query', () => dj.U('sex').restrict({ sex: 'M' } as unknown as dj.Queryable), 'dj.U');
  });

  it('aggregates over dj.U', async () => {
    const { Subject, Session } = await tables(engine);
    assert.deepEqual(await all(dj.U('sex').aggr(Subject, { n: 'count(*)', total: 'sum(weight)' })), [{ sex: 'F', n: 2, total: 20 }, { sex: 'M', n: 1, total: 10 }]);
    const byYear = Session.proj({ year: 'concat(2026, "!")', constant: '3', other: "'x'", half: 'quality / 2', both: 'session * quality' });
    assert.deepEqual(await dj.U('year').aggr(byYear, { n: 'count(*)' }).fetch(), [{ year: '2026!', n: 3 }]);
    for (const name of ['constant', 'other'] as const) assert.deepEqual(await dj.U(name).aggr(byYear, { n: 'count(*)' }).fetch('n'), [3], name);
    for (const text of ['1', '2', '9', 'null', '-1', '(2)']) assert.equal(await dj.U('z').aggr(Session.proj({ z: text }), { n: 'count(*)' }).fetch1('n'), 3, text);
    assert.deepEqual(await dj.U('half', 'subject').aggr(byYear, { n: 'sum(session)' }).fetch('n', { orderBy: 'half' }), [1, 1, 2]);
    assert.deepEqual(await dj.U('both').restrict(byYear).fetch('both', { orderBy: 'both' }), [0.25, 0.5, 1.5]);
    assert.deepEqual(await dj.U('n').aggr(Subject.aggr(Session, { n: 'count(session)' }), { m: 'count(*)' }).fetch('m', { orderBy: 'n' }), [1, 1, 1]);
    const months = Subject.proj({ month: "date_format('2026-02-03', '%Y-%m')" });
    assert.deepEqual(await dj.U('month').aggr(months, { n: 'count(*)' }).restrict("month = '2026-02'").fetch(), [{ month: '2026-02', n: 3 }]);
    assert.deepEqual(await dj.U().aggr(Session, { n: 'count(*)', mean: 'avg(quality)', low: 'min(session)' }).fetch(), [{ n: 3, mean: 0.5, low: 1 }]);
    assert.deepEqual(await dj.U().aggr(Session.restrict(false), { n: 'count(*)', top: 'max(quality)' }).fetch1(), { n: 0, top: null });
    assert.equal(await dj.U('sex').aggr(Subject, { n: 'count(*)' }).restrict('n = 2').count(), 1);
    assert.equal(await dj.U().aggr(Session.restrict(dj.top(null, 'quality')), { best: 'max(quality)' }).fetch1('best'), 0.75);
    await refused('unknown_attribute', () => dj.U('height').aggr(Subject, { n: 'count(*)' }).count(), 'height');
  });

  it('keeps lineage through renaming: what is the same still matches, what is not is refused', async () => {
    const { Subject, Session, Scan } = await tables(engine);
    const renamed = Session.proj({ mouse: 'subject' });
    assert.equal(await renamed.join(Scan.proj({ mouse: 'subject' })).count(), 2);
    await refused('query', () => Subject.proj({ x: 'sex' }).join(Session.proj({ x: 'quality' })).count(), '"x"');
    await refused('query', () => Subject.proj({ session: 'weight' }).join(Session).count(), '"session"');
    await refused('query', () => Subject.proj({ q: 'weight * 2' }).join(Session.proj({ q: 'quality' })).count(), '"q"');
  });

  it('refuses a query over two databases', async () => {
    const { Subject } = await tables(engine);
    const Other = dj.schema('elsewhere', { connection: new dj.Connection(engine.connection.database) });
    const Far = manual(Other, 'Far', 'far : int32');
    await refused('query', () => Subject.join(Far).count(), 'two databases');
  });

  it('does not touch the database while a query is built', () => {
    const Undeclared = manual(engine.schema(), 'Undeclared', 'this is no definition');
    const query = Undeclared.restrict('a = 1').join(Undeclared).proj({ b: 'a' }).restrict(dj.top(2));
    assert.ok(query instanceof dj.Query);
  });
});
