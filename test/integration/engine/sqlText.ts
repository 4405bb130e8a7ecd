import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { type Engine, describeEngine, manual, refused } from './describeEngine';

const DAY = 86_400_000;

/** Attributes that are called like words of SQL, and one row each way. */
async function launches(engine: Engine) {
  const schema = engine.schema();
  const Launch = manual(schema, 'Launch', 'id : int32\n---\nday : date\nhour : int32\nend : int32\nposition : int32\ndate : date');
  const day = new Date(Date.now() - 15 * DAY).toISOString().slice(0, 10);
  await Launch.insert1({ id: 1, day, hour: 3, end: 5, position: 7, date: '2026-03-31' });
  return Launch;
}

async function names(engine: Engine) {
  const schema = engine.schema();
  const A = manual(schema, 'A', 'a : int32');
  const B = manual(schema, 'B', '-> A\nb : int32\n---\nname : varchar(20)\nday : date\nn = null : int32');
  await A.insert([[1], [2]]);
  await B.insert([[1, 1, 'one', '2026-01-05', null], [1, 2, 'two', '2026-02-05', 2], [2, 1, ' pad ', '2026-03-05', null], [2, 2, '100_%', '2026-04-05', 4], [2, 3, '100x', '2026-04-06', 5]]);
  return { schema, A, B };
}

/** How many rows meet each condition. */
async function counts(query: dj.Query | typeof dj.Manual, expected: Readonly<Record<string, number>>): Promise<void> {
  for (const [text, count] of Object.entries(expected)) {
    const found = await query.restrict(text).count().catch((error: unknown) => {
      throw new Error(`refused: ${text}`, { cause: error });
    });
    assert.equal(found, count, text);
  }
}

