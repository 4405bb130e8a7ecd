import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** A way to a server that can go bad in the ways in which networks do. */
export class Proxy {
  readonly #pairs = new Set<Pair>();
  #isDeaf = false;
  #dropsAnswer = false;

  private constructor(
    private readonly listener: Server,
    readonly port: number,
  ) {}

  static async to(host: string, port: number): Promise<Proxy> {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    const proxy = new Proxy(listener, address.port);
    listener.on('connection', (client) => proxy.#carry(client, connect({ host, port, noDelay: true })));
    return proxy;
  }

  /** From now on nothing is carried in either direction, and both ends believe that the connection stands. */
  goDeaf(): void {
    this.#isDeaf = true;
  }

  /** The next request still reaches the server; instead of its answer the client gets the end of the connection. */
  dropNextAnswer(): void {
    this.#dropsAnswer = true;
  }

  /** The server sees the connections end, the clients do not. */
  dropServerSide(): void {
    for (const { server } of this.#pairs) server.destroy();
  }

  /** The clients see the connections end; new ones are carried again. */
  recover(): void {
    this.#isDeaf = false;
    for (const pair of this.#pairs) {
      pair.client.resetAndDestroy();
      pair.server.destroy();
    }
    this.#pairs.clear();
  }

  async close(): Promise<void> {
    this.recover();
    this.listener.close();
    await once(this.listener, 'close');
  }

  #carry(client: Socket, server: Socket): void {
    const pair = { client, server };
    this.#pairs.add(pair);
    client.on('data', (bytes) => {
      if (!this.#isDeaf) server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (this.#isDeaf) return;
      if (this.#dropsAnswer) {
        this.#dropsAnswer = false;
        client.resetAndDestroy();
      } else client.write(bytes);
    });
    for (const [end, other] of [
      [client, server],
      [server, client],
    ] as const) {
      end.on('error', () => undefined);
      end.on('close', () => {
        if (!this.#isDeaf) other.destroy();
      });
    }
  }
}
