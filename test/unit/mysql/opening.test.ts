import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as dj from '../../../src/engine';
import type { SqlRow } from '../../../src/engine/database';
import { onServer, refused, sql } from './support';

/** Everything that a server can set for the sessions of others so that statements of the engine mean something else. */
const INIT = [
  'NAMES latin1',
  "SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES'",
  'autocommit = 0',
  "completion_type = 'RELEASE'",
  'foreign_key_checks = 0',
  'unique_checks = 0',
  'sql_auto_is_null = 1',
  'sql_safe_updates = 1',
  'sql_select_limit = 2',
].join(', ');

const server = onServer(
  [`--init-connect=SET ${INIT}`, '--completion-type=CHAIN'],
  "CREATE DATABASE init; CREATE USER plain@'127.0.0.1' IDENTIFIED BY 'x'; GRANT ALL ON init.* TO plain@'127.0.0.1'",
);
/** init_connect is for accounts without administrative privileges only. */
const plain = { user: 'plain', password: 'x' };

test('a session is the same whatever init_connect and the configuration set', async () => {
  const database = await server.open(plain);
  const variables = `'character_set_client', 'character_set_connection', 'character_set_results', 'collation_connection',
    'autocommit', 'completion_type', 'foreign_key_checks', 'unique_checks', 'sql_auto_is_null', 'sql_safe_updates',
    'sql_select_limit'`;
  const ask = sql(`SHOW VARIABLES WHERE Variable_name IN (${variables})`);
  const expected = new Map(Object.entries({
    autocommit: 'ON',
    character_set_client: 'utf8mb4',
    character_set_connection: 'utf8mb4',
    character_set_results: 'utf8mb4',
    collation_connection: 'utf8mb4_general_ci',
    completion_type: 'NO_CHAIN',
    foreign_key_checks: 'ON',
    sql_auto_is_null: 'OFF',
    sql_safe_updates: 'OFF',
    sql_select_limit: '18446744073709551615',
    unique_checks: 'ON',
  }));
  const read = (rows: readonly SqlRow[]) =>
    new Map(rows.map((row) => [row['Variable_name'], row['Value']]));
  assert.deepEqual(read(await database.all(ask)), expected);
  // Beside the main session, which the transaction has.
  await database.transaction(async (open) => {
    assert.deepEqual(read(await open.all(ask)), expected);
    assert.deepEqual(read(await database.all(ask)), expected);
  });
});

test('texts are stored as they are, commits leave the session as it was, and references are kept', async () => {
  const connection = new dj.Connection(await server.open(plain));
  const schema = dj.schema('init', { connection });
  class Note extends dj.Manual {
    static override readonly definition: string = `
      n : int32
      ---
      text : varchar(40)
      more : json
    `;
  }
  class Reply extends dj.Manual {
    static override readonly definition: string = '-> Note\nr : int32';
  }
  schema(Note);
  schema(Reply);
  const text = 'Zoë 😀 → ≥ "\\';
  assert.equal(await Reply.count(), 0);
  await Note.insert([1, 2, 3, 4].map((n) => ({ n, text, more: { text } })));
  assert.deepEqual(
    (await Note.fetch()).map((row) => [row['n'], row['text'], row['more']]),
    [1, 2, 3, 4].map((n) => [n, text, { text }]),
  );
  assert.equal(
    await server.server.sql('SELECT HEX(text) FROM init.note WHERE n = 1'),
    Buffer.from(text).toString('hex').toUpperCase(),
  );
  assert.equal(await Note.restrict({ text }).count(), 4);
  const { database } = connection;
  const id = async () => (await database.all(sql('SELECT CONNECTION_ID() AS id')))[0]?.['id'];
  const before = await id();
  await database.transaction((open) => open.run(sql('INSERT INTO init.reply VALUES (1, 1)')));
  await database.transaction((open) => open.run(sql('INSERT INTO init.reply VALUES (2, 1)')), { deferWrites: true });
  await database.transaction((open) => open.run(sql('UPDATE init.reply SET r = 2')), { readCommitted: true });
  assert.equal(await id(), before, 'no commit has ended the session');
  assert.equal(await server.server.sql('SELECT COUNT(*) FROM init.reply WHERE r = 2'), '2');
  await refused(Reply.insert1({ n: 9, r: 1 }), 'integrity', /init\.note with n=9, and that row is missing/);
});
