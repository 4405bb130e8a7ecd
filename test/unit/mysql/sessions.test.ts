import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Database, Liveness, WorkerIdentity } from '../../../src/engine/database';
import { until } from '../../harness/until';
import { onServer, refused, sql } from './support';

const place = onServer(['--event-scheduler=ON']);

const idOf = (database: Database): Promise<number> =>
  database.transaction((open) => Promise.resolve(open.connectionId));
const engineWorker = (connectionId: number, pid = process.pid): WorkerIdentity => ({
  connectionId,
  pid,
  host: hostname(),
  locked: true,
});
const pythonWorker = (connectionId: number): WorkerIdentity => ({ connectionId, pid: 4711, host: 'elsewhere' });

async function verdict(database: Database, worker: WorkerIdentity): Promise<Liveness> {
  const [liveness] = await database.sessions.liveness([worker]);
  assert.ok(liveness !== undefined);
  return liveness;
}

/** A process that has a database open. */
async function otherProcess() {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', 'tsx', join(__dirname, 'child.ts')],
    {
      env: { ...process.env, DJW_SPEC: JSON.stringify(place.spec()) },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, id: Number(line.toString()), pid: child.pid ?? 0 };
}

test('a worker lives as long as its lock is held, and is gone when its process is killed', async () => {
  const database = await place.open();
  const { child, id, pid } = await otherProcess();
  assert.deepEqual(await verdict(database, engineWorker(id, pid)), {
    verdict: 'alive',
    reason: `Process ${pid} on ${hostname()} (session ${id}) is running: it holds its lock.`,
  });
  assert.equal((await verdict(database, engineWorker(await idOf(database)))).verdict, 'alive');
  child.kill('SIGKILL');
  await once(child, 'close');
  await until('the lock is free', async () => (await verdict(database, engineWorker(id, pid))).verdict === 'gone');
  assert.match((await verdict(database, engineWorker(id, pid))).reason, /its lock is free/);
});

test('a session id that was given out again after a restart does not vouch for the former worker', async () => {
  const database = await place.open();
  const id = await idOf(database);
  assert.equal((await verdict(database, engineWorker(id, process.pid + 1))).verdict, 'gone');
  assert.equal((await verdict(database, { ...engineWorker(id), host: 'elsewhere' })).verdict, 'gone');
});

test('of a datajoint-python worker an open session is evidence, an ended one is not', async () => {
  const database = await place.open();
  assert.deepEqual(await database.sessions.liveness([]), []);
  assert.equal((await verdict(database, pythonWorker(await idOf(database)))).verdict, 'alive');
  const ended = await verdict(database, pythonWorker(999_999));
  assert.equal(ended.verdict, 'unknown');
  assert.match(ended.reason, /Session 999999 has ended, but .* may still run/);
  const many = await database.sessions.liveness([
    ...Array.from({ length: 1200 }, (_, i) => engineWorker(1_000_000 + i)),
    engineWorker(await idOf(database)),
  ]);
  assert.deepEqual([many.length, many[0]?.verdict, many.at(-1)?.verdict], [1201, 'gone', 'alive']);
});

test('of a datajoint-python worker of this machine whose session has ended, the end of its process is evidence', async () => {
  const database = await place.open();
  const address = database.user.slice(database.user.lastIndexOf('@'));
  const child = spawn(process.execPath, ['-e', '']);
  const pid = child.pid ?? 0;
  await once(child, 'exit');
  const worker: WorkerIdentity = { connectionId: 999_999, host: hostname(), pid, user: `lab${address}` };
  const ended = await verdict(database, worker);
  assert.equal(ended.verdict, 'gone');
  assert.match(ended.reason, /has ended: its session is closed, and this machine has no such process any more\.$/);
  const changes: readonly [string, Partial<WorkerIdentity>, string][] = [
    ['its process lives', { pid: process.pid }, 'unknown'],
    ['its session is open', { connectionId: await idOf(database) }, 'alive'],
    ['another machine of that name', { user: 'lab@192.0.2.7' }, 'unknown'],
    ['another machine', { host: 'elsewhere' }, 'unknown'],
    ['a row without a user', { user: '' }, 'unknown'],
  ];
  for (const [name, change, expected] of changes) assert.equal((await verdict(database, { ...worker, ...change })).verdict, expected, name);
});

test('without the privilege PROCESS what is not seen is unknown, and locks still tell', async () => {
  await place.server.sql("CREATE USER plain@'127.0.0.1' IDENTIFIED BY 'x'");
  const [root, plain] = [await place.open(), await place.open({ user: 'plain', password: 'x' })];
  const hidden = await verdict(plain, pythonWorker(await idOf(root)));
  assert.equal(hidden.verdict, 'unknown');
  assert.match(hidden.reason, /lacks the privilege PROCESS/);
  assert.equal((await verdict(plain, engineWorker(await idOf(root)))).verdict, 'alive');
  assert.equal((await verdict(plain, engineWorker(999_999))).verdict, 'gone');
  assert.ok((await plain.sessions.list()).every((session) => session.user === 'plain'));
  const [target] = (await root.sessions.list()).filter((session) => session.own && session.user === 'root');
  assert.ok(target !== undefined);
  const seen = await root.sessions.list();
  assert.ok(seen.some((session) => session.user === 'plain' && !session.own && session.pid === null));
  await refused(plain.sessions.kill(target), 'access', /belongs to another account/);
  assert.equal((await root.all(sql('SELECT 1 AS one')))[0]?.['one'], 1, 'one that is not seen is not killed');
});

