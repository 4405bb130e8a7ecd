import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Connection, WorkerIdentity } from '../database';
import { DataJointError } from '../errors';

/** How long a worker may take to end by itself: it records its error and gives its other jobs back. */
const GRACE_MS = 5000;
const GONE_AFTER_KILL_MS = 5000;
const POLL_MS = 50;

/**
 * Ends a worker of this machine as Ctrl-C in its terminal would: the key that it makes becomes an error, the jobs that it
 * has not begun go back to the queue. One that does not end by itself within five seconds is killed.
 * @throws DataJointError `not_allowed` for a worker that does not live or is this very program, `access` for one of
 * another machine or account
 */
export async function stopWorker(connection: Connection, worker: WorkerIdentity): Promise<void> {
  const who = `Process ${worker.pid} on ${worker.host}`;
  if (worker.host !== hostname()) {
    throw new DataJointError('access', `${who} can be stopped only on its own machine; killing its session ends the job that it makes.`);
  }
  if (worker.pid === process.pid) throw new DataJointError('not_allowed', `${who} is this very program: close it instead.`);
  const [liveness] = await connection.sessions.liveness([worker]);
  if (liveness?.verdict !== 'alive') throw new DataJointError('not_allowed', liveness?.reason ?? `${who} has ended.`);
  const command = await commandOf(worker.pid);
  if (command !== null && !/node|python|djw|code/i.test(command)) {
    throw new DataJointError('not_allowed', `${who} is "${command}" and no worker: another machine seems to have the same name.`);
  }
  for (const [signal, patience] of [['SIGTERM', GRACE_MS], ['SIGKILL', GONE_AFTER_KILL_MS]] as const) {
    send(worker, signal, who);
    if (await hasEnded(connection, worker, patience)) return;
  }
  throw new DataJointError('access', `${who} did not end: end it in the operating system.`);
}

async function hasEnded(connection: Connection, worker: WorkerIdentity, patience: number): Promise<boolean> {
  const deadline = Date.now() + patience;
  for (;;) {
    const [liveness] = await connection.sessions.liveness([worker]);
    if (liveness?.verdict !== 'alive') return true;
    if (Date.now() > deadline) return false;
    await pause(POLL_MS);
  }
}

/** What a process of this machine runs; null where that cannot be told. */
async function commandOf(pid: number): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'args=', '-p', String(pid)]);
    return stdout.trim();
  } catch {
    return null;
  }
}

function send({ pid }: WorkerIdentity, signal: 'SIGTERM' | 'SIGKILL', who: string): void {
  try {
    process.kill(pid, signal);
  } catch (cause) {
    throw new DataJointError('access', `${who} cannot be ended from here: it is gone, or another account's.`, { cause });
  }
}
