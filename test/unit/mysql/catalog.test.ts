import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as dj from '../../../src/engine';
import { describeTable } from '../../../src/engine/definition';
import { readColumn, readDefault } from '../../../src/engine/database/mysql/columnTypes';
import { readServer } from '../../../src/engine/database/mysql/server';
import { onServer, refused, sql } from './support';

const place = onServer();

test('tables of anybody: views left out, strange names, types of the server', async () => {
  const long = 'x'.repeat(64);
  await place.server.sql(`
    CREATE DATABASE \`we\`\`ird.name ü\`; USE \`we\`\`ird.name ü\`;
    CREATE TABLE \`${long}\` (\`${long}\` INT PRIMARY KEY);
    CREATE TABLE \`ta\`\`ble.é\` (\`a b\` INT PRIMARY KEY, \`c\`\`d\` GEOMETRY, s SET('a','b'), y YEAR, b BIT(9), v VARBINARY(4), l LONGTEXT COMMENT ':json:a text');
    CREATE TABLE keyless (a INT);
    CREATE VIEW seen AS SELECT * FROM keyless;
    INSERT INTO \`ta\`\`ble.é\` VALUES (1, POINT(1, 2), 'a,b', 2026, b'100000001', x'00ff', '{}')`);
  const database = await place.open();
  assert.deepEqual(await database.catalog.schemas(), ['we`ird.name ü']);
  const tables = await database.catalog.tables();
  assert.deepEqual(
    tables.map((table) => table.name.table),
    ['keyless', 'ta`ble.é', long],
  );
  const odd = await database.catalog.table({ schema: 'we`ird.name ü', table: 'ta`ble.é' });
  assert.deepEqual(
    odd?.attributes.map(({ name, column, inKey }) => [name, column.kind, inKey]),
    [
      ['a b', 'integer', true],
      ['c`d', 'native', false],
      ['s', 'native', false],
      ['y', 'native', false],
      ['b', 'native', false],
      ['v', 'native', false],
      ['l', 'json', false],
    ],
  );
  assert.equal(await database.catalog.table({ schema: 'we`ird.name ü', table: 'seen' }), null);
  assert.equal(await database.catalog.table({ schema: 'nowhere', table: 'nothing' }), null);
  const rows = await database.all({
    sql: `SELECT * FROM ${database.dialect.tableReference(odd?.name ?? { schema: '', table: '' })}`,
    values: [],
  });
  assert.deepEqual(rows, [
    { 'a b': 1, 'c`d': '{"x":1,"y":2}', s: 'a,b', y: 2026, b: 257, v: Uint8Array.from([0, 255]), l: '{}' },
  ]);
});

test('references across schemas are read, and keep a schema from being dropped', async () => {
  // MySQL 8.4 refuses references to part of a key unless it is told to take them; tables of older servers have them.
  await place.server.sql(`
    /*!80400 SET restrict_fk_on_non_standard_key = OFF */;
    CREATE DATABASE up; CREATE DATABASE down; CREATE TABLE up.p (b INT, a INT, PRIMARY KEY (a, b));
    CREATE TABLE down.c (x INT, y INT, z INT, PRIMARY KEY (z, x), KEY own (z), FOREIGN KEY (y, x) REFERENCES up.p (a, b), FOREIGN KEY (x) REFERENCES up.p (a))`);
  const database = await place.open();
  const [child] = await database.catalog.tables(['down']);
  assert.deepEqual(
    child?.attributes.map(({ name }) => name),
    ['z', 'x', 'y'],
  );
  assert.deepEqual(child?.foreignKeys, [
    {
      parent: { schema: 'up', table: 'p' },
      columns: [
        { child: 'y', parent: 'a' },
        { child: 'x', parent: 'b' },
      ],
    },
    { parent: { schema: 'up', table: 'p' }, columns: [{ child: 'x', parent: 'a' }] },
  ]);
  assert.deepEqual(child?.indexes, [{ unique: false, attributes: ['z'] }]);
  await refused(database.catalog.dropSchema('up'), 'integrity', /down\.c refers to it/);
  assert.equal((await database.catalog.tables(['up', 'down', 'up'])).length, 2);
  await database.catalog.dropSchema('down');
  await database.catalog.dropSchema('up');
  await database.catalog.dropSchema('up');
});

