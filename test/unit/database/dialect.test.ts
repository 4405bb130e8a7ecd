import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Attribute, ColumnType, Database, DefaultValue, SqlValue, TableSpec } from '../../../src/engine/database';
import { attribute, declare, int32, key, sql, table } from './builders';
import { open, refused } from './support';

let database: Database;

before(async () => {
  database = await open();
});

interface Case {
  readonly type: string;
  readonly column: ColumnType;
  readonly good: readonly SqlValue[];
  readonly bad: readonly SqlValue[];
}

const integer = (bits: 8 | 16 | 24 | 32 | 64, unsigned = false): ColumnType => ({ kind: 'integer', bits, unsigned });
const uuid = new Uint8Array(16).fill(7);
const long = 'x'.repeat(100_000);

const cases: readonly Case[] = [
  { type: 'int8', column: integer(8), good: [-128, 127], bad: [-129, 128, 1.5, 'a'] },
  { type: 'uint8', column: integer(8, true), good: [0, 255], bad: [-1, 256] },
  { type: 'int16', column: integer(16), good: [-32768, 32767], bad: [-32769, 32768] },
  { type: 'mediumint', column: integer(24), good: [-8388608, 8388607], bad: [-8388609, 8388608] },
  { type: 'int32', column: integer(32), good: [-2147483648, 2147483647], bad: [-2147483649, 2147483648] },
  { type: 'uint32', column: integer(32, true), good: [0, 4294967295], bad: [-1, 4294967296] },
  { type: 'int64', column: integer(64), good: [-(2n ** 63n), 2n ** 63n - 1n], bad: [2n ** 63n, 1e19] },
  { type: 'uint64', column: integer(64, true), good: [0, 2n ** 63n - 1n], bad: [-1] },
  {
    type: 'float32',
    column: { kind: 'float', bits: 32 },
    good: [1.5, -3.4028234663852886e38],
    bad: [3.5e38, Infinity, 'x'],
  },
  { type: 'float64', column: { kind: 'float', bits: 64 }, good: [-1.7976931348623157e308, 5e-324], bad: [-Infinity] },
  { type: 'decimal(5,2)', column: { kind: 'decimal', precision: 5, scale: 2 }, good: [999.99, -1], bad: [1000, -1000] },
  {
    type: 'decimal(20,4)',
    column: { kind: 'decimal', precision: 20, scale: 4 },
    good: ['1234567890123456.7890', '-0.0001'],
    bad: ['123456789012345678901', '12x', ''],
  },
  { type: 'bool', column: { kind: 'bool' }, good: [0, 1], bad: [2, -1] },
  { type: 'char(3)', column: { kind: 'char', length: 3 }, good: ['', 'abc', '😀😀😀'], bad: ['abcd'] },
  { type: 'varchar(3)', column: { kind: 'varchar', length: 3 }, good: ['', 'äöü'], bad: ['abcd', new Uint8Array(2)] },
  { type: 'longtext', column: { kind: 'text' }, good: ['', long], bad: [new Uint8Array(1)] },
  {
    type: `enum('a','it''s')`,
    column: { kind: 'enum', values: ['a', "it's"] },
    good: ['a', "it's"],
    bad: ['b', 'A', ''],
  },
  {
    type: 'date',
    column: { kind: 'date' },
    good: ['2024-02-29', '1000-01-01', '9999-12-31'],
    bad: ['2023-02-29', '2024-13-01', '2024-1-1', '2024-01-01 00:00:00', 'now', ''],
  },
  {
    type: 'datetime',
    column: { kind: 'datetime', precision: 0 },
    good: ['2024-02-29 23:59:59'],
    bad: ['2024-02-29', '2024-02-29T23:59:59', '2024-02-29 24:00:00', '2024-02-29 23:59:59.5', '2023-02-29 00:00:00'],
  },
  {
    type: 'datetime(6)',
    column: { kind: 'datetime', precision: 6 },
    good: ['2024-02-29 23:59:59.999999'],
    bad: ['2024-02-29 23:59:59', '2024-02-29 23:59:59.999', '2024-02-30 23:59:59.999999'],
  },
  { type: 'timestamp(3)', column: { kind: 'timestamp', precision: 3 }, good: ['1970-01-01 00:00:01.000'], bad: ['x'] },
  {
    type: 'time',
    column: { kind: 'time', precision: 0 },
    good: ['00:00:00', '-838:59:59', '100:00:00'],
    bad: ['839:00:00', '1:00:00', '10:60:00', '--10:00:00', '10:00:00.5'],
  },
  { type: 'time(2)', column: { kind: 'time', precision: 2 }, good: ['10:00:00.25'], bad: ['10:00:00'] },
  { type: 'uuid', column: { kind: 'uuid' }, good: [uuid], bad: [new Uint8Array(15), 'text'] },
  { type: 'json', column: { kind: 'json' }, good: ['{"a": [1, null]}', '1'], bad: ['{a: 1}', '', "{'a': 1}"] },
  { type: 'bytes', column: { kind: 'bytes' }, good: [new Uint8Array(), new Uint8Array([0, 1])], bad: ['text'] },
  { type: 'point', column: { kind: 'native', sql: 'point' }, good: [1, 'text', new Uint8Array([1])], bad: [] },
];

