// Servers that ask for what they should not get, or never come to an end: one sentence each, no password, no file.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as dj from '../../../src/engine';
import { openDatabase, serverKeyFingerprint } from '../../../src/engine/database';
import { type Client, keys, listen, type Mode } from '../../harness/maliciousServer';

const password = 'correct-horse-battery';
const key = Buffer.from(keys.publicKey, 'latin1');
const FULL = Buffer.from([4]);

/** Asks for the native login first, then for another. */
async function switched(client: Client, plugin: string, ...answers: readonly Buffer[]): Promise<void> {
  client.greet('mysql_native_password');
  await client.packet();
  client.switchTo(plugin);
  await client.packet();
  for (const answer of answers) {
    client.more(answer);
    await client.packet();
  }
}

/** Answers everything with a request for a file of the client. */
async function askForFiles(client: Client): Promise<void> {
  client.greet('mysql_native_password');
  await client.packet();
  client.ok();
  for (;;) {
    await client.packet();
    client.send(Buffer.from('\u00fb/etc/passwd', 'latin1'));
  }
}

const modes: readonly { readonly name: string; readonly mode: Mode; readonly says: RegExp }[] = [
  { name: 'RSA at once', mode: async (client) => {
      client.greet('caching_sha2_password');
      await client.packet();
      client.switchTo('caching_sha2_password');
      await client.packet();
      client.more(FULL);
      await client.packet();
      client.more(key);
      await client.packet();
    }, says: /asks for the password of lab, encrypted with its key SHA256:[\w+/]{43}, which nothing verifies/ },
  { name: 'a switch to RSA', mode: (client) => switched(client, 'caching_sha2_password', FULL, key), says: /which nothing verifies/ },
  { name: 'a switch to sha256_password', mode: (client) => switched(client, 'sha256_password', key), says: /which nothing verifies/ },
  { name: 'a key that is none', mode: (client) => switched(client, 'sha256_password', Buffer.from('\u001b]0;x\u0007')), says: /none: what it sent is no key, which nothing verifies/ },
  { name: 'clear text', mode: (client) => switched(client, 'mysql_clear_password'), says: /in clear text, which is refused/ },
  { name: 'a login that is not known', mode: (client) => switched(client, 'dialog'), says: /wants a login of lab by dialog, which is not known here|cannot be connected/ },
  { name: 'the login __proto__', mode: (client) => switched(client, '__proto__'), says: /./ },
  { name: 'the login constructor', mode: (client) => switched(client, 'constructor'), says: /./ },
  { name: 'files', mode: askForFiles, says: /./ },
  { name: 'protocol 9', mode: (client) => client.greet('mysql_native_password', 9), says: /./ },
  { name: 'nothing after the login', mode: async (client) => {
      client.greet('mysql_native_password');
      await client.packet();
      client.ok();
    }, says: /takes the login and then says nothing for 10 seconds/ },
  { name: 'nothing at all', mode: () => undefined, says: /does not answer/ },
  { name: 'half a greeting', mode: (client) => client.raw(Buffer.from([60, 0, 0, 0, 10, 56])), says: /does not answer/ },
  { name: 'a web server', mode: (client) => client.raw(Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')), says: /./ },
  { name: 'an empty packet', mode: (client) => client.send(Buffer.alloc(0)), says: /./ },
  { name: 'short packets', mode: (client) => client.send(Buffer.from([10, 53])), says: /./ },
  { name: 'the largest packet, never finished', mode: (client) => client.raw(Buffer.from([0xff, 0xff, 0xff, 0, 10])), says: /./ },
  { name: 'an error with control sequences', mode: (client) => client.send(Buffer.concat([Buffer.from([0xff, 0x15, 0x04]), Buffer.from('#28000\u001b]0;x\u0007[Repair](command:x)')])), says: /refuses the login of lab/ },
  { name: 'a connection that is closed at once', mode: (client) => void client.socket.end(), says: /broke the connection off/ },
];

const spec = (port: number, change: object = {}) => ({ kind: 'server' as const, host: '127.0.0.1', port, user: 'lab', password, tls: false, ...change });

describe('a malicious server', { concurrency: true }, () => {
  for (const { name, mode, says } of modes) {
    it(`${name}: one sentence, and nothing is given away`, async () => {
      const server = await listen(mode);
      try {
        await assert.rejects(openDatabase(spec(server.port)), (error: unknown) => {
          assert.ok(error instanceof dj.DataJointError, String(error));
          assert.match(error.message, says);
          assert.ok(!error.message.includes('\n') && error.message.endsWith('.'), error.message);
          return true;
        });
        for (const client of server.clients) {
          assert.equal(client.stolen(password), false, 'the password stays here');
          assert.ok(!Buffer.concat(client.received).includes('root:'), 'no file is sent');
        }
      } finally {
        await server.close();
      }
    });
  }

  it('packets without an end before the login are not collected', async () => {
    const server = await listen((client) => {
      const chunk = Buffer.alloc(65_536, 1);
      const pour = (): void => {
        let goesOn = true;
        while (goesOn && !client.socket.destroyed) {
          client.sent += chunk.length;
          goesOn = client.socket.write(chunk);
        }
      };
      client.raw(Buffer.from([0xff, 0xff, 0xff, 0]));
      client.socket.on('drain', pour);
      pour();
    });
    try {
      await assert.rejects(openDatabase(spec(server.port)), /sends more than any login of MySQL or MariaDB takes|does not speak as/);
      assert.ok((server.clients[0]?.sent ?? 0) < 32_000_000, 'what is between both ends');
    } finally {
      await server.close();
    }
  });

  it('a key that a person has accepted is used, and no other', async () => {
    const server = await listen(async (client) => {
      await switched(client, 'caching_sha2_password', FULL, key);
      client.socket.end();
    });
    try {
      const serverKey = serverKeyFingerprint(key);
      await assert.rejects(openDatabase(spec(server.port, { serverKey: 'SHA256:another' })), (error: unknown) => {
        assert.ok(error instanceof dj.UnverifiedServerError);
        assert.equal(error.fingerprint, serverKey);
        assert.match(error.message, /and not with the key SHA256:another that was accepted/);
        return true;
      });
      assert.equal(server.clients.some((client) => client.stolen(password)), false);
      await assert.rejects(openDatabase(spec(server.port, { serverKey })));
      assert.equal(server.clients.some((client) => client.stolen(password)), true, 'the test sees what is sent');
    } finally {
      await server.close();
    }
  });
});
