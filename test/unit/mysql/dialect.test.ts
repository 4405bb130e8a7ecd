import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attribute, Database, TableSpec } from '../../../src/engine/database';
import { onServer, refused, sql } from './support';

const place = onServer(['--default-time-zone=+05:00'], 'CREATE DATABASE lab');
let opened: Promise<Database> | null = null;
const open = (): Promise<Database> => (opened ??= place.open());

const attribute = (name: string, change: Partial<Attribute> = {}): Attribute => ({
  name,
  declaredType: 'int32',
  column: { kind: 'integer', bits: 32, unsigned: false },
  codec: null,
  inKey: false,
  nullable: false,
  autoIncrement: false,
  default: null,
  comment: '',
  lineage: null,
  ...change,
});
const key = (name: string): Attribute => attribute(name, { inKey: true, lineage: `lab.t.${name}` });
const text = (name: string, change: Partial<Attribute> = {}): Attribute =>
  attribute(name, { declaredType: 'varchar(8)', column: { kind: 'varchar', length: 8 }, ...change });
const spec = (table: string, attributes: Attribute[], change: Partial<TableSpec> = {}): TableSpec => ({
  name: { schema: 'lab', table },
  comment: '',
  attributes,
  foreignKeys: [],
  indexes: [],
  ...change,
});

async function declare(table: TableSpec): Promise<Database> {
  const database = await open();
  await database.transaction(async (transaction) => {
    for (const statement of database.dialect.createTable(table)) await transaction.run(statement);
  });
  return database;
}

test("times are the server's own, and moments in time are what they are anywhere", async () => {
  const { dialect, all } = await declare(spec('times', [key('k')])).then((database) => ({
    dialect: database.dialect,
    all: database.all.bind(database),
  }));
  const later = dialect.addSeconds(dialect.now(3), '?');
  const [row] = await all(
    sql(
      `SELECT ${dialect.now(3)} AS now, ${dialect.now(0)} AS seconds, ${dialect.epochMillis(dialect.now(3))} AS ms, ${dialect.epochMillis(later)} AS later, ` +
        `${dialect.epochMillis(dialect.addSeconds(dialect.now(3), '-0.5'))} AS earlier, ${dialect.epochMillis('NULL')} AS never`,
      90,
    ),
  );
  assert.match(String(row?.['now']), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{3})?$/);
  // Ten minutes: it is the time zone that is to be right.
  assert.ok(Math.abs(Date.parse(`${String(row?.['seconds']).replace(' ', 'T')}+05:00`) - Date.now()) < 600_000);
  assert.ok(Math.abs(Number(row?.['ms']) - Date.now()) < 600_000);
  assert.equal(Number(row?.['later']) - Number(row?.['ms']), 90_000);
  assert.equal(Number(row?.['ms']) - Number(row?.['earlier']), 500);
  assert.equal(row?.['never'], null);
});

test('passing over duplicates changes nothing of the row that is there, and reports what was inserted', async () => {
  const table = spec('words', [key('k'), text('u'), attribute('n', { default: { kind: 'literal', text: '0' } })], {
    indexes: [{ unique: true, attributes: ['u'] }],
  });
  const database = await declare(table);
  const { verb, suffix } = database.dialect.insertWords('skipDuplicates', 'k', table.name);
  const insert = (...values: (number | string)[]) =>
    database.run(sql(`${verb} \`lab\`.\`words\` (\`k\`, \`u\`) VALUES (?, ?), (?, ?) ${suffix}`, ...values));
  assert.deepEqual(await insert(1, 'a', 2, 'b'), { changes: 2 });
  assert.deepEqual(await insert(1, 'z', 9, 'b'), { changes: 0 });
  assert.deepEqual(await insert(1, 'y', 3, 'c'), { changes: 1 });
  assert.deepEqual(await database.all(sql('SELECT k, u FROM lab.words ORDER BY k')), [
    { k: 1, u: 'a' },
    { k: 2, u: 'b' },
    { k: 3, u: 'c' },
  ]);
  const select = sql(
    `${verb} lab.words (k, u) SELECT w.k, w.u FROM (SELECT k, u FROM lab.words UNION SELECT 7, 'g') AS w WHERE TRUE ${suffix}`,
  );
  assert.deepEqual(await database.run(select), { changes: 1 });
  await refused(insert(5, 'much too long', 6, 'x'), 'invalid_value', /u is longer/);
  assert.deepEqual(
    await database.run(sql('UPDATE lab.words SET n = 0 WHERE k <= 2')),
    { changes: 2 },
    'rows that match count, changed or not',
  );
  const replace = database.dialect.insertWords('replace', 'k', table.name);
  assert.deepEqual(
    await database.run(sql(`${replace.verb} lab.words (k, u) VALUES (?, ?) ${replace.suffix}`, 1, 'r')),
    { changes: 1 },
  );
  const alias = database.dialect.deleteFrom('`lab`.`words`', 't0');
  assert.deepEqual(await database.run(sql(`${alias} WHERE t0.k > ?`, 1)), { changes: 3 });
});

