/** The database server of one folder: started by `djw`, found again, shared, and ended when nobody sees or uses it. */
import assert from 'node:assert/strict';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '../../src/engine';
import { until } from '../harness/until';
import { isAlive, isGone, type LocalServerFolder, withLocalServer } from './localServerFolder';

const options = { timeout: 240_000 };

const pipeline = {
  'pipeline.ts': `
import * as dj from 'datajoint-workbench';
export const schema = dj.schema('lab');

@schema
export class Sample extends dj.Lookup {
  static readonly definition = \`
    sample_id : int32
    ---
    name : varchar(20)
  \`;
  static readonly contents = [{ sample_id: 1, name: 'größe' }, { sample_id: 2, name: '🐭' }];
}

@schema
export class Size extends dj.Computed {
  static readonly definition = \`
    -> Sample
    ---
    size : int32
  \`;
  async make(key: dj.Key) {
    await this.insert1({ ...key, size: [...(await Sample.restrict(key).fetch1('name'))].length });
  }
}
`,
  'look.ts': `
import { Size, Sample } from './pipeline';
console.log(JSON.stringify(await Sample.join(Size).fetch({ orderBy: 'KEY' })));
`,
};
const rows = [
  { sample_id: 1, name: 'größe', size: 5 },
  { sample_id: 2, name: '🐭', size: 1 },
];

const connect = async (folder: LocalServerFolder, user: string, password: string) => {
  const { database } = (await folder.json('datajoint.json')) as { database: { host: string; port: number } };
  return openDatabase({ kind: 'server', host: database.host, port: database.port, user, password, tls: false });
};

test('a server is started, found by a second starter, populated, stopped, and started again with its data', options, async () => {
  await withLocalServer(pipeline, async (folder) => {
    assert.equal((await folder.status()).kind, 'absent');
    const first = await folder.startServer();
    assert.equal(first.kind, 'running');
    assert.ok(first.pid !== undefined && isAlive(first.pid));
    assert.equal(await folder.serverPid(), first.pid);
    assert.deepEqual(await folder.json('datajoint.json'), { database: { host: '127.0.0.1', port: first.port, use_tls: true, tls_ca: '.datajoint/server/certificate.pem' } });

    assert.deepEqual(await folder.startServer(), first);
    assert.deepEqual(await folder.status(), first);
    const populated = await folder.djw('populate', 'Size', '--reserve-jobs');
    assert.match(populated.out, /2 computed/, populated.err);
    assert.deepEqual(JSON.parse((await folder.djw('run', 'look.ts')).out), rows);

    const password = await folder.password();
    assert.match((await folder.djw('server', 'stop')).out, /has ended/);
    assert.ok(!isAlive(first.pid));
    assert.equal((await folder.status()).kind, 'stopped');
    assert.match((await folder.djw('server', 'stop')).out, /No local server runs here/);

    const again = await folder.startServer();
    assert.equal(again.kind, 'running');
    assert.equal(again.port, first.port);
    assert.notEqual(again.pid, first.pid);
    assert.notEqual(await folder.password(), password, 'each start has a password of its own');
    await assert.rejects(connect(folder, 'datajoint', password), { code: 'access' });
    assert.deepEqual(JSON.parse((await folder.djw('run', 'look.ts')).out), rows);
  });
});

