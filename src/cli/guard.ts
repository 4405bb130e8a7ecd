/**
 * Ctrl-C and SIGTERM for code that computes without ever awaiting, and for queries of the embedded database without an end.
 * No signal handler of a Node process runs before such code ends, so a second process waits a moment and then ends the first.
 * It hears of the signal where all processes of a group do, as from a terminal, `timeout`, Slurm or systemd. The database frees
 * the job that was running, since its session is gone.
 */
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/** How `djw` starts itself as a guard: this flag and the process to watch. Not for people. */
export const guardFlag = '--guard';

/** After Ctrl-C the prompt should be back within a second; who sends SIGTERM waits longer, and a make() may need it to end well. */
const patienceMs = { SIGINT: 700, SIGHUP: 700, SIGTERM: 7000 } as const;

export interface Guard {
  /** Resolves when it watches; also where it cannot be started. */
  readonly watching: Promise<void>;
  /** The signal has arrived where it should: this process ends by itself. */
  standDown(): void;
}

/**
 * Starts a guard for this process; it ends with it. Start it before the pipeline is loaded, which takes about as long.
 */
export function startGuard(): Guard {
  const child = spawn(process.execPath, [__filename, guardFlag, String(process.pid)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const watching = new Promise<void>((resolve) => {
    // Without a guard everything works but Ctrl-C during a long computation.
    for (const event of ['error', 'exit'] as const) child.once(event, () => resolve());
    child.stdout.once('data', () => {
      resolve();
      child.stdout.destroy();
    });
  });
  child.stdin.on('error', () => undefined);
  // Without it whoever reads the error output of this process would wait for the end of the guard.
  process.once('exit', () => child.kill('SIGKILL'));
  child.unref();
  // A pipe to a child is a socket, which would keep this process alive.
  if (child.stdin instanceof Socket) child.stdin.unref();
  return { watching, standDown: () => child.stdin.end() };
}

/** The guard's own process: `watched` is the id of the other. Its input ends when the other stands it down or ends. */
export function guard(watched: number): void {
  const interrupted = (signal: keyof typeof patienceMs): void => {
    setTimeout(() => {
      try {
        process.kill(watched, 'SIGKILL');
        const clear = process.stderr.isTTY ? '\r\u001b[K' : '';
        process.stderr.write(`${clear}djw: A make() or a query did not let go, so djw was ended. A job that was running will be pending again.\n`);
      } catch {
        // It has ended in the meantime.
      }
      process.exit();
    }, patienceMs[signal]);
  };
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.once(signal, () => interrupted(signal));
  // The other may have ended before it was watched.
  process.stdout.on('error', () => process.exit());
  process.stdin.on('end', () => process.exit());
  process.stdin.resume();
  process.stdout.write('watching\n');
}
