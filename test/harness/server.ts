/** Database servers for tests: each belongs to one test file, on data of its own. */
import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { constants, existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { serverKeyFingerprint } from '../../src/engine/database/keyFingerprint';
import { freePort } from '../../src/localServer/freePort';
import { serverKind } from './serverKind';
import { account, ensureServer, type ReadyServer } from './servers/ensure.mjs';
import { AddressTaken, serve } from './servers/serve.mjs';
import { until } from './until';

/** Newer clients of MariaDB want TLS even on a socket. */
const withoutTlsAsClient = serverKind.product === 'mysql' ? [] : ['--skip-ssl'];

/** A database server that belongs to one test. */
export class TestServer {
  readonly host = '127.0.0.1';
  /** May do everything. */
  readonly user = account.user;
  readonly password = account.password;
  #process: ChildProcess | null = null;

  constructor(
    private readonly ready: ReadyServer,
    private readonly folder: string,
    private readonly options: readonly string[],
    readonly port: number,
  ) {}

  /** Runs SQL as that user through the command-line client; answers with tab-separated rows, without a header. */
  async sql(text: string): Promise<string> {
    const client = ['--no-defaults', `--socket=${this.folder}/sql`, `--user=${this.user}`, '--batch', '--skip-column-names', ...withoutTlsAsClient];
    const { stdout } = await promisify(execFile)(this.ready.programs.client, [...client, '--execute', text], {
      env: { ...process.env, MYSQL_PWD: this.password },
      maxBuffer: 1 << 28,
    });
    return stdout.trimEnd();
  }

  /** The key with which it asks for passwords where there is no TLS, as `database.server_key` names it; MySQL alone has one. */
  get serverKey(): string | undefined {
    const file = path.join(this.folder, 'data/public_key.pem');
    return existsSync(file) ? serverKeyFingerprint(readFileSync(file)) : undefined;
  }

  /** How many sessions the server has, without those of `sql`, which come through the socket and may just be ending. */
  async sessions(): Promise<number> {
    const counted = "SELECT COUNT(*) FROM information_schema.processlist WHERE command NOT IN ('Daemon', 'Connect') AND host <> 'localhost'";
    return Number(await this.sql(counted));
  }

  /** Ends the server at once. Its data stay. */
  async crash(): Promise<void> {
    const server = this.#process;
    if (server !== null && server.exitCode === null && server.signalCode === null) {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
    }
    await until('the server is gone', async () => !(await this.listens()));
  }

  /** Starts it again on its data and its port. */
  async restart(): Promise<void> {
    const { product, programs } = this.ready;
    this.#process = await serve({ product, programs, folder: this.folder, port: this.port, options: this.options });
  }

  /** Ends the server and removes its data. */
  async stop(): Promise<void> {
    await this.crash();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }

  private listens(): Promise<boolean> {
    return new Promise((resolve) => {
      const probe = connect(this.port, this.host);
      probe.once('connect', () => resolve(true)).once('error', () => resolve(false));
      probe.once('connect', () => probe.destroy());
    });
  }
}

/** Starts a server of the kind under test on a free port of 127.0.0.1; `options` are extra options of its program. */
export async function startServer(options: readonly string[] = []): Promise<TestServer> {
  const ready = await ensureServer(serverKind.name);
  const folder = await mkdtemp(path.join(tmpdir(), 'djw-db-'));
  try {
    await cp(ready.data, path.join(folder, 'data'), { recursive: true, mode: constants.COPYFILE_FICLONE });
    for (let tries = 1; ; tries += 1) {
      const server = new TestServer(ready, folder, options, await freePort(null));
      try {
        await server.restart();
        return server;
      } catch (error) {
        // Another program may have taken the port since it was found to be free.
        if (tries === 3 || !(error instanceof AddressTaken)) throw error;
      }
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Starts a server, does the work and stops it. */
export async function withServer(work: (server: TestServer) => Promise<void>): Promise<void> {
  const server = await startServer();
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}
