import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as dj from '../../../src/engine';
import { connectError } from '../../../src/engine/database/mysql/connectErrors';
import { calledFunctions, withSchema } from '../../../src/engine/database/mysql/statementNames';
import { onServer, refused, sql } from './support';

const server = onServer(
  [],
  `CREATE DATABASE old COLLATE latin1_swedish_ci; CREATE DATABASE fresh COLLATE utf8mb4_bin;
    CREATE TABLE old.word (k VARCHAR(40) PRIMARY KEY, n INT, j JSON);
    CREATE TABLE old.other (k INT PRIMARY KEY);
    CREATE USER reader@'127.0.0.1' IDENTIFIED BY 'x'; GRANT SELECT (k) ON old.word TO reader@'127.0.0.1'`,
);

test('a character that the character set of the attribute lacks, in a value and in a condition', async () => {
  const database = await server.open();
  for (const text of ['the value must be ≥ 3', '😀'])
    await refused(database.run(sql('INSERT INTO old.word (k) VALUES (?)', text)), 'invalid_value', /does not fit its type: /);
});

test('json that is none, by the name of its attribute', async () => {
  const database = await server.open();
  const error = await refused(
    database.run(sql('INSERT INTO `old`.`word` (`k`, `j`) VALUES (?, ?)', 'a', '{')),
    'invalid_value',
    /for (word\.)?j does not fit its type/,
  );
  assert.doesNotMatch(error.message, /old/);
});

test('a privilege that is missing, with table and schema', async () => {
  const reader = await server.open({ user: 'reader', password: 'x' });
  const lacks = (text: string, what: RegExp) => refused(reader.run(sql(text)), 'access', what);
  await lacks('INSERT INTO `old`.`word` (`k`) VALUES (1)', /lacks a privilege \(insert on old\.word\)/);
  await lacks('SELECT * FROM old.other', /lacks a privilege \(select on old\.other\)/);
  await lacks('SELECT n FROM old.word', /lacks a privilege \(select on n of old\.word\)/);
});

test('a function that does not exist, by name', async () => {
  const database = await server.open();
  await refused(database.all(sql("SELECT no_such_function('count(1)') AS n FROM old.word")), 'query', /no_such_function/);
});

test('a reference to texts of another collation says so', async () => {
  const connection = new dj.Connection(await server.open());
  const [old, fresh] = ['old', 'fresh'].map((name) => dj.schema(name, { connection }));
  class Name extends dj.Manual {
    static override readonly definition: string = 'name : varchar(20)';
  }
  class Nickname extends dj.Manual {
    static override readonly definition: string = '-> Name\nnickname : varchar(20)';
  }
  old?.(Name);
  await Name.insert1({ name: 'a' });
  fresh?.(Nickname);
  const collations = /^fresh\.nickname cannot refer to old\.name: texts have the collation latin1_swedish_ci there and utf8mb4_bin in the schema fresh\. /;
  await refused(Nickname.insert1({ name: 'a', nickname: 'b' }), 'definition', collations);
  const text = 'CREATE TABLE `fresh`.`t` (k INT UNSIGNED PRIMARY KEY, FOREIGN KEY (k) REFERENCES `old`.`other` (`k`))';
  await refused(connection.database.run(sql(text)), 'definition', /^fresh\.t cannot refer to another table, because the types or/);
});

test('a login whose plugin is unknown, and as many prepared statements as there may be', async () => {
  const thrown = new Error('Server requests authentication using unknown plugin client_ed25519. See TODO: add plugins doco here.');
  const { code, message } = connectError(Object.assign(thrown, { code: 'AUTH_SWITCH_PLUGIN_ERROR' }), server.spec());
  assert.equal(code, 'unreachable');
  assert.match(message, /wants a login of root by client_ed25519, which is not known here: let its administrator give/);
  assert.doesNotMatch(message, /TODO/);
  await server.server.sql('SET GLOBAL max_prepared_stmt_count = 0');
  await refused(server.open(), 'busy', /^The server 127\.0\.0\.1:\d+ keeps as many prepared statements as it allows: /);
  await server.server.sql('SET GLOBAL max_prepared_stmt_count = 16382');
});

test('what a statement tells of the names in it', () => {
  const text = "SELECT Count(*), f(`g(x)`), F2 (1) FROM `a b`.`c``d` JOIN s.t WHERE x IN (1) AND y = 'h(2)'";
  assert.deepEqual(calledFunctions(text), ['f', 'F2']);
  assert.equal(withSchema('t', text), 's.t');
  assert.equal(withSchema('c`d', text), 'a b.c`d');
  assert.equal(withSchema('t', 'SELECT * FROM a.t JOIN b.t'), 't');
  assert.equal(withSchema('u', text), 'u');
});
