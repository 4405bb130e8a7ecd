/** Servers that a person adds: what may be entered, what is kept, and how a password reaches a terminal. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { resolveConnection } from '../../../src/engine';
import { backOff } from '../../../src/extension/connections/backOff';
import { loginOf } from '../../../src/extension/connections/login';
import { addressOf, readServers, specOf } from '../../../src/extension/connections/server';
import { handOver } from '../../../src/extension/populate/handOver';
import { hostProblem, portProblem, splitHost, userProblem } from '../../../src/extension/servers/checks';

test('what a person may enter for a server', () => {
  for (const good of ['db.example.org', ' localhost ', '10.0.0.7:3307', '::1', 'fe80::1']) assert.equal(hostProblem(good), null, good);
  for (const bad of ['', '  ', 'mysql://db', 'a b', 'me@db', 'db/x', 'db:', 'db:99999']) assert.notEqual(hostProblem(bad), null, bad);
  for (const good of ['1', '3306', '65535', ' 3307 ']) assert.equal(portProblem(good), null);
  for (const bad of ['', '0', '65536', '3306.5', 'x', '-1']) assert.match(portProblem(bad) ?? '', /1 to 65535/);
  assert.equal(userProblem('root'), null);
  assert.notEqual(userProblem(' '), null);
  assert.deepEqual(splitHost('db:3307', 3306), { host: 'db', port: 3307 });
  assert.deepEqual(splitHost(' ::1 ', 3306), { host: '::1', port: 3306 });
});

test('servers that were kept are read; anything else is passed over', () => {
  const good = { id: 'x', name: 'lab', host: 'db', port: 3306, user: 'me', tls: null };
  assert.deepEqual(readServers([good, { ...good, port: '3306' }, { ...good, tls: 'yes' }, null, 7, {}]), [good]);
  for (const nonsense of [undefined, null, 'x', {}]) assert.deepEqual(readServers(nonsense), []);
});

test('waiting grows and stays bounded', () => {
  assert.deepEqual([1, 2, 3, 4, 5, 50].map(backOff), [2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test('the variables of a login win over the settings of the folder, also where they are empty', async (context) => {
  const cwd = await mkdtemp(path.join(tmpdir(), 'login-'));
  context.after(() => rm(cwd, { recursive: true }));
  const database = { host: 'file', port: 1, user: 'file', password: 'file', use_tls: true };
  await writeFile(path.join(cwd, 'datajoint.json'), JSON.stringify({ database }));
  for (const tls of [true, false, null]) {
    for (const password of ['p w', '']) {
      const spec = specOf({ name: '', host: 'db', port: 3307, user: 'me', password, tls });
      const { env, secrets } = await loginOf(spec);
      assert.ok(!JSON.stringify(env).includes('p w'), 'the password is not among what may be seen');
      const inherited = { DJ_HOST: 'other', DJ_EMBEDDED_FILE: '/tmp/x.db', DJ_USE_TLS: '1', DJ_PASS: 'mine' };
      assert.deepEqual(resolveConnection({ cwd, env: { ...inherited, ...env, ...secrets } }), spec);
    }
  }
  assert.equal(addressOf({ user: 'me', host: 'db', port: 3307 }), 'me@db:3307');
});

async function fetchFrom(env: Readonly<Record<string, string>>, token: string): Promise<string> {
  const socket = connect(env['DJW_HANDOVER'] ?? '');
  socket.write(`${token}\n`);
  return text(socket);
}

test('a secret is handed over once, and only to a caller that has the token', async () => {
  const handover = await handOver({ DJ_PASS: 'secret' });
  try {
    const { env } = handover;
    assert.ok(!JSON.stringify(env).includes('secret'));
    assert.equal(await fetchFrom(env, 'x'.repeat(64)).catch(() => ''), '');
    // As many characters as the token has, and more bytes.
    assert.equal(await fetchFrom(env, 'é'.repeat(64)).catch(() => ''), '');
    assert.deepEqual(JSON.parse(await fetchFrom(env, env['DJW_HANDOVER_TOKEN'] ?? '')), { DJ_PASS: 'secret' });
    await assert.rejects(fetchFrom(env, env['DJW_HANDOVER_TOKEN'] ?? ''), /ENOENT|ECONNREFUSED|EPIPE/);
  } finally {
    handover.dispose();
  }
});

test('a program whose secrets are gone says so', async () => {
  const launcher = require.resolve('../../../src/extension/populate/launch.ts');
  const env = { ...process.env, DJW_HANDOVER: '/nowhere/s', DJW_HANDOVER_TOKEN: 'x' };
  const program = spawn(process.execPath, ['--import', 'tsx', launcher], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  assert.match(await text(program.stderr), /The password of this run is gone: start it again/);
});
