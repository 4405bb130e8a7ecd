import { type ChildProcess, type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

/** A database server that belongs to one test. */
export interface TestServer {
  readonly product: 'mariadb' | 'mysql';
  readonly host: string;
  readonly port: number;
  /** May do everything. */
  readonly user: string;
  readonly password: string;
  /** Runs SQL as that user through the command-line client; answers with tab-separated rows, without a header. */
  sql(text: string): Promise<string>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

/** The server that tests start, in words. */
export const serverTitle = 'MariaDB';

const run = promisify(execFile);
const account = { user: 'root', password: 'simple' };

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** Resolves to null when the server listens, or to its log when it has ended before. */
async function listening(child: ChildProcessByStdio<null, null, Readable>): Promise<string | null> {
  let log = '';
  const patience = setTimeout(() => child.kill('SIGKILL'), 120_000);
  try {
    return await new Promise((resolve) => {
      child.once('close', () => resolve(log));
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        log += chunk;
        if (log.includes('ready for connections')) resolve(null);
      });
    });
  } finally {
    clearTimeout(patience);
  }
}

/** Starts a server on a free port of 127.0.0.1 with a data directory of its own; `options` are extra options of the server. */
export async function startServer(options: readonly string[] = []): Promise<TestServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'djw-db-'));
  const data = path.join(folder, 'data');
  const socket = path.join(folder, 'sql');
  const common = ['--no-defaults', `--user=${userInfo().username}`, `--datadir=${data}`];
  let server: ChildProcess | undefined;
  const stop = async () => {
    if (server?.exitCode === null && server.signalCode === null) {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    const install = ['--auth-root-authentication-method=normal', '--skip-test-db'];
    // A folder of its own for temporary files: a server that starts removes those of others from a shared one.
    await run('mariadb-install-db', [...common, ...install], { env: { ...process.env, TMPDIR: folder } });
    let port = 0;
    for (let tries = 1; server === undefined; tries += 1) {
      port = await freePort();
      const address = ['--bind-address=127.0.0.1', `--port=${String(port)}`, `--socket=${socket}`, `--tmpdir=${folder}`];
      const child = spawn('mariadbd', [...common, ...address, `--pid-file=${folder}/pid`, ...options], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const log = await listening(child);
      if (log === null) server = child;
      // Somebody else may have taken the port since it was found to be free.
      else if (tries === 3 || !/bind on TCP/i.test(log)) throw new Error(`mariadbd ended: ${log}`);
    }
    const client = ['--no-defaults', `--socket=${socket}`, `--user=${account.user}`, '--batch', '--skip-column-names'];
    const sql = async (text: string, password: string) => {
      const { stdout } = await run('mariadb', [...client, '--execute', text], {
        env: { ...process.env, MYSQL_PWD: password },
        maxBuffer: 1 << 28,
      });
      return stdout.trimEnd();
    };
    await sql(
      `SET PASSWORD FOR root@localhost = PASSWORD('${account.password}');
       CREATE OR REPLACE USER root@'127.0.0.1' IDENTIFIED BY '${account.password}';
       GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;`,
      '',
    );
    return { product: 'mariadb', host: '127.0.0.1', port, ...account, sql: (text) => sql(text, account.password), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
