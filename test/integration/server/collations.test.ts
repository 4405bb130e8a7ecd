/**
 * The built engine and `djw` on servers whose greeting names any character set. A greeting has the lower 8 bits of the
 * collation's id alone, so that those of utf8mb4_0900_bin (309) name macroman, and those of utf8mb4_0900_as_cs koi8u.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type * as dj from '../../../src/engine';
import { encodingById, encodings } from '../../harness/encodings';
import { temporaryFolder } from '../djwProcess';
import { ServerUnderTest } from './onServer';

const lab = new ServerUnderTest();
const built = createRequire(__filename)(path.join(__dirname, '../../../dist/engine.js')) as typeof dj;

/** The id that the next greetings have. */
let collation = 45;
let proxy: Server;
const sockets = new Set<Socket>();

before(async () => {
  proxy = createServer((client) => {
    const server = connect(lab.spec.port, lab.spec.host);
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => {
        client.destroy();
        server.destroy();
      });
    }
    client.pipe(server);
    server.once('data', (greeting: Buffer) => {
      // Header, protocol, version, thread, the beginning of the salt, a filler, the lower bits of what the server can.
      greeting[greeting.indexOf(0, 5) + 1 + 4 + 8 + 1 + 2] = collation;
      client.write(greeting);
      server.pipe(client);
    });
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});
after(() => {
  for (const socket of sockets) socket.destroy();
  proxy.close();
});

function behindProxy(): typeof lab.spec {
  const address = proxy.address();
  assert.ok(address !== null && typeof address === 'object');
  return { ...lab.spec, port: address.port, tls: false };
}

test('the built engine connects and reads, whatever encoding the greeting names', async () => {
  await lab.server.sql('CREATE DATABASE greeted; CREATE TABLE greeted.t (k INT PRIMARY KEY, v VARCHAR(9))');
  for (const encoding of encodings) {
    collation = encodingById.indexOf(encoding);
    const database = await built.openDatabase(behindProxy());
    const said = `where the greeting says ${encoding}`;
    await database.run({ sql: "REPLACE INTO greeted.t VALUES (1, 'ë≥'), (2, 'ë≥')", values: [] });
    const { changes } = await database.run({ sql: "UPDATE greeted.t SET v = 'ë≥'", values: [] });
    assert.equal(changes, 2, `rows matched, of which none changed, ${said}`);
    assert.deepEqual(
      await database.all({ sql: 'SELECT v AS `ä` FROM greeted.t WHERE v = ?', values: ['ë≥'] }),
      [{ ä: 'ë≥' }, { ä: 'ë≥' }],
      said,
    );
    await assert.rejects(database.all({ sql: 'SELECT `ü` FROM greeted.t', values: [] }), /There is no attribute ü\./, said);
    await database.close();
  }
});

test('djw lists the schemas of such a server', async (context) => {
  const folder = await temporaryFolder(context, {});
  collation = 309 & 0xff;
  const env = { ...lab.variables, DJ_PORT: String(behindProxy().port), DJ_USE_TLS: 'false' };
  const listed = await folder.start(['list'], env).finished;
  assert.deepEqual([listed.code, listed.err], [0, '']);
});
