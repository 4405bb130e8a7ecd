import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../../src/engine/database';
import { serverProduct } from '../../harness/serverKind';
import { onServer, refused, sql } from './support';

const place = onServer(
  ['--innodb-lock-wait-timeout=1', '--max-allowed-packet=1M'],
  `CREATE DATABASE lab; USE lab;
    CREATE TABLE parent (a INT, b VARCHAR(8), PRIMARY KEY (a, b));
    CREATE TABLE child (k INT PRIMARY KEY, a INT, b VARCHAR(8), u INT DEFAULT NULL, e ENUM('x','y') NOT NULL DEFAULT 'x',
      n TINYINT NOT NULL DEFAULT 0, j JSON, c INT CHECK (c > 0), UNIQUE (u), FOREIGN KEY (a, b) REFERENCES parent (a, b));
    INSERT INTO parent VALUES (1, 'x'), (2, 'y'); INSERT INTO child (k, a, b, u) VALUES (1, 1, 'x', 7);
    CREATE USER reader@'127.0.0.1' IDENTIFIED BY 'x'; GRANT SELECT ON lab.child TO reader@'127.0.0.1'`,
);
let opened: Promise<Database> | null = null;
const root = (): Promise<Database> => (opened ??= place.open());
const run = async (text: string, ...values: (number | string | null)[]) =>
  await (await root()).run(sql(text, ...values));
const all = async (text: string) => await (await root()).all(sql(text));

const insert = (columns: string, rows: number, ...values: (number | string | null)[]) =>
  run(
    `INSERT INTO \`lab\`.\`child\` (${columns}) VALUES ${Array.from({ length: rows }, () => `(${columns.replace(/`\w+`/g, '?')})`).join(', ')}`,
    ...values,
  );

test('a duplicate: table, key attributes and values', async () => {
  await refused(insert('`k`', 3, 5, 1, 6), 'duplicate', /^lab\.child already has a row with k=1\.$/);
  await refused(insert('`k`, `u`', 2, 5, 8, 6, 7), 'duplicate', /^lab\.child already has a row with u=7\.$/);
  await refused(insert('`k`', 2, 9, 9), 'duplicate', /k=9/);
  await refused(
    run('INSERT INTO `lab`.`parent` VALUES (1, ?)', 'x'),
    'duplicate',
    /^lab\.parent already has a row with \(a, b\) = 1-x\.$/,
  );
});

test('a missing parent and a row that is referred to', async () => {
  await refused(
    insert('`k`, `a`, `b`', 3, 5, 2, 'y', 6, 2, 'z', 7, null, null),
    'integrity',
    /^A row of lab\.child refers to lab\.parent with a=2, b="z", and that row is missing/,
  );
  await refused(
    run('UPDATE lab.child SET a = 9 WHERE k = 1'),
    'integrity',
    /refers with a, b to a row that lab\.parent does not have/,
  );
  await refused(
    run('DELETE FROM lab.parent'),
    'integrity',
    /^Rows of lab\.child refer to these rows of lab\.parent with a, b: delete those first\.$/,
  );
  await refused(run('DROP TABLE lab.parent'), 'integrity', /delete those first/);
});

test('values that are missing or do not fit, by attribute', async () => {
  await refused(run('INSERT INTO lab.parent (a) VALUES (?)', 5), 'missing_value', /^b needs a value/);
  await refused(insert('`k`, `n`', 1, 5, null), 'missing_value', /^n needs a value/);
  await refused(insert('`k`, `n`', 1, 5, 300), 'invalid_value', /for n is outside the range/);
  await refused(insert('`k`, `b`', 1, 5, 'much too long'), 'invalid_value', /for b is longer/);
  await refused(insert('`k`, `e`', 1, 5, 'z'), 'invalid_value', /for e does not fit/);
  await refused(insert('`k`, `n`', 1, 5, 'many'), 'invalid_value', /for n does not fit/);
  await refused(insert('`k`, `c`', 1, 5, -1), 'invalid_value', /does not fit/);
  await refused(insert('`k`, `j`', 1, 5, '{'), 'invalid_value', /j does not fit/);
  await refused(insert('`k`, `b`', 1, 5, 'x'.repeat(2_000_000)), 'invalid_value', /max_allowed_packet/).catch(
    (error: unknown) => {
      // The server may cut the connection before it has said why.
      if (!(error instanceof Error && 'code' in error && error.code === 'connection_lost'))
        assert.match(String(error), /connection/);
    },
  );
});

test('names that do not exist, and text that is no SQL', async () => {
  await refused(all('SELECT x FROM lab.child'), 'unknown_attribute', /^There is no attribute x\.$/);
  await refused(all('SELECT * FROM lab.nothing'), 'unknown_table', /lab\.nothing/);
  await refused(all('SELECT * FROM nowhere.nothing'), 'unknown_table', serverProduct === 'mysql' ? /no schema nowhere/ : /nowhere\.nothing/);
  await refused(run('DROP DATABASE nowhere'), 'unknown_table', /no schema nowhere/);
  await refused(all('SELECT FROM WHERE'), 'query', /cannot read the statement/);
  await refused(all('SELECT no_such(1)'), 'query', /no_such/);
});

test('privileges that are missing', async () => {
  const reader = await place.open({ user: 'reader', password: 'x' });
  assert.deepEqual(await reader.catalog.schemas(), ['lab']);
  assert.equal((await reader.all(sql('SELECT COUNT(*) AS n FROM lab.child')))[0]?.['n'], 1);
  for (const text of [
    'INSERT INTO lab.child (k) VALUES (9)',
    'SELECT * FROM lab.parent',
    'CREATE DATABASE more',
    'DROP TABLE lab.child',
    'SELECT * FROM mysql.user',
  ]) {
    await refused(reader.run(sql(text)), 'access', /lacks a privilege/);
  }
});

test('conflicts that pass are transient, others are not', async () => {
  const [one, two] = [await place.open(), await place.open()];
  const holding = one.transaction(async (open) => {
    await open.run(sql('UPDATE lab.child SET n = 1 WHERE k = 1'));
    const error = await refused(
      two.run(sql('UPDATE lab.child SET n = 2 WHERE k = 1')),
      'busy',
      /held a row for too long/,
    );
    assert.equal(two.isTransient(error), true);
  });
  await holding;
  const lock = (a: number, b: number, ready: () => Promise<void>, database_: Database) =>
    database_.transaction(async (open) => {
      await open.run(sql('UPDATE lab.parent SET b = b WHERE a = ?', a));
      await open.all(sql('SELECT * FROM lab.parent WHERE a = ? FOR UPDATE', a));
      await ready();
      await open.all(sql('SELECT * FROM lab.parent WHERE a = ? FOR UPDATE', b));
    });
  let arrived = 0;
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const ready = () => {
    arrived += 1;
    if (arrived === 2) open();
    return gate;
  };
  const outcomes = await Promise.allSettled([lock(1, 2, ready, one), lock(2, 1, ready, two)]);
  const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
  assert.equal(failed.length, 1);
  assert.ok(
    failed.every((outcome) => one.isTransient(outcome.reason)),
    String(failed[0]?.reason),
  );
  assert.equal(one.isTransient(new Error('other')), false);
  assert.equal(
    one.isTransient(await refused(one.all(sql('SELECT x FROM lab.child')), 'unknown_attribute', /x/)),
    false,
  );
});
