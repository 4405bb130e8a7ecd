/** What can go wrong with a local server, and what is said then. Programs that only pretend to be a server stand in for bad machines. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { type Client, keys, listen } from '../harness/maliciousServer';
import { until } from '../harness/until';
import { isAlive, isGone, type LocalServerFolder, withLocalServer } from './localServerFolder';

const options = { timeout: 240_000 };

test('a server that is being started can be stopped', options, async () => {
  await withLocalServer({}, async (folder) => {
    await folder.pretend('echo $$ > pretender', 'while [ ! -e go ]; do sleep 0.02; done');
    const starting = folder.startWith();
    await starting.printed('Starting MariaDB');
    const pretender = Number(await until('the program runs', async () => (await folder.text('pretender')).trim()));
    assert.equal((await folder.status()).kind, 'starting');
    assert.match((await folder.djw('server', 'stop')).out, /has ended/);
    const { code, out } = await starting.finished;
    assert.equal(code, 1);
    assert.match(out, /is stopped\.$/m);
    assert.ok(!isAlive(pretender));
  });
});

test('a port that another program takes first is given up for another', options, async () => {
  await withLocalServer({}, async (folder) => {
    await folder.pretend(
      'if [ ! -e tried ]; then touch tried; echo "2026-11-22  5:05:25 0 [ERROR] Can\'t start server: Bind on TCP/IP port. Got error: 98: Address already in use"; exit 1; fi',
    );
    const { code, out } = await folder.startWith().finished;
    assert.equal(code, 0, out);
    const ports = out.match(/127\.0\.0\.1:(\d+)/)?.[1];
    const { database } = (await folder.json('datajoint.json')) as { database: { port: number } };
    assert.equal(String(database.port), ports);
  });
});

test('a full disk, a crash at the start and a program that is none are each said in a sentence', options, async () => {
  const say = async (folder: LocalServerFolder, ...lines: string[]) => {
    await folder.pretend(...lines);
    const { code, out, err } = await folder.startWith().finished;
    assert.equal(code, 1, err);
    assert.deepEqual(await folder.json('.datajoint/server/server.json').then((record) => (record as { problem: unknown }).problem), (await folder.status()).message);
    return out.trimEnd().split('\n').at(-1) ?? '';
  };
  await withLocalServer({}, async (folder) => {
    assert.match(
      await say(folder, 'echo "2026-11-22  5:05:25 0 [ERROR] mariadbd: Error writing file (Errcode: 28 \\"No space left on device\\")"', 'exit 1'),
      /^The disk that holds .*données du labo is full: free some space, then start the server again\. Its log is .*log\.txt\.$/,
    );
    assert.match(
      await say(folder, 'echo "2026-11-22  5:05:25 0 [ERROR] InnoDB: The moon is full."', 'echo "2026-11-22  5:05:25 0 [ERROR] Aborting"', 'exit 1'),
      /^The local server did not start \(it ended with code 1\): InnoDB: The moon is full\. Its log, .*log\.txt, says more\.$/,
    );
    assert.match(await say(folder, 'kill -SEGV $$'), /^The local server did not start \(it was ended by SIGSEGV\)/);
    assert.equal((await folder.startServer()).kind, 'running');
  });
});

test('a data directory that is damaged is said to be, with the last error of the log, and is left as it is', options, async () => {
  await withLocalServer({}, async (folder) => {
    await folder.startServer();
    await folder.djw('server', 'stop');
    const file = path.join(folder.files.data, 'ibdata1');
    await writeFile(file, 'no database');
    const { kind, message } = await folder.startServer();
    assert.equal(kind, 'failed');
    assert.match(message ?? '', /^The local server did not start \(it ended with code 1\): .+ Its log, .*log\.txt, says more\.$/);
    assert.equal(await readFile(file, 'utf8'), 'no database');
    assert.equal((await folder.status()).message, message);
  });
});

test('a folder that cannot be written is said to be', options, async () => {
  await withLocalServer({ '.datajoint': 'a file' }, async (folder) => {
    const { code, err } = await folder.djw('server', 'start');
    assert.equal(code, 2);
    assert.match(err, /^djw: The folder .*données du labo cannot be written \(\w+\): check its permissions\.$/m);
    assert.ok(!existsSync(path.join(folder.path, 'datajoint.json')));
  });
});

test('settings of another server are replaced when asked to only, kept as copies, and all else in them stays', options, async () => {
  const settings = `{
    "database.host": "db.example.org",
    "database": { "user": "root", "password": "simple", "reconnect": true },
    "stores": { "default": "main", "main": { "protocol": "file", "location": "store" } },
    "jobs": { "default_priority": 7 },
    "custom": [1, 2]
}
`;
  await withLocalServer({ 'datajoint.json': settings, '.secrets/database.password': 'other', '.gitignore': '*.npy\n/.datajoint' }, async (folder) => {
    await mkdir(path.join(folder.path, '.git'));
    const refused = await folder.djw('server', 'start');
    assert.equal(refused.code, 2);
    assert.match(refused.err, /name root@db\.example\.org:3306: --yes puts them aside and uses a local server/);
    assert.equal(await folder.text('datajoint.json'), settings);

    const { port, kind } = JSON.parse((await folder.djw('server', 'start', '--yes', '--json')).out.split('\n').at(-2) ?? '') as { port: number; kind: string };
    assert.equal(kind, 'running');
    assert.deepEqual(Object.entries((await folder.json('datajoint.json')) as object), [
      ['database', { reconnect: true, host: '127.0.0.1', port, use_tls: true, tls_ca: '.datajoint/server/certificate.pem' }],
      ['stores', { default: 'main', main: { protocol: 'file', location: 'store' } }],
      ['jobs', { default_priority: 7 }],
      ['custom', [1, 2]],
    ]);
    assert.match(await folder.text('datajoint.json'), /^\{\n {4}"database": \{\n {8}"reconnect"/);
    const kept = (await readdir(folder.files.root)).find((name) => name.startsWith('replaced-')) ?? '';
    assert.equal(await readFile(path.join(folder.files.root, kept, 'datajoint.json'), 'utf8'), settings);
    assert.equal(await readFile(path.join(folder.files.root, kept, 'database.password'), 'utf8'), 'other');
    assert.notEqual(await folder.password(), 'other');
    assert.equal(await folder.text('.gitignore'), '*.npy\n/.datajoint', 'the folders ignore themselves');
    assert.equal(await folder.text('.secrets/.gitignore'), '*\n');
    assert.equal(await folder.text('.datajoint/.gitignore'), '*\n');
    assert.match((await folder.djw('list')).out, /datajoint@127\.0\.0\.1/);
  });
});

test('so are those of datajoint-python 0.14; what they say besides the database holds on', options, async () => {
  const settings = JSON.stringify({ 'database.host': 'db.example.org', 'database.user': 'root', 'database.password': 'simple', custom: { 'database.prefix': 'lab_' } });
  await withLocalServer({ 'dj_local_conf.json': settings }, async (folder) => {
    assert.match((await folder.djw('server', 'start')).err, /name root@db\.example\.org:3306/);
    assert.equal(await folder.text('dj_local_conf.json'), settings);

    const { port } = JSON.parse((await folder.djw('server', 'start', '--yes', '--json')).out.split('\n').at(-2) ?? '') as { port: number };
    assert.deepEqual(await folder.json('dj_local_conf.json'), {
      custom: { 'database.prefix': 'lab_' },
      'database.host': '127.0.0.1',
      'database.port': port,
      'database.user': 'datajoint',
      'database.password': await folder.password(),
      'database.use_tls': { ca: folder.files.certificate },
    });
    assert.ok((await lstat(path.join(folder.path, 'dj_local_conf.json'))).isSymbolicLink(), 'the password stays among the files of the server');
    const kept = (await readdir(folder.files.root)).find((name) => name.startsWith('replaced-')) ?? '';
    assert.equal(await readFile(path.join(folder.files.root, kept, 'dj_local_conf.json'), 'utf8'), settings);
    assert.match((await folder.djw('list')).out, /datajoint@127\.0\.0\.1/);
  });
});

test('settings of a folder above stay what they are, and hold in the folder all the same', options, async () => {
  await withLocalServer({}, async (folder) => {
    const above = path.join(folder.path, '..', 'datajoint.json');
    const settings = JSON.stringify({ database: { host: 'db.example.org', user: 'root' }, jobs: { default_priority: 7 } });
    await writeFile(above, settings);
    assert.match((await folder.djw('server', 'start')).err, /name root@db\.example\.org:3306/);
    assert.equal((await folder.djw('server', 'start', '--yes')).code, 0);
    assert.equal(await readFile(above, 'utf8'), settings);
    const { database, jobs } = (await folder.json('datajoint.json')) as { database: { user?: string }; jobs: unknown };
    assert.deepEqual(jobs, { default_priority: 7 });
    assert.equal(database.user, undefined);
  });
});

test('a program that finds the local server stopped says how to start it', options, async () => {
  await withLocalServer({}, async (folder) => {
    await folder.startServer();
    await folder.djw('server', 'stop');
    const { code, err } = await folder.djw('list');
    assert.equal(code, 2);
    assert.match(err, /^djw: The local server of .*données du labo is stopped: djw server start starts it\.$/m);
  });
});

test('what would go before the local server is refused before anything is made', options, async () => {
  await withLocalServer({}, async (folder) => {
    const { code, err } = await folder.start(['server', 'start'], { DJ_HOST: 'db.example.org' }).finished;
    assert.equal(code, 2);
    assert.match(err, /The variable DJ_HOST goes before datajoint\.json and \.secrets, which name the local server: unset it/);
    await folder.write('datajoint.json', '{ "database": ');
    const broken = await folder.djw('server', 'start');
    assert.equal(broken.code, 2);
    assert.match(broken.err, /datajoint\.json is not valid JSON/);
    assert.match((await folder.djw('server', 'begin')).err, /server does not know "begin": djw server start\|stop\|status/);
    assert.ok(!existsSync(folder.files.root));
  });
});

test('a lost password is replaced at the next start', options, async () => {
  await withLocalServer({}, async (folder) => {
    const { pid } = await folder.startServer();
    await folder.djw('server', 'stop');
    await isGone(pid ?? 0);
    await writeFile(path.join(folder.path, '.secrets/database.password'), "it's \\ mine\n");
    assert.equal((await folder.startServer()).kind, 'running');
    assert.match((await folder.djw('list')).out, /^No tables/);
  });
});

test('another program that listens on the port of a stopped server gets no password', options, async () => {
  await withLocalServer({}, async (folder) => {
    const { port = 0 } = await folder.startServer();
    await folder.djw('server', 'stop');
    const full = async (client: Client, plugin: string): Promise<void> => {
      client.greet('mysql_native_password');
      await client.packet();
      client.switchTo(plugin);
      await client.packet();
      if (plugin === 'caching_sha2_password') {
        client.more(Buffer.from([4]));
        await client.packet();
      }
      client.more(Buffer.from(keys.publicKey, 'latin1'));
      await client.packet();
    };
    for (const plugin of ['caching_sha2_password', 'sha256_password', 'mysql_clear_password']) {
      const server = await listen((client) => full(client, plugin), port);
      try {
        for (const command of [['list'], ['server', 'status'], ['server', 'stop']]) await folder.djw(...command);
        assert.ok(server.clients.length > 0, 'it was asked');
        assert.deepEqual(server.clients.flatMap((client) => client.received), [], `${plugin}: not even a login without the password`);
        assert.match((await folder.djw('list')).err, /The local server of .* is stopped: djw server start starts it\./);
        assert.equal((await folder.status()).kind, 'stopped');
      } finally {
        await server.close();
      }
    }
  });
});

test('nothing is written through a link in the folder of the server', options, async () => {
  await withLocalServer({}, async (folder) => {
    const profile = path.join(folder.path, 'profile');
    await writeFile(profile, 'mine\n');
    await folder.startServer();
    await folder.djw('server', 'stop');
    await rm(folder.files.log);
    await symlink(profile, folder.files.log);
    const refused = await folder.djw('server', 'start');
    assert.notEqual(refused.code, 0);
    assert.match(`${refused.out}${refused.err}`, /log\.txt is a link to another file: remove it, then start the server again/);
    assert.equal(await folder.text('profile'), 'mine\n');
  });
  await withLocalServer({}, async (folder) => {
    await mkdir(path.join(folder.path, 'elsewhere'));
    await mkdir(path.dirname(folder.files.root));
    await symlink(path.join(folder.path, 'elsewhere'), folder.files.root);
    const linked = await folder.djw('server', 'start');
    assert.match(`${linked.out}${linked.err}`, /is a link to another place: remove it, then try again/);
    assert.deepEqual(await readdir(path.join(folder.path, 'elsewhere')), []);
  });
});
