/** The list of sessions on a server: who waits for whom, what an account may see and end, and RDS's own way to end one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import * as dj from '../../../src/engine';
import { until } from '../../harness/until';
import { temporaryFolder } from '../djwProcess';
import { ServerUnderTest } from './onServer';

const lab = new ServerUnderTest();

async function open(spec: dj.ConnectionSpec = lab.spec): Promise<dj.Connection> {
  return new dj.Connection(await dj.openDatabase(spec));
}

/** An account without PROCESS. */
async function plain(): Promise<dj.ConnectionSpec> {
  await lab.server.sql(
    "CREATE USER IF NOT EXISTS plain@'127.0.0.1' IDENTIFIED BY 'p'; GRANT ALL ON `lab%`.* TO plain@'127.0.0.1'",
  );
  return { ...lab.spec, user: 'plain', password: 'p' };
}

test('a session that waits for a lock names the one that holds it', async () => {
  const [holder, waiter] = await Promise.all([open(), open()]);
  try {
    const schema = lab.schema(holder);
    class Item extends dj.Manual {
      static override readonly definition: string = 'k : int32';
    }
    schema(Item);
    await Item.insert1({ k: 1 });
    const lock = `SELECT k FROM ${holder.dialect.tableReference({ schema: schema.schemaName, table: 'item' })} FOR UPDATE`;
    let waiting: Promise<unknown> = Promise.resolve();
    await holder.transaction(async (held) => {
      await held.all({ sql: lock, values: [] });
      waiting = holder.outside(() => waiter.transaction((transaction) => transaction.all({ sql: lock, values: [] })));
      const found = await until('the wait is seen', async () => {
        // InnoDB renews what it tells of locks only when nobody has asked for a tenth of a second.
        await pause(150);
        const { sessions, lockWaitsKnown } = await dj.listSessions(waiter, '', 'time desc');
        assert.equal(lockWaitsKnown, true);
        return sessions.find(({ waitsFor }) => waitsFor.length > 0);
      });
      assert.deepEqual(found.waitsFor, [held.connectionId]);
      assert.match(found.info ?? '', /FOR UPDATE/);
    });
    await waiting;
  } finally {
    await Promise.all([holder.close(), waiter.close()]);
  }
});

test('djw says that it does not know who waits for a lock', async (context) => {
  await plain();
  const folder = await temporaryFolder(context, {});
  const { host, port } = lab.spec;
  const env = { DJ_HOST: host, DJ_PORT: String(port), DJ_USER: 'plain', DJ_PASS: 'p', DJ_USE_TLS: '' };
  const { code, err } = await folder.start(['kill'], env).finished;
  assert.equal(code, 0, err);
  assert.match(err, /^Who waits for a lock is not known here: this account needs the privilege PROCESS/m);
});

test('without PROCESS an account sees its own sessions, is told so, and cannot end those of others', async () => {
  const [all, some] = await Promise.all([open(), open(await plain())]);
  try {
    const { sessions, complete, lockWaitsKnown } = await dj.listSessions(some, '', '');
    assert.deepEqual([complete, lockWaitsKnown], [false, false]);
    assert.ok(sessions.length > 0 && sessions.every(({ user }) => user === 'plain'));
    const other = (await dj.listSessions(all, "USER = 'worker'", '')).sessions.find(({ own }) => own);
    assert.ok(other !== undefined);
    const [killed] = await dj.killSessions(some, [other]);
    assert.equal(killed?.problem?.code, 'access');
    assert.match(killed.problem.message, /belongs to another account/);
    assert.ok((await dj.listSessions(all, `ID = ${String(other.id)}`, '')).sessions.length === 1);
  } finally {
    await Promise.all([all.close(), some.close()]);
  }
});