test('the password is for its owner alone in .secrets and in the file for datajoint-python 0.14, in no argument, log or other file, and nobody comes in without', options, async () => {
  await withLocalServer({}, async (folder) => {
    await folder.startServer();
    const password = await folder.password();
    assert.ok(password.length >= 24);
    assert.equal(await folder.text('.secrets/database.user'), 'datajoint');
    const mode = async (name: string) => (await stat(path.join(folder.path, name))).mode & 0o777;
    assert.equal(await mode('.secrets/database.user'), 0o600);
    assert.equal(await mode('.secrets/database.password'), 0o600);
    assert.equal(await mode('.secrets'), 0o700);
    assert.equal(await mode('.datajoint/server'), 0o700);
    assert.equal(await mode('.datajoint/server/dj_local_conf.json'), 0o600);

    for (const pid of [await folder.serverPid(), await folder.keeperPid()]) {
      const process = await readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '');
      const environment = await readFile(`/proc/${String(pid)}/environ`, 'utf8').catch(() => '');
      assert.ok(!process.includes(password) && !environment.includes(password));
    }
    for (const entry of await readdir(folder.files.root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.parentPath.startsWith(folder.files.data)) continue;
      const text = await readFile(path.join(entry.parentPath, entry.name), 'utf8');
      assert.equal(text.includes(password), entry.name === 'dj_local_conf.json', entry.name);
    }

    const refused = (error: { code?: string }) => error.code === 'access';
    await assert.rejects(connect(folder, 'root', ''), refused);
    await assert.rejects(connect(folder, 'datajoint', ''), refused);
    await assert.rejects(connect(folder, '', ''), refused);
    const database = await connect(folder, 'datajoint', password);
    try {
      const [settings] = await database.all({ sql: 'SELECT @@time_zone AS zone, @@character_set_server AS letters, @@bind_address AS address', values: [] });
      assert.deepEqual({ ...settings }, { zone: '+00:00', letters: 'utf8mb4', address: '127.0.0.1' });
      await database.catalog.createSchema('anything');
      const out = path.join(folder.path, 'out.txt');
      await assert.rejects(database.run({ sql: `SELECT 'x' INTO OUTFILE '${out}'`, values: [] }), { code: 'access' });
      const [written] = await database.all({ sql: 'SELECT @@secure_file_priv AS place', values: [] });
      assert.notEqual(written?.['place'], '', 'files are read and written nowhere else');
    } finally {
      await database.close();
    }
  });
});

test('several who start at once start one server', options, async () => {
  await withLocalServer({}, async (folder) => {
    const all = await Promise.all([1, 2, 3, 4].map(() => folder.startServer()));
    assert.equal(all[0]?.kind, 'running');
    for (const each of all) assert.deepEqual(each, all[0]);
    assert.equal((await readdir(folder.files.keepers)).length, 1);
  });
});

test('who follows a server hears that it was killed; it starts again with its data, whatever its pid file says', options, async () => {
  await withLocalServer(pipeline, async (folder) => {
    await folder.startServer();
    await folder.djw('populate', 'Size');
    const watcher = folder.watch();
    await watcher.hears('running');
    process.kill(await folder.serverPid(), 'SIGKILL');
    assert.match((await watcher.hears('failed')).message ?? '', /^The local server was ended by SIGKILL\. Start it again\.$/);
    const status = await folder.djw('server', 'status');
    assert.equal(status.code, 1);
    assert.match(status.out, /was ended by SIGKILL\. Start it again\. Its log is /);

    // The number of a process that is another's by now.
    await writeFile(folder.files.pid, `${String(process.pid)}\n`);
    const again = await folder.startServer();
    assert.equal(again.kind, 'running');
    assert.notEqual(again.pid, process.pid);
    assert.deepEqual(JSON.parse((await folder.djw('run', 'look.ts')).out), rows);
    await folder.djw('server', 'stop');
  });
});

test('a server ends when the last process that sees it is killed, and not before', options, async () => {
  await withLocalServer({}, async (folder) => {
    // Nothing runs before the watchers are there, so that their number decides and no clock.
    await folder.pretend('while [ ! -e go ]; do sleep 0.02; done');
    const starting = folder.startWith('--idle', '0.01');
    await starting.printed('Starting MariaDB');
    const [first, second] = [folder.watch(), folder.watch()];
    await Promise.all([first.hears('starting'), second.hears('starting')]);
    await folder.write('go', '');
    await Promise.all([first.hears('running'), second.hears('running'), starting.finished]);
    const [server, keeper] = [await folder.serverPid(), await folder.keeperPid()];

    await first.killed();
    assert.equal((await folder.status()).pid, server);
    await second.killed();
    await Promise.all([isGone(server), isGone(keeper)]);
    assert.equal((await folder.status()).kind, 'stopped');
  });
});