test('hidden columns of job metadata come out as datajoint-python adds them', async () => {
  const database = await declare(
    spec('__made', [
      key('k'),
      attribute('_job_start_time', {
        declaredType: 'datetime(3)',
        column: { kind: 'datetime', precision: 3 },
        nullable: true,
        default: { kind: 'null' },
      }),
      attribute('_job_duration', {
        declaredType: 'float32',
        column: { kind: 'float', bits: 32 },
        nullable: true,
        default: { kind: 'null' },
      }),
      text('_job_version', {
        declaredType: 'varchar(64)',
        column: { kind: 'varchar', length: 64 },
        nullable: true,
        default: { kind: 'literal', text: '' },
      }),
    ]),
  );
  await place.server.sql(
    "CREATE TABLE lab.expected (`k` int NOT NULL COMMENT ':int32:', `_job_start_time` datetime(3) DEFAULT NULL, `_job_duration` float DEFAULT NULL, `_job_version` varchar(64) DEFAULT '', PRIMARY KEY (`k`)) ENGINE=InnoDB",
  );
  const create = async (table: string) =>
    String((await database.all(sql(`SHOW CREATE TABLE lab.${table}`)))[0]?.['Create Table']).replace(table, '');
  assert.equal(await create('__made'), await create('expected'));
});

test('altering gives comments, defaults and new attributes in their place, and is read back', async () => {
  const before = spec('altered', [key('k'), text('a', { comment: 'old' }), text('c')], { comment: 'old' });
  const database = await declare(before);
  const wanted = spec(
    'altered',
    [
      key('k'),
      text('a', { comment: 'it\'s "new" \\ : é', default: { kind: 'literal', text: "x'\\" } }),
      text('b', { nullable: true, default: { kind: 'null' } }),
      text('c'),
    ],
    { comment: 'new' },
  );
  const statements = database.dialect.alterTable(before, wanted);
  for (const statement of statements) await database.run(statement);
  assert.deepEqual(await database.catalog.table(wanted.name), {
    ...wanted,
    attributes: wanted.attributes.map((each) => ({ ...each, lineage: each.name === 'k' ? 'lab.t.k' : null })),
  });
  assert.deepEqual(database.dialect.alterTable(wanted, wanted), []);
});

test('dropping takes the lineage along, and makes no ~lineage where there was none', async () => {
  const database = await declare(spec('dropped', [key('k')]));
  const drop = (schema: string, table: string) => database.catalog.dropTables([{ schema, table }]);
  const lineage = async () =>
    Number(
      (await database.all(sql("SELECT COUNT(*) AS n FROM lab.`~lineage` WHERE table_name = 'dropped'")))[0]?.['n'],
    );
  assert.equal(await lineage(), 1);
  await drop('lab', 'dropped');
  assert.equal(await lineage(), 0);
  await drop('lab', 'dropped');
  await place.server.sql('CREATE DATABASE legacy; CREATE TABLE legacy.old (k INT PRIMARY KEY)');
  await drop('legacy', 'old');
  assert.deepEqual(await database.all(sql('SHOW TABLES IN legacy')), []);
});

test('values arrive exactly, in rows, streams and transactions', async () => {
  await place.server.sql(
    `CREATE TABLE lab.held (k INT PRIMARY KEY, f FLOAT, b BIGINT, u BIGINT UNSIGNED, d DECIMAL(30,10), v VARCHAR(20), y VARBINARY(8), t DATETIME(6), s TIME(3), z DATE)`,
  );
  const database = await open();
  const row = {
    k: 1,
    f: Math.fround(0.1),
    b: -(2n ** 63n),
    u: 2n ** 64n - 1n,
    d: '12345678901234567890.0123456789',
    v: "é😀'\\\0",
    y: Uint8Array.from([0, 255]),
    t: '2026-01-31 14:05:00.000001',
    s: '-12:00:00.5',
    z: '0001-01-01',
  };
  await database.run(
    sql(
      `INSERT INTO lab.held VALUES (${Object.keys(row)
        .map(() => '?')
        .join(', ')})`,
      ...Object.values(row),
    ),
  );
  assert.deepEqual(await database.all(sql('SELECT * FROM lab.held')), [row]);
  const streamed = [];
  for await (const each of database.iterate(sql('SELECT * FROM lab.held WHERE b = ? AND u = ?', row.b, row.u)))
    streamed.push(each);
  assert.deepEqual(streamed, [row]);
  await database.transaction(async (transaction) => {
    for await (const each of transaction.iterate(sql('SELECT * FROM lab.held WHERE y = ?', row.y)))
      assert.deepEqual(each, row);
  });
  const [computed] = await database.all(
    sql(
      'SELECT SUM(k) AS whole, AVG(k) AS mean, SUM(d) AS many, COUNT(*) AS n, MAX(k) = 1 AS truth, ? AS given FROM lab.held',
      2 ** 53 - 1,
    ),
  );
  assert.deepEqual(computed, {
    whole: 1,
    mean: 1,
    many: '12345678901234567890.0123456789',
    n: 1,
    truth: 1,
    given: 2 ** 53 - 1,
  });
});
