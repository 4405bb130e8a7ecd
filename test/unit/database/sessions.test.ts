import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { test } from 'node:test';
import type { Database, SessionInfo, WorkerIdentity } from '../../../src/engine/database';
import { sql } from './builders';
import { open, openWithItems, refused, startChild } from './support';

const fileOf = (database: Database): string => database.id.replace('sqlite:', '');
const worker = (connectionId: unknown): WorkerIdentity => ({ connectionId: Number(connectionId), host: 'h', pid: 1 });

async function verdict(database: Database, id: unknown): Promise<string | undefined> {
  return (await database.sessions.liveness([worker(id)]))[0]?.verdict;
}

async function sessionOf(database: Database, id: unknown): Promise<SessionInfo> {
  const found = (await database.sessions.list()).find((session) => session.id === id);
  assert.ok(found);
  return found;
}

for (const thread of [false, true]) {
  const mode = thread ? 'worker thread' : 'in process';

  test(`${mode}: one's own session is listed with what it does`, async () => {
    const database = await open(undefined, { thread, program: 'a test' });
    const [own, ...others] = await database.sessions.list();
    assert.deepEqual(others, []);
    assert.ok(own);
    assert.ok(own.time >= 0 && own.time < 30);
    const expected = {
      user: userInfo().username,
      host: hostname(),
      db: null,
      state: 'a test',
      pid: process.pid,
      own: true,
    };
    assert.deepEqual({ ...own, time: 0 }, { id: own.id, ...expected, command: 'Sleep', time: 0, info: null });
    await database.run(sql('UPDATE datajoint_sessions SET since = since - 60000'));
    assert.ok((await sessionOf(database, own.id)).time >= 60);
    await database.sessions.describe?.('populating');
    const busy = await sessionOf(database, own.id);
    assert.deepEqual([busy.command, busy.info, busy.time < 30], ['Populate', 'populating', true]);
    await database.sessions.describe?.(null);
    assert.equal((await sessionOf(database, own.id)).command, 'Sleep');
    await refused(database.sessions.kill(busy), 'not_allowed', /belongs to this very program/);
  });

  test(`${mode}: a session is gone when its database is closed, and its id is never used again`, async () => {
    const database = await open(undefined, { thread });
    const second = await open(fileOf(database), { thread });
    const ids = (await database.sessions.list()).map((session) => session.id);
    assert.deepEqual(ids, [1, 2]);
    assert.equal(await verdict(database, 2), 'alive');
    await second.close();
    assert.equal(await verdict(database, 2), 'gone');
    assert.equal(existsSync(`${fileOf(database)}-sessions/2.lock`), false);
    const third = await open(fileOf(database), { thread });
    assert.deepEqual(
      (await third.sessions.list()).map((session) => session.id),
      [1, 3],
    );
  });

  test(`${mode}: a killed process is gone at once, on the evidence of its lock`, async () => {
    const database = await open(undefined, { thread });
    const { child, first: id } = await startChild('stay', fileOf(database));
    const session = await sessionOf(database, id);
    assert.deepEqual(
      [session.pid, session.own, session.command, session.info, session.state],
      [child.pid, false, 'Populate', 'populating lab.item', 'child stay'],
    );
    const before = await database.sessions.liveness([worker(id), worker(1), worker(77), worker(id)]);
    assert.deepEqual(
      before.map((liveness) => liveness.verdict),
      ['alive', 'alive', 'gone', 'alive'],
    );
    assert.match(
      before[0]?.reason ?? '',
      new RegExp(`^Process ${child.pid} on .* \\(session ${String(id)}\\) is running\\.$`),
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    const [dead] = await database.sessions.liveness([worker(id)]);
    assert.equal(dead?.verdict, 'gone');
    assert.match(dead.reason, /has died: its lock is free/);
    assert.equal((await database.sessions.list()).length, 1, 'the dead are not listed');
    const ids = async (): Promise<unknown> => database.all(sql('SELECT count(*) AS n FROM datajoint_sessions'));
    assert.deepEqual(await ids(), [{ n: 2 }]);
    const next = await open(fileOf(database), { thread });
    assert.deepEqual(await ids(), [{ n: 2 }], 'who registers removes the dead');
    assert.equal(await verdict(next, id), 'gone');
    assert.equal(existsSync(`${fileOf(database)}-sessions/${String(id)}.lock`), false);
  });

  test(`${mode}: killing ends the other process`, async () => {
    const database = await open(undefined, { thread });
    const { child, first: id } = await startChild('stay', fileOf(database));
    const session = await sessionOf(database, id);
    await refused(database.sessions.kill({ ...session, pid: 1 }), 'not_allowed', /is not the one that was listed/);
    assert.equal(await verdict(database, id), 'alive');
    const exit = once(child, 'exit');
    await database.sessions.kill(session);
    assert.equal(await verdict(database, id), 'gone');
    assert.deepEqual(await exit, [null, 'SIGTERM']);
    await database.sessions.kill(session);
  });
}

test('a process that ignores SIGTERM is killed after a while', async () => {
  const database = await open();
  const { child, first: id } = await startChild('stay', fileOf(database), 'stubborn');
  const exit = once(child, 'exit');
  await database.sessions.kill(await sessionOf(database, id));
  assert.deepEqual(await exit, [null, 'SIGKILL']);
});

test('a session of another machine is unknown, cannot be killed, and is not removed', async () => {
  const database = await openWithItems();
  await database.run(
    sql("INSERT INTO datajoint_sessions (pid, host, user, program, since) VALUES (1, 'elsewhere', 'u', 'p', 0)"),
  );
  const foreign = (await database.sessions.list()).find((session) => session.host === 'elsewhere');
  assert.ok(foreign);
  assert.equal(await verdict(database, foreign.id), 'unknown');
  await refused(database.sessions.kill(foreign), 'access', /runs on elsewhere and can be ended only from there/);
  const next = await open(fileOf(database));
  assert.equal(await verdict(next, foreign.id), 'unknown');
});

test('a session whose lock file was lost is gone, and ending without it works', async () => {
  const database = await open();
  const { child, first: id } = await startChild('stay', fileOf(database), 'idle');
  assert.equal((await sessionOf(database, id)).command, 'Sleep');
  child.kill('SIGKILL');
  await once(child, 'exit');
  rmSync(`${fileOf(database)}-sessions/${String(id)}.lock`);
  assert.equal(await verdict(database, id), 'gone');
});

test('liveness of nobody, and of very many', async () => {
  const database = await open();
  assert.deepEqual(await database.sessions.liveness([]), []);
  const workers = Array.from({ length: 50_000 }, (_, index) => worker(index % 2 === 0 ? 1 : index + 10));
  const verdicts = await database.sessions.liveness(workers);
  assert.deepEqual([verdicts.length, verdicts[0]?.verdict, verdicts[1]?.verdict], [50_000, 'alive', 'gone']);
});
