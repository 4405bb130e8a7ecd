import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openDatabase } from '../../../src/engine/database';
import { countItems, insertItem, sql } from './builders';
import { freshFile, open, openWithItems, refused } from './support';

test('opening creates the file, its folder, and keeps both out of version control', async () => {
  const file = freshFile();
  const database = await open(file);
  assert.equal(readFileSync(join(dirname(file), '.gitignore'), 'utf8'), '*\n');
  assert.ok(existsSync(file));
  assert.equal(database.label, join('.datajoint', 'embedded.db'));
  assert.equal(database.id, `sqlite:${file}`);
  assert.equal(database.user, `${userInfo().username}@localhost`);
});

test('another folder gets no .gitignore, and one that exists stays', async () => {
  const elsewhere = join(dirname(dirname(freshFile())), 'data', 'lab.db');
  await open(elsewhere);
  assert.equal(existsSync(join(dirname(elsewhere), '.gitignore')), false);
  const file = freshFile();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(join(dirname(file), '.gitignore'), 'mine\n');
  await open(file);
  assert.equal(readFileSync(join(dirname(file), '.gitignore'), 'utf8'), 'mine\n');
});

test('what was committed is there when the file is opened again', async () => {
  const database = await openWithItems();
  await database.run(insertItem(1, 'kept'));
  await database.close();
  const again = await open(database.id.replace('sqlite:', ''));
  assert.deepEqual(await again.all(countItems), [{ n: 1 }]);
});

test('the settings of a connection', async () => {
  for (const [durability, synchronous] of [
    ['full', 2],
    ['normal', 1],
  ] as const) {
    const database = await openDatabase({ kind: 'embedded', file: freshFile(), durability });
    const pragmas =
      'SELECT * FROM pragma_journal_mode, pragma_foreign_keys, pragma_recursive_triggers, pragma_synchronous';
    assert.deepEqual(await database.all(sql(pragmas)), [
      { journal_mode: 'wal', foreign_keys: 1, recursive_triggers: 0, synchronous },
    ]);
    await database.close();
  }
});

for (const thread of [false, true]) {
  const mode = thread ? 'worker thread' : 'in process';

  test(`${mode}: a file opened for browsing shows everything, registers nothing and refuses writes`, async () => {
    const database = await openWithItems();
    await database.run(insertItem(1));
    const browsing = await open(database.id.replace('sqlite:', ''), { readOnly: true, thread });
    assert.deepEqual(await browsing.all(countItems), [{ n: 1 }]);
    assert.equal((await browsing.catalog.tables()).length, 1);
    assert.deepEqual(
      (await browsing.sessions.list()).map((session) => session.id),
      [1],
    );
    await browsing.sessions.describe?.('nothing');
    await refused(browsing.run(insertItem(2)), 'access', /cannot be written: check the permissions/);
    await refused(
      browsing.transaction((transaction) => transaction.run(insertItem(2))),
      'access',
      /cannot be written/,
    );
  });

  test(`${mode}: files that cannot be opened get one sentence each`, async () => {
    const missing = freshFile();
    await refused(open(missing, { readOnly: true, thread }), 'access', /There is no database file .*embedded\.db\.$/);
    assert.equal(existsSync(dirname(missing)), false);

    const folder = freshFile();
    mkdirSync(folder, { recursive: true });
    await refused(open(folder, { thread }), 'access', /is a folder, not a database file/);

    const inFile = join(join(dirname(dirname(folder)), 'plain'), 'sub', 'x.db');
    writeFileSync(dirname(dirname(inFile)), '');
    await refused(open(inFile, { thread }), 'access', /The folder .* cannot be created/);

    const text = freshFile();
    mkdirSync(dirname(text), { recursive: true });
    writeFileSync(text, 'this is not a database, whatever its name says. '.repeat(100));
    await refused(open(text, { thread }), 'corrupt', /is not a SQLite database: move it away/);

    const foreign = freshFile();
    mkdirSync(dirname(foreign), { recursive: true });
    const other = new DatabaseSync(foreign);
    other.exec('CREATE TABLE something (a)');
    other.close();
    await refused(open(foreign, { thread }), 'corrupt', /is not a DataJoint database: name another file/);

    const newer = freshFile();
    await (await open(newer)).close();
    const changed = new DatabaseSync(newer);
    changed.exec('PRAGMA user_version = 99');
    changed.close();
    await refused(open(newer, { thread }), 'corrupt', /was made by a newer version: update/);
  });
}

