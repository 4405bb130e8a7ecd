import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '../database';
import { DataJointError } from '../errors';
import type { WorkerSummary } from './contract';

/** How long a worker may take to end by itself: it records its error and gives its other jobs back. */
const GRACE_MS = 5000;
const GONE_AFTER_KILL_MS = 5000;
const POLL_MS = 50;

/**
 * Ends a worker of this machine as Ctrl-C in its terminal would: the key that it makes becomes an error, the jobs that it
 * has not begun go back to the queue. One that does not end by itself within five seconds is killed.
 * @throws DataJointError `not_allowed` for a worker that does not live or is this very program, `access` for one of
 * another machine or account, and where the process is not proved to be the worker's
 */
export async function stopWorker(connection: Connection, worker: WorkerSummary): Promise<void> {
  const who = `Process ${worker.pid} on ${worker.host}`;
  if (worker.host !== hostname()) {
    throw new DataJointError('access', `${who} can be stopped only on its own machine; killing its session ends the job that it makes.`);
  }
  if (worker.pid === process.pid) throw new DataJointError('not_allowed', `${who} is this very program: close it instead.`);
  const [liveness] = await connection.sessions.liveness([worker]);
  if (liveness?.verdict !== 'alive') throw new DataJointError('not_allowed', liveness?.reason ?? `${who} has ended.`);
  for (const [signal, patience] of [['SIGTERM', GRACE_MS], ['SIGKILL', GONE_AFTER_KILL_MS]] as const) {
    if ((await connection.sessions.provesProcess(worker, worker.since)) !== 'proved') throw notProved(worker);
    send(worker, signal, who);
    if (await hasEnded(connection, worker, patience)) return;
  }
  throw new DataJointError('access', `${who} did not end: end it in the operating system.`);
}

/** A row names a process, and another machine or container may have the same name. */
function notProved({ pid, connectionId, host }: WorkerSummary): DataJointError {
  const message = `Process ${pid} of this machine is not proved to be the worker of session ${connectionId}: another machine may be called ${host} too. Stop the worker where it was started, or kill its session.`;
  return new DataJointError('access', message);
}

async function hasEnded(connection: Connection, worker: WorkerSummary, patience: number): Promise<boolean> {
  const deadline = Date.now() + patience;
  for (;;) {
    const [liveness] = await connection.sessions.liveness([worker]);
    if (liveness?.verdict !== 'alive') return true;
    if (Date.now() > deadline) return false;
    await pause(POLL_MS);
  }
}

function send({ pid }: WorkerSummary, signal: 'SIGTERM' | 'SIGKILL', who: string): void {
  try {
    process.kill(pid, signal);
  } catch (cause) {
    throw new DataJointError('access', `${who} cannot be ended from here: it is gone, or another account's.`, { cause });
  }
}
