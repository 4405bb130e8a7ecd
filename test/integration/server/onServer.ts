import { after, before } from 'node:test';
import * as dj from '../../../src/engine';
import { startServer, type TestServer } from '../../harness/server';
import { exactCharacters } from '../../harness/serverKind';

/** A server for the tests of one file, with an account whose sessions are counted. */
export class ServerUnderTest {
  #server: TestServer | null = null;
  readonly #opened: dj.Connection[] = [];
  #schemas = 0;

  constructor(options: readonly string[] = []) {
    before(async () => {
      this.#server = await startServer([...exactCharacters, ...options]);
      await this.#server.sql(
        "CREATE USER worker@'127.0.0.1' IDENTIFIED BY 'w'; GRANT ALL ON *.* TO worker@'127.0.0.1'",
      );
    });
    after(async () => {
      await Promise.all(this.#opened.map((connection) => connection.close()));
      await this.#server?.stop();
    });
  }

  get server(): TestServer {
    if (this.#server === null) throw new Error('the server runs only while tests run');
    return this.#server;
  }

  /** The server through the counted account. */
  get spec(): Extract<dj.ConnectionSpec, { kind: 'server' }> {
    const { host, port, serverKey } = this.server;
    return { kind: 'server', host, port, user: 'worker', password: 'w', tls: null, ...(serverKey === undefined ? {} : { serverKey }) };
  }

  /** `spec` as the variables of a program. */
  get variables(): Record<string, string> {
    const { host, port, user, password, serverKey = '' } = this.spec;
    return { DJ_HOST: host, DJ_PORT: String(port), DJ_USER: user, DJ_PASS: password, DJW_SERVER_KEY: serverKey };
  }

  /** A connection of that account, or of root. It is closed after the tests. */
  async connect(user: 'worker' | 'root' = 'worker'): Promise<dj.Connection> {
    const spec = user === 'root' ? { ...this.spec, user, password: this.server.password } : this.spec;
    const connection = new dj.Connection(await dj.openDatabase(spec));
    this.#opened.push(connection);
    return connection;
  }

  /** A schema that no other test uses. */
  schema(connection: dj.Connection): dj.Schema {
    return dj.schema(`lab_${(this.#schemas += 1)}`, { connection });
  }

  /** How many sessions the counted account has. */
  async sessions(): Promise<number> {
    const counted = "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'worker' AND command <> 'Killed'";
    return Number(await this.server.sql(counted));
  }
}