for (const [number, { type, column, good, bad }] of cases.entries()) {
  test(`${type}: the table comes back as declared, good values go in and out, bad ones are refused`, async () => {
    const secondary = attribute('v', column, { declaredType: type, nullable: true, default: { kind: 'null' } });
    const spec = table(`type_${number}`, [key('id'), secondary]);
    await declare(database, spec);
    assert.deepEqual(await database.catalog.table(spec.name), spec);
    const insert = (value: SqlValue) =>
      sql(`INSERT INTO "lab.type_${number}" ("id", "v") VALUES (?, ?)`, next++, value);
    let next = 0;
    for (const value of [null, ...good]) await database.run(insert(value));
    const rows = await database.all(sql(`SELECT "v" FROM "lab.type_${number}" ORDER BY "id"`));
    assert.deepEqual(
      rows.map((row) => row['v']),
      [null, ...good],
    );
    for (const value of bad) await refused(database.run(insert(value)), 'invalid_value', /./);
  });

  test(`${type}: as a primary key`, async () => {
    const spec = table(`key_${number}`, [attribute('v', column, { inKey: true, declaredType: type })]);
    await declare(database, spec);
    assert.deepEqual(await database.catalog.table(spec.name), spec);
    const insert = (value: SqlValue) => sql(`INSERT INTO "lab.key_${number}" ("v") VALUES (?)`, value);
    for (const value of good) {
      await database.run(insert(value));
      await refused(database.run(insert(value)), 'duplicate', /v=/);
    }
    await refused(database.run(insert(null)), 'missing_value', /v/);
  });
}

const literal = (text: string): DefaultValue => ({ kind: 'literal', text });
const moment = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

const defaults: readonly [type: string, column: ColumnType, value: DefaultValue, stored: SqlValue | RegExp][] = [
  ['int32', int32, literal('-5'), -5],
  ['float64', { kind: 'float', bits: 64 }, literal('1.5e3'), 1500],
  ['decimal(5,2)', { kind: 'decimal', precision: 5, scale: 2 }, literal('1.50'), 1.5],
  ['decimal(20,2)', { kind: 'decimal', precision: 20, scale: 2 }, literal('1.50'), '1.50'],
  ['bool true', { kind: 'bool' }, literal('true'), 1],
  ['bool 0', { kind: 'bool' }, literal('0'), 0],
  ['varchar', { kind: 'varchar', length: 20 }, literal("it's 5"), "it's 5"],
  ['empty varchar', { kind: 'varchar', length: 20 }, literal(''), ''],
  ['enum', { kind: 'enum', values: ['a', 'b'] }, literal('b'), 'b'],
  ['date', { kind: 'date' }, literal('2024-01-02'), '2024-01-02'],
  ['date now', { kind: 'date' }, { kind: 'now', precision: 0 }, /^\d{4}-\d\d-\d\d$/],
  ['datetime of a date', { kind: 'datetime', precision: 3 }, literal('2024-01-02'), '2024-01-02 00:00:00.000'],
  ['datetime', { kind: 'datetime', precision: 0 }, literal('2024-01-02 03:04:05'), '2024-01-02 03:04:05'],
  ['datetime now', { kind: 'datetime', precision: 0 }, { kind: 'now', precision: 0 }, moment],
  ['timestamp(6) now', { kind: 'timestamp', precision: 6 }, { kind: 'now', precision: 6 }, /\.\d{3}000$/],
  ['time', { kind: 'time', precision: 1 }, literal('01:02:03'), '01:02:03.0'],
  ['time now', { kind: 'time', precision: 0 }, { kind: 'now', precision: 0 }, /^\d\d:\d\d:\d\d$/],
  ['uuid', { kind: 'uuid' }, literal('07070707-0707-0707-0707-070707070707'), uuid],
  ['json', { kind: 'json' }, literal('{"a": 1}'), '{"a": 1}'],
  ['null', int32, { kind: 'null' }, null],
];