test('a sessions folder that cannot be made is named, and nothing stays locked', async () => {
  const file = freshFile();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}-sessions`, '');
  await refused(open(file), 'access', /lock file cannot be made: check that the folder .*-sessions may be written/);
  rmSync(`${file}-sessions`);
  const database = await open(file);
  assert.equal((await database.sessions.list()).length, 1);
});

test('a damaged file is called damaged', async () => {
  const database = await openWithItems();
  await database.run(
    sql(
      'INSERT INTO "lab.item" ("id", "name") ' +
        'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) ' +
        "SELECT i, 'name' FROM n",
    ),
  );
  await database.close();
  const file = database.id.replace('sqlite:', '');
  const bytes = readFileSync(file);
  bytes.fill(0xa5, 4096 * 10);
  writeFileSync(file, bytes);
  const again = await open(file, { readOnly: true });
  await refused(
    again.all(sql('SELECT sum(length("name")) AS n FROM "lab.item"')),
    'corrupt',
    /is damaged: restore it from a copy/,
  );
});

test('a symbolic link to the file leads to the same sessions', async () => {
  const database = await open();
  const file = database.id.replace('sqlite:', '');
  const link = `${file}.link`;
  symlinkSync(file, link);
  const linked = await open(link);
  const [first] = await database.sessions.list();
  const [verdict] = await linked.sessions.liveness([{ connectionId: first?.id ?? 0, host: '', pid: 0 }]);
  assert.equal(verdict?.verdict, 'alive');
  const own = { connectionId: first?.id ?? 0, host: hostname(), pid: process.pid };
  assert.equal(await linked.sessions.provesProcess(own, Date.now()), 'proved', 'by the name that a link gives as well');
});

/** The locks that this process holds on a file, as Linux tells them. */
const locksOn = (file: string): string[] => {
  const inode = String(statSync(file).ino);
  const fields = readFileSync('/proc/locks', 'utf8').split('\n').map((line) => line.trim().split(/\s+/));
  return fields.filter(([, , , , pid, where]) => pid === String(process.pid) && where?.endsWith(`:${inode}`) === true).map((line) => line.slice(1, 4).join(' '));
};

test('to open a file again keeps the locks that this process holds on it', { skip: process.platform === 'linux' ? false : 'only Linux tells the locks of a process' }, async () => {
  const first = await openWithItems();
  const file = first.id.replace('sqlite:', '');
  await first.run(insertItem(1, 'kept'));
  const held = locksOn(file);
  assert.ok(held.length > 0, 'an open connection holds one');
  for (const options of [{}, { readOnly: true }]) {
    const again = await openDatabase({ kind: 'embedded', file, durability: 'normal' }, options);
    await again.close();
    assert.deepEqual(locksOn(file), held);
  }
  await assert.rejects(openDatabase({ kind: 'embedded', file: `${file}-sessions`, durability: 'normal' }), { code: 'access' });
});

test('a server that is not there is told, with what to check', async () => {
  const spec = { kind: 'server', host: '127.0.0.1', port: 1, user: 'u', password: 'secret', tls: null } as const;
  const error = await refused(openDatabase(spec), 'unreachable', /Nothing listens at 127\.0\.0\.1:1: check host/);
  assert.doesNotMatch(error.message, /secret/);
});

test('a file that is not the engine\'s stays as it is, byte for byte', async () => {
  const folder = dirname(freshFile());
  mkdirSync(folder, { recursive: true });
  const made = (name: string, sql: string): string => {
    const file = join(folder, name);
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();
    return file;
  };
  const text = join(folder, '__init__.py');
  writeFileSync(text, '');
  const foreign = [
    made('rollback.db', 'CREATE TABLE t (a INT)'),
    made('wal.db', 'PRAGMA journal_mode = WAL; CREATE TABLE t (a INT)'),
    made('versioned.db', 'PRAGMA user_version = 7; CREATE TABLE t (a INT)'),
    made('unused.db', 'PRAGMA user_version = 0; VACUUM'),
    text,
  ];
  for (const file of foreign) {
    const before = readFileSync(file);
    for (const readOnly of [false, true]) {
      await assert.rejects(openDatabase({ kind: 'embedded', file, durability: 'full' }, { readOnly }), { code: 'corrupt' }, file);
      assert.deepEqual(readFileSync(file), before, file);
    }
  }
  assert.deepEqual(readdirSync(folder).sort(), foreign.map((file) => basename(file)).sort(), 'nothing is made beside them');
});

test('a database has its name only once it is complete, and of several who make it one wins', async () => {
  const file = freshFile();
  const databases = await Promise.all(Array.from({ length: 6 }, () => open(file)));
  const [first, ...others] = databases;
  await first?.run(sql('CREATE TABLE "lab.t" (a INT) STRICT'));
  for (const other of others) assert.deepEqual(await other.all(sql('SELECT name FROM sqlite_master WHERE name = \'lab.t\'')), [{ name: 'lab.t' }]);
  assert.deepEqual(readdirSync(dirname(file)).filter((name) => name.endsWith('.new')), []);
});