test('kills another session, once, and never its own or one that has changed', async () => {
  const [database, victim] = [await place.open(), await place.open()];
  const id = await idOf(victim);
  const find = async () => (await database.sessions.list()).find((session) => session.id === id);
  const shown = await find();
  assert.ok(shown !== undefined && !shown.own);
  const own = (await database.sessions.list()).find((session) => session.own);
  assert.ok(own !== undefined && own.pid === process.pid);
  await refused(database.sessions.kill(own), 'not_allowed', /very program/);
  await refused(database.sessions.kill({ ...shown, user: 'somebody' }), 'not_allowed', /not the one that was listed/);
  await database.sessions.kill(shown);
  assert.equal(await find(), undefined);
  await database.sessions.kill(shown);
});

test('a thread of the server itself, such as the event scheduler, is no connection', async () => {
  const daemons = await place.server.sql("SELECT id FROM information_schema.processlist WHERE user = 'event_scheduler'");
  assert.match(daemons, /^\d+$/);
  const database = await place.open();
  const listed = await database.sessions.list();
  assert.ok(listed.some(({ own }) => own));
  assert.deepEqual(
    listed.filter(({ id, command }) => id === Number(daemons) || command === 'Daemon'),
    [],
  );
});

test('where KILL is refused, the procedure that hosted servers offer for it is called', async () => {
  await place.server.sql(
    "CREATE USER hosted@'127.0.0.1' IDENTIFIED BY 'x'; GRANT PROCESS ON *.* TO hosted@'127.0.0.1'; CREATE USER lab@'127.0.0.1' IDENTIFIED BY 'x'",
  );
  const database = await place.open({ user: 'hosted', password: 'x' });
  // Not a user of the system, whom MySQL protects also from procedures.
  const victim = await place.open({ user: 'lab', password: 'x' });
  const id = await idOf(victim);
  const find = async () => (await database.sessions.list()).find((session) => session.id === id);
  const shown = await find();
  assert.ok(shown !== undefined);
  await refused(database.sessions.kill(shown), 'access', new RegExp(`Session ${id} belongs to another account`));
  await place.server.sql(
    'CREATE DEFINER = root@localhost PROCEDURE mysql.rds_kill(IN thread BIGINT) SQL SECURITY DEFINER KILL thread; ' +
      "GRANT EXECUTE ON PROCEDURE mysql.rds_kill TO hosted@'127.0.0.1'",
  );
  await database.sessions.kill(shown);
  assert.equal(await find(), undefined);
  assert.notEqual(await idOf(victim), id);
});

test('a killed session is opened anew: reads go on, and the former id still vouches for this worker', async () => {
  const [database, killer] = [await place.open(), await place.open()];
  const before = await idOf(database);
  await place.server.sql(`KILL ${before}`);
  assert.equal((await database.all(sql('SELECT 1 AS one')))[0]?.['one'], 1);
  const now = await idOf(database);
  assert.notEqual(now, before);
  for (const id of [before, now]) assert.equal((await verdict(killer, engineWorker(id))).verdict, 'alive');
});

test('a transaction whose session is killed is lost, and nothing of it stays', async () => {
  await place.server.sql('CREATE DATABASE IF NOT EXISTS lost; CREATE TABLE IF NOT EXISTS lost.t (k INT PRIMARY KEY)');
  const database = await place.open();
  const work = database.transaction(async (open) => {
    await open.run(sql('INSERT INTO lost.t VALUES (1)'));
    const [row] = await open.all(sql('SELECT CONNECTION_ID() AS id'));
    await place.server.sql(`KILL ${String(row?.['id'])}`);
    await open.run(sql('INSERT INTO lost.t VALUES (2)'));
  });
  await refused(work, 'connection_lost', /^Session \d+ on \S+ was killed or cut off/);
  assert.deepEqual(await database.all(sql('SELECT * FROM lost.t')), []);
  assert.deepEqual(await database.transaction((open) => open.run(sql('INSERT INTO lost.t VALUES (3)'))), {
    changes: 1,
  });
});

test('an aborted query ends on the server, and the session goes on', async () => {
  const database = await place.open();
  const running = async () =>
    Number(
      await place.server.sql("SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(600)%'"),
    );
  for (const where of ['database', 'transaction'] as const) {
    const controller = new AbortController();
    const ask = (executor: Pick<Database, 'all'>) =>
      executor.all(sql('SELECT SLEEP(600)'), { signal: controller.signal });
    const waiting = where === 'database' ? ask(database) : database.transaction((open) => ask(open));
    const stopped = assert.rejects(waiting, /changed my mind/);
    await until('the query runs', async () => (await running()) === 1);
    controller.abort(new Error('changed my mind'));
    await stopped;
    assert.equal((await database.all(sql('SELECT 1 AS one')))[0]?.['one'], 1);
    await until('the query has ended', async () => (await running()) === 0);
  }
});

test('the change token moves with every commit and definition, and not by asking', async () => {
  await place.server.sql('CREATE DATABASE IF NOT EXISTS tokens');
  const [database, other] = [await place.open(), await place.open()];
  let last = await database.changeToken();
  const moves = async (what: string, work: () => Promise<unknown>) => {
    await work();
    const token = await database.changeToken();
    assert.notEqual(token, last, what);
    last = token;
  };
  await moves('a new table', () => other.run(sql('CREATE TABLE tokens.t (k INT PRIMARY KEY)')));
  await moves('a row', () => other.run(sql('INSERT INTO tokens.t VALUES (1)')));
  await other.transaction(async (open) => {
    await moves('a row in a transaction', () => open.run(sql('UPDATE tokens.t SET k = 2')));
  });
  await moves('the commit', () => Promise.resolve());
  await database.catalog.tables(['tokens']);
  await database.sessions.list();
  await database.all(sql('SELECT * FROM tokens.t'));
  assert.equal(await database.changeToken(), last, 'reading');
  await moves('a table that goes', () => place.server.sql('DROP TABLE tokens.t'));
});
