/** A server that a test can end without warning and start again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import path from 'node:path';
import { startServer, type TestServer } from './server';
import { until } from './until';

export interface RestartableServer extends TestServer {
  /** Ends the server at once, as a crash does. Its data stay. */
  crash(): Promise<void>;
  /** Starts it again on its data and its port. */
  restart(): Promise<void>;
  /** How many sessions the server has, without those of `sql`, which come through the socket and may just be ending. */
  sessions(): Promise<number>;
}

export async function startRestartable(): Promise<RestartableServer> {
  const server = await startServer();
  const [pid = '', data = '', socket = ''] = (
    await server.sql('SELECT @@pid_file, @@datadir, @@socket')
  ).split('\t');
  const first = Number(await readFile(pid, 'utf8'));
  let again: ChildProcess | undefined;
  const listens = () =>
    new Promise<boolean>((resolve) => {
      const probe = connect(server.port, server.host);
      probe.once('connect', () => resolve(true)).once('error', () => resolve(false));
      probe.once('connect', () => probe.destroy());
    });
  const crash = async () => {
    if (again === undefined) process.kill(first, 'SIGKILL');
    else again.kill('SIGKILL');
    await until('the server is gone', async () => !(await listens()));
  };
  return {
    ...server,
    crash,
    restart: async () => {
      const place = [`--datadir=${data}`, `--socket=${socket}`, `--pid-file=${pid}`, `--user=${userInfo().username}`];
      const address = ['--bind-address=127.0.0.1', `--port=${String(server.port)}`];
      again = spawn('mariadbd', ['--no-defaults', ...place, ...address], { stdio: 'ignore', cwd: path.dirname(socket) });
      await until('the server is back', listens);
    },
    sessions: async () =>
      Number(await server.sql("SELECT COUNT(*) FROM information_schema.processlist WHERE command NOT IN ('Daemon', 'Connect') AND host <> 'localhost'")),
    stop: async () => {
      if (again !== undefined && again.exitCode === null && again.signalCode === null) {
        const ended = once(again, 'exit');
        again.kill('SIGKILL');
        await ended;
      }
      await server.stop();
    },
  };
}

/** Starts a server, does the work and stops it. */
export async function withServer(work: (server: RestartableServer) => Promise<void>): Promise<void> {
  const server = await startRestartable();
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}
