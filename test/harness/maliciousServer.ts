/** A server that speaks just enough MySQL to ask for what it should not get. */
import { generateKeyPairSync, privateDecrypt, constants } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { makeCertificate } from '../../src/localServer/certificate';

/** What the server does with a connection. It is given each packet of the client, without its header. */
export type Mode = (client: Client) => void | Promise<void>;

export const keys = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });

const SCRAMBLE = Buffer.from('abcdefghijklmnopqrst', 'latin1');

export class Client {
  /** Everything that the client has sent. */
  readonly received: Buffer[] = [];
  sent = 0;
  private sequence = 0;

  constructor(readonly socket: Socket) {
    socket.on('error', () => undefined);
    socket.on('data', (data) => this.received.push(data));
  }

  /** Takes the client's wish for TLS, with a certificate of the server's own. */
  async startTls(): Promise<void> {
    await this.packet();
    const plain = this.socket;
    plain.removeAllListeners('data');
    // A stream of our own between both: the client may have begun with TLS in one go with its wish, which has a length of its own.
    const between = new Duplex({ read: () => undefined, write: (chunk: Buffer, _encoding, done) => void plain.write(chunk, () => done()) });
    const all = Buffer.concat(this.received);
    between.push(all.subarray(4 + all.readUIntLE(0, 3)));
    plain.on('data', (chunk: Buffer) => between.push(chunk));
    plain.on('close', () => between.destroy());
    const { certificate, key } = makeCertificate();
    const secure = new TLSSocket(between, { isServer: true, cert: certificate, key });
    secure.on('error', () => plain.destroy());
    secure.on('data', (data: Buffer) => this.received.push(data));
  }

  /** The next packet's payload. */
  async packet(): Promise<Buffer> {
    const before = this.received.length;
    if (this.received.length === before) await once(this.socket, 'data');
    const last = Buffer.concat(this.received.slice(before));
    this.sequence = (last[3] ?? 0) + 1;
    return last.subarray(4);
  }

  /** @param skip how many numbers of packets are left out before it */
  send(payload: Buffer, skip = 0): void {
    const header = Buffer.alloc(4);
    header.writeUIntLE(payload.length, 0, 3);
    this.sequence += skip;
    header[3] = this.sequence++ & 0xff;
    this.raw(Buffer.concat([header, payload]));
  }

  raw(bytes: Buffer): void {
    this.sent += bytes.length;
    this.socket.write(bytes);
  }

  /** @param tls whether the server says that it has TLS */
  greet(plugin: string, { protocol = 10, tls = false } = {}): void {
    const capabilities = (tls ? 0x0800 : 0) | 0x00_08_a2_05 | 0x8000 | 0x00_08_00_00 | 0x0200;
    const low = Buffer.alloc(2);
    low.writeUInt16LE(capabilities & 0xffff);
    const high = Buffer.alloc(2);
    high.writeUInt16LE((capabilities >>> 16) & 0xffff);
    this.send(
      Buffer.concat([
        Buffer.from([protocol]),
        Buffer.from('8.0.36\0', 'latin1'),
        Buffer.from([1, 0, 0, 0]),
        SCRAMBLE.subarray(0, 8),
        Buffer.from([0]),
        low,
        Buffer.from([45, 2, 0]),
        high,
        Buffer.from([21]),
        Buffer.alloc(10),
        SCRAMBLE.subarray(8),
        Buffer.from([0]),
        Buffer.from(`${plugin}\0`, 'latin1'),
      ]),
    );
  }

  switchTo(plugin: string): void {
    this.send(Buffer.concat([Buffer.from([0xfe]), Buffer.from(`${plugin}\0`, 'latin1'), SCRAMBLE, Buffer.from([0])]));
  }

  more(data: Buffer): void {
    this.send(Buffer.concat([Buffer.from([1]), data]));
  }

  ok(): void {
    this.send(Buffer.from([0, 0, 0, 2, 0, 0, 0]));
  }

  /** The password that the client has given away, decrypted where it was encrypted with this server's key. */
  stolen(password: string): boolean {
    const all = Buffer.concat(this.received);
    if (all.includes(password)) return true;
    return this.received.some((packet) => {
      for (const from of [4, 5]) {
        try {
          const text = privateDecrypt({ key: keys.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, packet.subarray(from));
          const plain = Buffer.from(text.map((byte, at) => byte ^ (SCRAMBLE[at % SCRAMBLE.length] ?? 0)));
          if (plain.includes(password)) return true;
        } catch {
          // Another packet.
        }
      }
      return false;
    });
  }
}

/**
 * Listens on a port of 127.0.0.1, and does `mode` with each connection.
 * @param on by default a free one
 */
export async function listen(mode: Mode, on = 0): Promise<{ port: number; clients: Client[]; close: () => Promise<void> }> {
  const clients: Client[] = [];
  const server = createServer((socket) => {
    const client = new Client(socket);
    clients.push(client);
    void Promise.resolve(mode(client)).catch(() => undefined);
  });
  server.listen(on, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    clients,
    close: async () => {
      for (const { socket } of clients) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
