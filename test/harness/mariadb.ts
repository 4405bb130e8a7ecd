import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { until } from './until';

/** A MariaDB server that belongs to one test. */
export interface MariaDb {
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

/** Starts a server on a free port of 127.0.0.1 with a data directory of its own; `options` are extra mariadbd options. */
export async function startMariaDb(options: readonly string[] = []): Promise<MariaDb> {
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
    const port = await freePort();
    const address = ['--bind-address=127.0.0.1', `--port=${String(port)}`, `--socket=${socket}`, `--tmpdir=${folder}`];
    const child = spawn('mariadbd', [...common, ...address, `--pid-file=${folder}/pid`, ...options], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    server = child;
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (log += chunk));
    await until('mariadbd listens', () => {
      if (child.exitCode !== null) throw new Error(log);
      return log.includes('ready for connections');
    });
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
    return { host: '127.0.0.1', port, ...account, sql: (text) => sql(text, account.password), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