test('a server that somebody is connected to goes on without anybody who sees it', options, async () => {
  await withLocalServer({}, async (folder) => {
    await folder.pretend('while [ ! -e go ]; do sleep 0.02; done');
    const starting = folder.startWith('--idle', '0.01');
    await starting.printed('Starting MariaDB');
    const watcher = folder.watch();
    await watcher.hears('starting');
    await folder.write('go', '');
    await watcher.hears('running');
    const server = await folder.serverPid();
    const database = await connect(folder, 'datajoint', await folder.password());
    const count = async () => {
      const [row] = await database.all({ sql: "SELECT variable_value AS n FROM information_schema.global_status WHERE variable_name = 'CONNECTIONS'", values: [] });
      return Number(row?.['n']);
    };
    const before = await count();
    await watcher.killed();
    // The keeper comes to see who is connected: twice, and finds this session.
    await until('the keeper has looked', async () => (await count()) >= before + 2, 60_000);
    assert.ok(isAlive(server));
    await database.close();
    await isGone(server);
  });
});

test('a server whose keeper was killed is kept again by the next who starts it, and can be stopped', options, async () => {
  await withLocalServer({}, async (folder) => {
    const first = await folder.startServer();
    const keeper = await folder.keeperPid();
    process.kill(keeper, 'SIGKILL');
    await isGone(keeper);
    assert.deepEqual(await folder.status(), first);

    assert.deepEqual(await folder.startServer(), first);
    const second = await folder.keeperPid();
    assert.notEqual(second, keeper);
    process.kill(second, 'SIGKILL');
    await isGone(second);
    assert.match((await folder.djw('server', 'stop')).out, /has ended/);
    assert.ok(!isAlive(first.pid ?? 0));
    assert.equal((await folder.status()).kind, 'stopped');
  });
});

test('a keeper that was stopped for so long that another took over leaves the server to it', options, async () => {
  await withLocalServer({}, async (folder) => {
    const first = await folder.startServer();
    const keeper = await folder.keeperPid();
    process.kill(keeper, 'SIGSTOP');
    try {
      // The starter waits until the first seems dead.
      assert.deepEqual(await folder.startServer(), first);
      const second = await folder.keeperPid();
      assert.notEqual(second, keeper);
      process.kill(keeper, 'SIGCONT');
      await isGone(keeper);
      assert.deepEqual(await folder.status(), first, 'the server goes on');
      assert.equal(await folder.keeperPid(), second);
    } finally {
      if (isAlive(keeper)) process.kill(keeper, 'SIGCONT');
    }
  });
});

test('a port that is taken meanwhile is another one from then on', options, async () => {
  await withLocalServer(pipeline, async (folder) => {
    const { port } = await folder.startServer();
    await folder.djw('populate', 'Size');
    await folder.djw('server', 'stop');
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    try {
      const again = await folder.startServer();
      assert.equal(again.kind, 'running');
      assert.notEqual(again.port, port);
      assert.deepEqual(await folder.json('datajoint.json'), { database: { host: '127.0.0.1', port: again.port, use_tls: true, tls_ca: '.datajoint/server/certificate.pem' } });
      assert.deepEqual(JSON.parse((await folder.djw('run', 'look.ts')).out), rows);
    } finally {
      other.close();
      await once(other, 'close');
    }
  });
});

test('a server whose folder is removed ends', options, async () => {
  await withLocalServer({}, async (folder) => {
    const { pid = 0 } = await folder.startServer();
    const keeper = await folder.keeperPid();
    await rm(folder.path, { recursive: true, force: true, maxRetries: 10 });
    await Promise.all([isGone(pid), isGone(keeper)]);
  });
});