test('columns: core types and codecs by their marks, all others by what the server says', () => {
  const read = (type: string, comment = '') => {
    const { column, declaredType, codec, comment: rest } = readColumn(type, comment);
    return [column.kind, declaredType, codec, rest];
  };
  assert.deepEqual(read('binary(16)', ':uuid:of it'), ['uuid', 'uuid', null, 'of it']);
  assert.deepEqual(read('tinyint(4)', ':bool:'), ['bool', 'bool', null, '']);
  assert.deepEqual(read('tinyint(4)'), ['integer', 'tinyint', null, '']);
  assert.deepEqual(read('int(10) unsigned', 'n'), ['integer', 'int unsigned', null, 'n']);
  assert.deepEqual(read('longtext', ':json:'), ['json', 'json', null, '']);
  assert.deepEqual(read('longtext', ':<object@>:far'), ['json', '<object@>', 'object', 'far']);
  assert.deepEqual(read('longblob', ':<blob>:a: b'), ['bytes', '<blob>', 'blob', 'a: b']);
  assert.deepEqual(read('longblob'), ['bytes', 'longblob', null, '']);
  assert.deepEqual(read('longblob', ':attach:a file'), ['bytes', '<attach>', 'attach', 'a file']);
  assert.deepEqual(read('binary(16)', ':external-raw:old'), ['native', 'external-raw', null, 'old']);
  assert.deepEqual(read('binary(16)', ':blob@raw:old'), ['native', 'blob@raw', null, 'old']);
  assert.deepEqual(readColumn("enum('a','it''s','b,c')", '').column, { kind: 'enum', values: ['a', "it's", 'b,c'] });
  assert.deepEqual(readColumn('decimal(12,3)', '').column, { kind: 'decimal', precision: 12, scale: 3 });
  assert.deepEqual(read('double unsigned'), ['native', 'double unsigned', null, '']);
});

test('defaults in the spelling of either server', () => {
  const literal = (text: string) => ({ kind: 'literal', text });
  const expression = (text: string) => ({ kind: 'expression', sql: text });
  const ofMariaDb = (text: string | null, isNullable = false) =>
    readDefault({ text, isNullable, isGenerated: false }, true);
  const ofMysql = (text: string | null, isGenerated = false, isNullable = false) =>
    readDefault({ text, isNullable, isGenerated }, false);
  assert.deepEqual(ofMariaDb('NULL', true), { kind: 'null' });
  assert.deepEqual(ofMysql(null, false, true), { kind: 'null' });
  assert.equal(ofMariaDb(null), null);
  assert.deepEqual(ofMariaDb("'it''s'"), literal("it's"));
  assert.deepEqual(ofMysql("it's"), literal("it's"));
  assert.deepEqual(ofMariaDb("'NULL'"), literal('NULL'));
  assert.deepEqual(ofMysql('NULL'), literal('NULL'));
  for (const text of ['1.50', '-3', '1e10', "b'101'", '0x00ff']) assert.deepEqual(ofMariaDb(text), literal(text));
  assert.deepEqual(ofMariaDb('current_timestamp(3)'), { kind: 'now', precision: 3 });
  assert.deepEqual(ofMysql('CURRENT_TIMESTAMP'), { kind: 'now', precision: 0 });
  assert.deepEqual(ofMysql('CURRENT_TIMESTAMP(3)', true), { kind: 'now', precision: 3 });
  assert.deepEqual(ofMysql('uuid()'), literal('uuid()'));
  assert.deepEqual(ofMysql('uuid()', true), expression('uuid()'));
  assert.deepEqual(ofMysql("concat(_utf8mb4\\'a\\\\\\'b\\',`k`)", true), expression("concat(_utf8mb4'a\\'b',`k`)"));
  assert.deepEqual(ofMariaDb('uuid()'), expression('uuid()'));
  assert.deepEqual(ofMariaDb("concat('a','b')"), expression("concat('a','b')"));
  assert.deepEqual(ofMariaDb("'uuid()'"), literal('uuid()'));
});