test('defaults fill in what an insert does not name', async () => {
  for (const [number, [type, column, value, stored]] of defaults.entries()) {
    const spec = table(`default_${number}`, [
      key('id'),
      attribute('v', column, { declaredType: type, default: value, nullable: value.kind === 'null' }),
    ]);
    await declare(database, spec);
    assert.deepEqual(await database.catalog.table(spec.name), spec, type);
    await database.run(sql(`INSERT INTO "lab.default_${number}" ("id") VALUES (1)`));
    const [row] = await database.all(sql(`SELECT "v" FROM "lab.default_${number}"`));
    if (stored instanceof RegExp) assert.match(String(row?.['v']), stored, type);
    else assert.deepEqual(row?.['v'], stored, type);
  }
});

test('everything that a table is comes back: comments, codec, lineage, references, indexes', async () => {
  const parent = table('whole_parent', [key('a'), key('b')], { comment: 'the parent – “quoted” \'and\' "so"' });
  const attributes: Attribute[] = [
    { ...key('a'), lineage: 'lab.whole_parent.a', comment: 'first' },
    { ...key('b_new'), lineage: 'lab.whole_parent.b' },
    { ...key('own "quoted" name'), declaredType: 'int32' },
    attribute(
      'blob',
      { kind: 'bytes' },
      { declaredType: '<blob>', codec: 'blob', nullable: true, default: { kind: 'null' } },
    ),
    attribute('_hidden', int32, { default: { kind: 'literal', text: '0' } }),
  ];
  const child: TableSpec = table('__whole', attributes, {
    comment: 'the child',
    foreignKeys: [
      {
        parent: parent.name,
        columns: [
          { child: 'a', parent: 'a' },
          { child: 'b_new', parent: 'b' },
        ],
      },
    ],
    indexes: [
      { unique: true, attributes: ['_hidden', 'a'] },
      { unique: false, attributes: ['(abs("_hidden"))'] },
    ],
  });
  await declare(database, parent);
  await declare(database, child);
  assert.deepEqual(await database.catalog.table(parent.name), parent);
  assert.deepEqual(await database.catalog.table(child.name), child);
});

test('a table without attributes beyond a key that counts up', async () => {
  const spec = table('counted', [attribute('id', int32, { inKey: true, autoIncrement: true }), attribute('v', int32)]);
  await declare(database, spec);
  assert.deepEqual(await database.catalog.table(spec.name), spec);
  await database.run(sql('INSERT INTO "lab.counted" ("v") VALUES (1), (2)'));
  assert.deepEqual(await database.all(sql('SELECT "id" FROM "lab.counted"')), [{ id: 1 }, { id: 2 }]);
  const composite = table('counted_2', [key('a'), attribute('id', int32, { inKey: true, autoIncrement: true })]);
  assert.throws(() => database.dialect.createTable(composite), /id of lab\.counted_2 cannot count up by itself/);
});

test('a foreign key that no index begins with gets one', async () => {
  const reference = (child: string) => ({
    parent: { schema: 'lab', table: 'indexed_parent' },
    columns: [{ child, parent: 'p' }],
  });
  await declare(database, table('indexed_parent', [key('p')]));
  const foreignKeys = ['p', 'q', 'r'].map(reference);
  const attributes = [key('p'), key('q'), attribute('r', int32), attribute('s', int32)];
  await declare(
    database,
    table('indexed', attributes, { foreignKeys, indexes: [{ unique: false, attributes: ['r', 's'] }] }),
  );
  const plan = async (column: string): Promise<string> => {
    const rows = await database.all(sql(`EXPLAIN QUERY PLAN SELECT 1 FROM "lab.indexed" WHERE "${column}" = 1`));
    return String(rows[0]?.['detail']);
  };
  for (const column of ['p', 'q', 'r']) assert.match(await plan(column), /^SEARCH/, column);
  assert.match(await plan('s'), /^SCAN/);
  const indexes = await database.all(sql(`SELECT count(*) AS n FROM pragma_index_list('lab.indexed')`));
  assert.deepEqual(indexes, [{ n: 3 }], 'the key, the declared one, and one for q');
});

test('declaring twice changes nothing, dropping leaves nothing', async () => {
  const spec = table('twice', [key('id'), attribute('a', int32)], { indexes: [{ unique: true, attributes: ['a'] }] });
  await declare(database, spec);
  await declare(database, spec);
  const other = table('twice', [key('id'), attribute('a', int32), attribute('b', int32)], { comment: 'another' });
  await declare(database, other);
  assert.deepEqual(await database.catalog.table(spec.name), spec, 'the first declaration stands, unmixed');
  await database.catalog.dropTables([spec.name]);
  assert.equal(await database.catalog.table(spec.name), null);
  assert.deepEqual(await database.all(sql("SELECT name FROM sqlite_master WHERE tbl_name = 'lab.twice'")), []);
  await declare(database, other);
  assert.deepEqual(await database.catalog.table(spec.name), other);
});

