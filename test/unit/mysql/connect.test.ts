import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { withoutTls } from '../../harness/serverKind';
import { until } from '../../harness/until';
import { manyRows, onServer, refused, sql } from './support';

const place = onServer(['--max-connections=12', ...withoutTls]);

test('a wrong password, no password, an unknown account', async () => {
  const error = await refused(
    place.open({ password: 'wrong' }),
    'access',
    /127\.0\.0\.1:\d+ refuses the login of root: check user and password, and/,
  );
  assert.doesNotMatch(error.message, /wrong/);
  await refused(place.open({ password: '' }), 'access', /no password is set/);
  await refused(place.open({ user: 'nobody' }), 'access', /login of nobody/);
});

test('an unknown host, a port where nothing listens, a port of something else', async () => {
  await refused(place.open({ host: 'no-such-host.invalid' }), 'unreachable', /host no-such-host\.invalid is unknown/);
  await refused(place.open({ port: 1 }), 'unreachable', /Nothing listens at 127\.0\.0\.1:1/);
  const other = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await refused(place.open({ port }), 'unreachable', new RegExp(`127\\.0\\.0\\.1:${port}`));
  other.close();
});

test('a port that is open and says nothing is given up', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await refused(
    place.open({ port }),
    'unreachable',
    new RegExp(`The server 127\\.0\\.0\\.1:${port} takes the connection and then says nothing: check that it is a MySQL or MariaDB port, and its load\\.$`),
  );
  for (const socket of sockets) if (!socket.closed) await once(socket.resume(), 'close');
  silent.close();
});

test('TLS that the server does not have: demanded, refused, or left open', async () => {
  await refused(place.open({ tls: true }), 'unreachable', /has no TLS: turn TLS off/);
  for (const tls of [false, null])
    assert.equal((await (await place.open({ tls })).all(sql('SELECT 1 AS one')))[0]?.['one'], 1);
  await refused(
    place.open({ tls: true, tlsFiles: { ca: '/no/such/ca.pem' } }),
    'access',
    /certificate \/no\/such\/ca\.pem cannot be read/,
  );
});

test('as many connections as the server allows', async () => {
  await place.server.sql("CREATE USER crowd@'127.0.0.1' IDENTIFIED BY 'x' WITH MAX_USER_CONNECTIONS 1");
  const first = await place.open({ user: 'crowd', password: 'x' });
  await refused(place.open({ user: 'crowd', password: 'x' }), 'busy', /account crowd has as many connections/);
  await first.close();
  await until('the session has ended', async () => (await place.sessions('crowd')) === 0);
  await place.open({ user: 'crowd', password: 'x' }).then((database) => database.close());
});

test('a session that only browses writes nothing and holds no lock', async () => {
  await place.server.sql('CREATE DATABASE IF NOT EXISTS ro; CREATE TABLE IF NOT EXISTS ro.t (k INT PRIMARY KEY)');
  const database = await place.open({}, { readOnly: true });
  await refused(database.run(sql('INSERT INTO ro.t VALUES (1)')), 'access', /only be read/);
  await refused(
    database.transaction((open) => open.run(sql('INSERT INTO ro.t VALUES (1)'))),
    'access',
    /only be read/,
  );
  assert.deepEqual(await database.all(sql('SELECT * FROM ro.t')), []);
});

test('labels name no password; the user is who the server says', async () => {
  const database = await place.open();
  assert.match(database.label, /^root@127\.0\.0\.1:\d+$/);
  assert.match(database.id, /^mysql:root@127\.0\.0\.1:\d+$/);
  assert.match(database.user, /^root@(localhost|127\.0\.0\.1)$/);
});

test('closing ends every session, also in the midst of work', async () => {
  const others = await place.sessions();
  const database = await place.open();
  await Promise.all(
    Array.from({ length: 8 }, () =>
      database.transaction((open) => open.all(sql('SELECT SLEEP(0.05)')), { readCommitted: true }),
    ),
  );
  assert.ok((await place.sessions()) - others <= 5, 'a main session and four more at most');
  const cursor = database.iterate(sql(manyRows))[Symbol.asyncIterator]();
  await cursor.next();
  const [begun, closed] = [Promise.withResolvers<null>(), Promise.withResolvers<null>()];
  const stuck = database.transaction(async (open) => {
    await open.all(sql('SELECT 1'));
    begun.resolve(null);
    await closed.promise;
    await open.all(sql('SELECT 2'));
  });
  const lost = assert.rejects(stuck, (error: Error & { code?: string }) => error.code === 'connection_lost');
  await begun.promise;
  await database.all(sql('SELECT 1'));
  await database.close();
  closed.resolve(null);
  await lost;
  await until('all sessions have ended', async () => (await place.sessions()) === others);
});