test('a default that is an expression stays one when the table is altered', async () => {
  await place.server.sql(
    "CREATE DATABASE computed; CREATE TABLE computed.item (k INT NOT NULL PRIMARY KEY, " +
      "u CHAR(36) NOT NULL DEFAULT (UUID()), t VARCHAR(9) NOT NULL DEFAULT 'uuid()', " +
      "c VARCHAR(20) NOT NULL DEFAULT (CONCAT('it''s ', 1 + 1, '\\\\', '\"')))",
  );
  const connection = new dj.Connection(await place.open());
  const name = { schema: 'computed', table: 'item' };
  const before = await connection.catalog.table(name);
  assert.ok(before !== null);
  assert.deepEqual(
    before.attributes.map((attribute) => attribute.default?.kind ?? null),
    [null, 'expression', 'literal', 'expression'],
  );
  const definition = describeTable(before, () => null, ({ table }) => table);
  assert.match(definition, /^# the default of u is uuid\(\)\nu +: char\(36\)/m);
  assert.match(definition, /^t = .uuid\(\)./m);
  const attributes = before.attributes.map((attribute) => ({ ...attribute, comment: `about ${attribute.name}` }));
  for (const statement of connection.dialect.alterTable(before, { ...before, attributes }))
    await connection.database.run(statement);
  const after = await connection.catalog.table(name);
  assert.deepEqual(
    after?.attributes.map((attribute) => attribute.comment),
    ['about k', 'about u', 'about t', 'about c'],
  );
  await connection.database.run(sql('INSERT INTO computed.item (k) VALUES (1)'));
  const [row] = await connection.database.all(sql('SELECT * FROM computed.item'));
  assert.match(String(row?.['u']), /^[0-9a-f-]{36}$/);
  assert.deepEqual([row?.['t'], row?.['c']], ['uuid()', `it's 2\\"`]);
});

test('servers by their version', () => {
  const features = (text: string) => {
    const server = readServer({ version: text });
    return [
      server.isMariaDb,
      server.version,
      server.skipsLocked,
      server.hasExpressionIndexes,
      server.aliasesDeletes,
      server.quotesDefaults,
    ];
  };
  assert.deepEqual(features('10.11.6-MariaDB-0+deb12u1'), [true, '10.11.6', true, false, false, true]);
  assert.deepEqual(features('5.5.5-10.5.23-MariaDB'), [true, '10.5.23', false, false, false, true]);
  assert.deepEqual(features('11.8.2-MariaDB'), [true, '11.8.2', true, false, true, true]);
  assert.deepEqual(features('8.0.36'), [false, '8.0.36', true, true, true, false]);
  assert.deepEqual(features('8.0.0-dmr'), [false, '8.0.0', false, false, false, false]);
  assert.deepEqual(features('5.7.44-log'), [false, '5.7.44', false, false, false, false]);
  assert.deepEqual(features('9.1.0'), [false, '9.1.0', true, true, true, false]);

  const settings = { performance_schema: 'ON', log_bin: 'ON', binlog_format: 'ROW' };
  const places = (version: string, changed: Partial<typeof settings> = {}) => {
    const server = readServer({ version, ...settings, ...changed });
    return [server.processlist.split('_')[0], server.tellsLockWaits, server.writesReadCommitted];
  };
  assert.deepEqual(places('9.1.0'), ['performance', true, true]);
  assert.deepEqual(places('8.0.21'), ['information', true, true]);
  assert.deepEqual(places('5.7.44-log'), ['information', false, true]);
  assert.deepEqual(places('9.1.0', { performance_schema: 'OFF' }), ['information', false, true]);
  assert.deepEqual(places('11.8.2-MariaDB', { performance_schema: 'OFF' }), ['information', true, true]);
  assert.deepEqual(places('8.0.36', { binlog_format: 'STATEMENT' }), ['performance', true, false]);
  assert.deepEqual(places('8.0.36', { binlog_format: 'STATEMENT', log_bin: 'OFF' }), ['performance', true, true]);
});