export const sqlText = describeEngine('expressions written as text', (engine) => {
  it('tells units of time from attributes of their name', async () => {
    await counts(await launches(engine), {
      'day between curdate() - interval 4 week and curdate()': 1,
      'day between curdate() - interval 30 day and curdate()': 1,
      '`day` > curdate() - interval 30 day': 1,
      'day > now() - interval 400 hour': 1,
      'day > curdate() - INTERVAL 30 DAY': 1,
      'timestampdiff(day, day, curdate()) between 14 and 16': 1,
      'timestampadd(day, hour, day) = day + interval 3 day': 1,
      'date_add(day, interval hour day) = day + interval 3 day': 1,
      'date_sub(day, interval (hour + 1) day) = day - interval hour day - interval 1 day': 1,
      'extract(day from day) = day(day)': 1,
      '(interval 1 month + date) = "2026-04-30"': 1,
      'date + interval -1 month = DATE "2026-02-28"': 1,
      'date + interval "1-1" year_month = "2027-04-30"': 1,
      "date + interval '1 2' day_hour = '2026-04-01 02:00:00'": 1,
      'hour + 1 = 4 and 1 + hour = 4': 1,
    });
  });

  it('tells words of the grammar from attributes of their name', async () => {
    await counts(await launches(engine), {
      'end = 5': 1,
      'case when end = 5 then end else end + 1 end = 5': 1,
      'case end when 5 then case when end > 9 then 1 end else 2 end is null': 1,
      'position = 7': 1,
      'cast(date as date) = date': 1,
      'convert(hour, char) = "3"': 1,
    });
  });

  it('reads every literal that MySQL reads', async () => {
    const { B } = await names(engine);
    await counts(B, {
      "day > DATE '2026-02-01'": 4,
      "day > TIMESTAMP '2026-02-05 00:00:00'": 3,
      "name = X'6F6E65'": 1,
      "name = x'6f6e65'": 1,
      "name = N'one'": 1,
      "name = _utf8mb4'one'": 1,
      'b = 0b10': 2,
      "b = b'10'": 2,
      'b = 0x2': 2,
      "name = 'o' 'ne'": 1,
      'name = "o"\n\t"n" \'e\'': 1,
      "day > '2026-03-01' - INTERVAL '1-1' YEAR_MONTH": 5,
      'b in (1., 2.0)': 4,
      'b = 1e0': 2,
      "name = 'one' -- to the end of the line\n or name = 'two' # as well": 2,
      "name = /* what? */ 'one'": 1,
      'b - -1 = 2 and b--1 = 2': 2,
      "name = '?' or name = 'one'": 1,
      "name = 'o\\ne' or name = ''": 0,
    });
  });

  it('reads the forms of functions that have words among their arguments', async () => {
    const { A, B } = await names(engine);
    await counts(B, {
      "SUBSTRING(name FROM 1 FOR 1) = 'o'": 1,
      "substring(name, 2, 2) = 'ne'": 1,
      "TRIM(LEADING ' ' FROM name) = 'pad '": 1,
      "trim(both 'o' from name) = 'ne'": 1,
      "trim(name) = 'pad'": 1,
      "POSITION('n' IN name) = 2": 1,
      "CONVERT(name USING utf8mb4) = 'one'": 1,
      "name COLLATE UTF8MB4_BIN = 'one'": 1,
      "cast('12' as signed) + b = 13": 2,
      "cast(b as decimal(4,2)) = 1.00": 2,
    });
    const joined = A.aggr(B, { v: "GROUP_CONCAT(name ORDER BY b DESC SEPARATOR '; ')", n: 'count(distinct n)', all: 'group_concat(distinct a)' });
    assert.deepEqual(await joined.fetch({ orderBy: 'KEY' }), [
      { a: 1, v: 'two; one', n: 1, all: '1' },
      { a: 2, v: '100x; 100_%;  pad ', n: 2, all: '2' },
    ]);
  });

  it('reads subqueries, whose own names come first', async () => {
    const { A, B, schema: { schemaName: schema } } = await names(engine);
    await counts(B, {
      [`b = (select max(b) from ${schema}.b)`]: 1,
      [`exists (select 1 from ${schema}.a x where x.a = b + 1)`]: 2,
      [`(a, b) in (select x.a, max(x.b) from ${schema}.b as x group by x.a)`]: 2,
      '`n` in (select 2)': 1,
    });
    await counts(A.proj({ k: 'a' }), { [`(select count(*) from ${schema}.b where a = k) = 3`]: 1 });
  });

  it('finds attributes in any case, the exact name first', async () => {
    const { B } = await names(engine);
    await counts(B, { "Name = 'one'": 1, "`NAME` = 'one'": 1 });
    assert.deepEqual(await B.proj({ x: 'NAME', y: '(NAME)', z: 'B + 1' }).restrict("Y = 'one'").fetch(), [{ a: 1, b: 1, x: 'one', y: 'one', z: 2 }]);
    const Cased = manual(engine.schema(), 'Cased', 'k : int32\n---\nv : int32').proj({ v: 'v', V: 'k' });
    assert.equal(await Cased.restrict('V > 0').count(), 0);
  });

  it('takes backslashes in LIKE as MySQL does', async () => {
    const { B } = await names(engine);
    await counts(B, {
      'name like "100\\_%"': 1,
      "name like '100_%'": 2,
      "name like '%\\%'": 1,
      "name not like '%\\%'": 4,
      "name like '100|_%' escape '|'": 1,
      "not name like 'o%' and name like '%o'": 1,
    });
  });

  it('divides into fractions, and whole by div', async () => {
    const { B } = await names(engine);
    await counts(B, { 'b / 2 = 0.5': 2, 'b div 2 = 1': 3, '7 / 2 div 2 = 1': 5, 'b % 2 = 0': 2, 'b mod 2 = 0': 2, 'mod(b, 2) = 0': 2, '1 / 0 is null': 5, '5.5 % 2 = 1.5': 5 });
    assert.deepEqual(await B.restrict({ a: 1 }).proj({ half: 'b / 2' }).fetch('half', { orderBy: 'KEY' }), [0.5, 1]);
  });

  it('compares moments with texts of any length', async () => {
    const Moment = manual(engine.schema(), 'Moment', 'k : int32\n---\nt : datetime(3)\nu : datetime\nd : date');
    await Moment.insert([[1, '2026-01-01 12:00:00', '2026-01-01 12:00:00', '2026-01-01'], [2, '2026-01-01 12:00:00.500', '2026-01-01 00:00:00', '2026-01-02']]);
    await counts(Moment, {
      "t = '2026-01-01 12:00:00'": 1,
      "t <= '2026-01-01 12:00:00'": 1,
      "t >= '2026-01-01 12:00:00'": 2,
      "t < '2026-01-01 12:00:00.0005'": 1,
      "t in ('2026-01-01 12:00:00', '2026-01-01 12:00:00.5')": 2,
      "t between '2026-01-01 12:00:00' and '2026-01-01 12:00:00.4'": 1,
      "t not between '2026-01-01 12:00:00' and '2026-01-01 12:00:00.4'": 1,
      "u = '2026-01-01'": 1,
      "u > '2026-01-01'": 1,
      "d = '2026-01-01 00:00:00'": 1,
      "d < '2026-01-01 12:00:00'": 1,
      't = u': 1,
      'u > d': 1,
      'd <= u': 1,
      "t + interval 1 second = '2026-01-01 12:00:01'": 1,
      "t = date_add('2026-01-01 11:59:59', interval 1 second)": 1,
      "t = concat('2026-01-01', ' 12:00:00')": 1,
      "u = timestamp('2026-01-01')": 1,
      't < now() and d < curdate() + interval 100 year': 2,
    });
  });

  it('knows the functions that people write', async () => {
    const Event = manual(engine.schema(), 'Event', 'k : int32\n---\nt : datetime\nd : date\nname : varchar(20)\nn = null : int32\nj : json');
    await Event.insert1({ k: 1, t: '2026-02-28 13:05:09', d: '2026-02-28', name: 'Élan vital', j: { a: 'b', list: [1, 2], n: 3 } });
    const expected: [text: string, value: unknown][] = [
      ["date_format(t, '%Y-%m-%d %H:%i:%s')", '2026-02-28 13:05:09'],
      ["date_format(d, '%a %e %b %y, %l %p %%')", 'Sat 28 Feb 26, 12 AM %'],
      ['year(t) * 10000 + month(t) * 100 + day(t)', 20260228],
      ['hour(t) * 10000 + minute(t) * 100 + second(t)', 130509],
      ["concat(year(d), '!', quarter(d))", '2026!1'],
      ["concat(null, 'x')", null],
      ["concat_ws('-', 'a', null, 'b')", 'a-b'],
      ["datediff('2026-03-02', t)", 2],
      ["timestampdiff(minute, t, '2026-02-28 15:05:08')", 119],
      ["timestampdiff(month, d, '2026-04-27')", 1],
      ["timestampdiff(year, '2000-02-29', d)", 25],
      ['dayofweek(d) * 1000 + weekday(d) * 100 + dayofyear(d)', 7559],
      ['dayname(d)', 'Saturday'],
      ['monthname(d)', 'February'],
      ["concat(last_day('2028-02-01'), '')", '2028-02-29'],
      ['to_days(d)', 740040],
      ['ifnull(n, 7)', 7],
      ['isnull(n)', 1],
      ["if(n is null, 'none', 'some')", 'none'],
      ['coalesce(nullif(k, 1), 9)', 9],
      ['upper(name)', 'ÉLAN VITAL'],
      ['lower(name)', 'élan vital'],
      ['char_length(name)', 10],
      ['length(name)', 11],
      ["substring(name, -5, 3)", 'vit'],
      ["substring(name, 0)", ''],
      ["hex('a') = '61' and hex(255) = 'FF'", 1],
      ["elt(2, 'a', 'b')", 'b'],
      ["name regexp '[[:digit:]]'", 0],
      ["left(name, 2)", 'Él'],
      ["right(name, 5)", 'vital'],
      ["lpad(k, 3, '0')", '001'],
      ["rpad('ab', 1, 'x')", 'a'],
      ["locate('a', name)", 3],
      ["locate('a', name, 4)", 9],
      ["instr(name, 'vit')", 6],
      ["replace(name, 'vital', '')", 'Élan '],
      ["reverse('añb')", 'bña'],
      ["repeat('ab', 2)", 'abab'],
      ["field('b', 'a', 'b')", 2],
      ["find_in_set('c', 'a,b,c')", 3],
      ['greatest(1, k, 3) - least(1, k, 3)', 2],
      ['round(2.567, 1)', 2.6],
      ['truncate(-2.567, 1)', -2.5],
      ['floor(2.5) + ceiling(2.5) + abs(-1)', 6],
      ['power(2, 3) + log(1)', 8],
      ["name regexp '^É.*l$'", 1],
      ["name not rlike 'x'", 1],
      ["sha2('a', 224)", 'abd37534c7d9a2efb9465de931cd7055ffdb8879563ae98078d6d6d5'],
      ["json_unquote(json_extract(j, '$.a'))", 'b'],
      ["json_extract(j, '$.n') + 0", 3],
      ["json_value(j, '$.a')", 'b'],
      ["json_length(json_extract(j, '$.list'))", 2],
    ];
    for (const [text, value] of expected) {
      const found = await Event.proj({ found: text }).fetch1('found').catch((error: unknown) => {
        throw new Error(`refused: ${text}`, { cause: error });
      });
      assert.deepEqual(found, value, text);
    }
    const spread = await dj.U().aggr(Event.proj({ v: 'k + 1' }), { a: 'std(v)', b: 'variance(v)', c: 'stddev_samp(v)' }).fetch1();
    assert.deepEqual(spread, { a: 0, b: 0, c: null });
  });

  it('refuses what is no condition, in a sentence', async () => {
    const { B } = await names(engine);
    await refused('query', () => B.restrict('b = ?').count(), 'question mark', '5');
    await refused('query', () => B.restrict('b = @x').count(), 'variable');
    await refused('query', () => B.restrict('@x := b').count(), 'variable');
    await refused('query', () => B.restrict('b = 1; drop table x').count(), 'semicolon');
    await refused('query', () => B.restrict('b = 1 /*! or 1 = 1 */').count(), 'comment');
    await refused('query', () => B.restrict('b = 1 /* or').count(), 'comment');
    await refused('query', () => B.restrict('b = = 1').count());
    await refused('query', () => B.restrict('b = 1)').count());
    await refused('query', () => B.restrict('case when b = 1 then 1').count());
    await refused('unknown_attribute', () => B.restrict('dayy > curdate() - interval 1 day').count(), 'dayy');
    await refused('unknown_attribute', () => B.restrict('day > curdate() - interval 1 days').count(), 'days');
  });
});
