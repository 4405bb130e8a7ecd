// Servers that ask for what they should not get, or never come to an end: one sentence each, no password, no file.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import * as dj from '../../../src/engine';
import { openDatabase } from '../../../src/engine/database';
import { serverKeyFingerprint } from '../../../src/engine/database/keyFingerprint';
import { makeCertificate } from '../../../src/localServer/certificate';
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
  { name: 'the login __proto__', mode: (client) => switched(client, '__proto__'), says: /wants a login of lab by __proto__, which is not known here/ },
  { name: 'the login constructor', mode: (client) => switched(client, 'constructor'), says: /wants a login of lab by constructor, which is not known here/ },
  { name: 'files', mode: askForFiles, says: /asks for a file of this machine, which is refused/ },
  { name: 'protocol 9', mode: (client) => client.greet('mysql_native_password', { protocol: 9 }), says: /says nothing more in the middle of the login of lab/ },
  { name: 'nothing after the login', mode: async (client) => {
      client.greet('mysql_native_password');
      await client.packet();
      client.ok();
    }, says: /takes the login and then says nothing for 10 seconds/ },
  { name: 'nothing at all', mode: () => undefined, says: /takes the connection and then says nothing/ },
  { name: 'half a greeting', mode: (client) => client.raw(Buffer.from([60, 0, 0, 0, 10, 56])), says: /does not greet as MySQL or MariaDB do/ },
  { name: 'a web server', mode: (client) => client.raw(Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')), says: /does not greet as MySQL or MariaDB do/ },
  { name: 'an empty packet', mode: (client) => client.send(Buffer.alloc(0)), says: /does not speak as MySQL or MariaDB do/ },
  { name: 'short packets', mode: (client) => client.send(Buffer.from([10, 53])), says: /does not speak as MySQL or MariaDB do/ },
  { name: 'the largest packet, never finished', mode: (client) => client.raw(Buffer.from([0xff, 0xff, 0xff, 0, 10])), says: /does not greet as MySQL or MariaDB do/ },
  { name: 'an error with control sequences', mode: (client) => client.send(Buffer.concat([Buffer.from([0xff, 0x15, 0x04]), Buffer.from('#28000\u001b]0;x\u0007[Repair](command:x)')])), says: /refuses the login of lab/ },
  { name: 'the login of MySQL 4.0', mode: (client) => switched(client, 'mysql_old_password'), says: /by mysql_old_password, which is not known here/ },
  { name: 'a login of MariaDB that is not known', mode: (client) => switched(client, 'client_ed25519'), says: /by client_ed25519, which is not known here/ },
  { name: 'packets with wrong numbers', mode: async (client) => {
      client.greet('mysql_native_password');
      await client.packet();
      client.send(Buffer.from([0, 0, 0, 2, 0, 0, 0]), 7);
    }, says: /takes the login and then says nothing/ },
  { name: 'nothing after the greeting', mode: (client) => client.greet('mysql_native_password'), says: /says nothing more in the middle of the login of lab/ },
  { name: 'nothing after a switch', mode: (client) => switched(client, 'mysql_native_password'), says: /says nothing more in the middle of the login of lab/ },
  { name: 'a request for more without end', mode: async (client) => {
      client.greet('caching_sha2_password');
      await client.packet();
      for (let i = 0; i < 100_000; i += 1) client.more(FULL);
    }, says: /does not log in as MySQL or MariaDB do/ },
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

  const secureModes: readonly { readonly name: string; readonly mode: Mode; readonly says: RegExp }[] = [
    { name: 'a certificate of another', mode: async (client) => {
        client.greet('mysql_native_password', { tls: true });
        await client.startTls();
      }, says: /agree on no TLS connection .*self-signed certificate.*check the certificates/ },
    { name: 'no TLS any more', mode: (client) => client.greet('mysql_native_password'), says: /has no TLS/ },
    { name: 'TLS that is none', mode: async (client) => {
        client.greet('mysql_native_password', { tls: true });
        await client.packet();
        client.raw(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
      }, says: /agree on no TLS connection/ },
    { name: 'silence instead of TLS', mode: async (client) => {
        client.greet('mysql_native_password', { tls: true });
        await client.packet();
      }, says: /says nothing more in the middle of the login/ },
  ];
  for (const { name, mode, says } of secureModes) {
    it(`a server that is known by its certificate: ${name} gets no login, not even the name of the account`, async () => {
      const server = await listen(mode);
      const folder = mkdtempSync(path.join(tmpdir(), 'pinned-'));
      try {
        const ca = path.join(folder, 'certificate.pem');
        writeFileSync(ca, makeCertificate().certificate);
        await assert.rejects(openDatabase(spec(server.port, { tls: true, tlsFiles: { ca } })), says);
        for (const client of server.clients) assert.ok(!Buffer.concat(client.received).includes('lab'));
        await assert.rejects(openDatabase(spec(server.port, { tls: true, tlsFiles: { checkHostname: true } })), { code: 'unreachable' });
      } finally {
        await server.close();
        rmSync(folder, { recursive: true });
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
