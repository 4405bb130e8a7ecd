/**
 * Ctrl-C for code that computes without ever awaiting. No signal handler of a Node process runs before such code ends, so
 * a second process, which the terminal interrupts as well, waits a moment and then ends the first. The database frees the
 * job that was running, since its session is gone.
 */
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/** How `djw` starts itself as a guard: this flag and the process to watch. Not for people. */
export const guardFlag = '--guard';

/** The prompt should be back within a second. */
const patienceMs = 700;

export interface Guard {
  /** The signal has arrived where it should: this process ends by itself. */
  standDown(): void;
}

/** Starts a guard for this process; it ends with it. */
export function startGuard(): Guard {
  const child = spawn(process.execPath, [__filename, guardFlag, String(process.pid)], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  // Without a guard everything works but Ctrl-C during a long computation.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  // A pipe to a child is a socket, which would keep this process alive.
  if (child.stdin instanceof Socket) child.stdin.unref();
  return { standDown: () => child.stdin.end() };
}

/** The guard's own process: `watched` is the id of the other. Its input ends when the other stands it down or ends. */
export function guard(watched: number): void {
  const interrupted = (): void => {
    setTimeout(() => {
      try {
        process.kill(watched, 'SIGKILL');
        process.stderr.write(
          '\r\u001b[Kdjw: make() did not let go, so djw was ended. Its job will be pending again.\n',
        );
      } catch {
        // It has ended in the meantime.
      }
      process.exit();
    }, patienceMs);
  };
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.once(signal, interrupted);
  // Asked to end, it goes on watching: the process it watches is asked as well and ends it.
  process.on('SIGTERM', () => undefined);
  process.stdin.on('end', () => process.exit());
  process.stdin.resume();
  process.stdout.write('watching\n');
}
