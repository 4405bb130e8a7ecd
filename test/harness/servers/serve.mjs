// Runs a server on a data directory.
import { spawn } from 'node:child_process';
import { userInfo } from 'node:os';

/** Options without which a server is slower to start, or would be in the way of others on the machine. */
const usual = {
  mariadb: ['--innodb-log-file-size=16M'],
  mysql: ['--mysqlx=OFF', '--skip-log-bin', '--secure-file-priv=NULL', '--innodb-redo-log-capacity=16M', '--event-scheduler=OFF'],
};

/** What every program of a server is told about its data. */
export const commonOptions = (data) => ['--no-defaults', `--user=${userInfo().username}`, `--datadir=${data}`];

/** A server whose address another program has taken. */
export class AddressTaken extends Error {}

/**
 * Starts a server of 127.0.0.1 on FOLDER/data; its socket, its process id and its temporary files are in that folder too, since
 * a server that starts removes the temporary files of others from a shared one.
 * @returns the process, when it answers
 * @throws AddressTaken, or an error with what the server printed
 */
export async function serve({ product, programs, folder, port, options = [] }) {
  const place = [`--socket=${folder}/sql`, `--pid-file=${folder}/pid`, `--tmpdir=${folder}`];
  const address = port === null ? ['--skip-networking'] : ['--bind-address=127.0.0.1', `--port=${port}`];
  const args = [...commonOptions(`${folder}/data`), ...place, ...address, ...usual[product], ...options];
  const child = spawn(programs.server, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  const timeout = setTimeout(() => child.kill('SIGKILL'), 120_000);
  const isUp = await new Promise((resolve) => {
    child.once('error', (error) => {
      log += error.message;
      resolve(false);
    });
    child.once('close', () => resolve(false));
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      log += chunk;
      if (log.includes('ready for connections')) resolve(true);
    });
  });
  clearTimeout(timeout);
  if (isUp) return child;
  if (/bind on TCP/i.test(log)) throw new AddressTaken(log);
  throw new Error(`${programs.server} ended: ${log}`);
}