test('now has exactly the digits of its type and is UTC', async () => {
  for (let precision = 0; precision <= 6; precision++) {
    const started = Date.now();
    const now = database.dialect.now(precision);
    const [row] = await database.all(sql(`SELECT ${now} AS now, ${database.dialect.epochMillis(now)} AS ms`));
    const text = String(row?.['now']);
    assert.equal(text.length, precision === 0 ? 19 : 20 + precision);
    const resolution = [1000, 100, 10][precision] ?? 1;
    const millis = Number(row?.['ms']);
    assert.ok(millis >= started - resolution && millis <= Date.now() + 1, `${text} is ${millis}, not ${started}`);
  }
});

test('seconds are added and moments turn into milliseconds', async () => {
  const { dialect } = database;
  const add = async (start: string, seconds: number): Promise<unknown> => {
    const [row] = await database.all(sql(`SELECT ${dialect.addSeconds(`'${start}'`, '?')} AS sum`, seconds));
    return row?.['sum'];
  };
  assert.equal(await add('2024-02-28 23:59:59', 1), '2024-02-29 00:00:00');
  assert.equal(await add('2024-01-01 00:00:00.000', -0.5), '2023-12-31 23:59:59.500');
  assert.equal(await add('2024-01-01 00:00:00.000000', 1.25), '2024-01-01 00:00:01.250000');
  assert.equal(await add('2024-01-01 00:00:00.0', 86400), '2024-01-02 00:00:00.0');
  const moment = dialect.epochMillis("'2024-02-29 12:34:56.789'");
  const millis = `SELECT ${moment} AS ms, ${dialect.epochMillis('NULL')} AS none`;
  assert.deepEqual(await database.all(sql(millis)), [{ ms: Date.UTC(2024, 1, 29, 12, 34, 56, 789), none: null }]);
});

test('words of an insert: plain, passing over duplicates and nothing else, replacing', async () => {
  const spec = table('words', [
    key('id'),
    attribute('v', { kind: 'varchar', length: 3 }, { declaredType: 'varchar(3)' }),
  ]);
  await declare(database, spec);
  const { dialect } = database;
  const insert = (mode: 'plain' | 'skipDuplicates' | 'replace', id: number, v: string | null) => {
    const { verb, suffix } = dialect.insertWords(mode, 'id', spec.name);
    return database.run(sql(`${verb} ${dialect.tableReference(spec.name)} ("id", "v") VALUES (?, ?) ${suffix}`, id, v));
  };
  assert.deepEqual(await insert('plain', 1, 'a'), { changes: 1 });
  await refused(insert('plain', 1, 'b'), 'duplicate', /id=1/);
  assert.deepEqual(await insert('skipDuplicates', 1, 'b'), { changes: 0 });
  assert.deepEqual(await insert('skipDuplicates', 2, 'c'), { changes: 1 });
  await refused(insert('skipDuplicates', 3, 'long'), 'invalid_value', /varchar\(3\)/);
  await refused(insert('skipDuplicates', 3, null), 'missing_value', /v/);
  assert.deepEqual(await insert('replace', 1, 'd'), { changes: 1 });
  await refused(insert('replace', 1, 'long'), 'invalid_value', /varchar\(3\)/);
  assert.deepEqual(await database.all(sql('SELECT * FROM "lab.words" ORDER BY "id"')), [
    { id: 1, v: 'd' },
    { id: 2, v: 'c' },
  ]);
  const remove = `${dialect.deleteFrom(dialect.tableReference(spec.name), 't')} WHERE "t"."id" = 2`;
  assert.deepEqual(await database.run(sql(remove)), { changes: 1 });
});

test('limits and names', async () => {
  const { dialect } = database;
  const five = 'SELECT value AS n FROM json_each(?)';
  const limited = async (limit: number | null, offset: number): Promise<unknown[]> => {
    const rows = await database.all(sql(`${five} ${dialect.limit(limit, offset)}`, '[1,2,3,4,5]'));
    return rows.map((row) => row['n']);
  };
  assert.deepEqual(await limited(null, 0), [1, 2, 3, 4, 5]);
  assert.deepEqual(await limited(2, 0), [1, 2]);
  assert.deepEqual(await limited(2, 3), [4, 5]);
  assert.deepEqual(await limited(null, 4), [5]);
  assert.deepEqual(await limited(0, 0), []);
  assert.equal(dialect.quoteIdentifier('a"b'), '"a""b"');
  assert.equal(dialect.tableReference({ schema: 's', table: '~~t' }), '"s.~~t"');
  const parameters = Array.from({ length: dialect.maxParameters }, () => '?').join(', ');
  const values = new Array<number>(dialect.maxParameters).fill(1);
  assert.deepEqual(await database.all(sql(`SELECT 1 IN (${parameters}) AS found`, ...values)), [{ found: 1 }]);
});
