/** Starts the process that ends `djw` on a signal when its own code does not return: see guardProcess.ts. */
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import path from 'node:path';

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
  const child = spawn(process.execPath, [path.join(__dirname, 'guard.js'), String(process.pid)], {
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
  // A reader of this process's error output would otherwise wait for the end of the guard.
  process.once('exit', () => child.kill('SIGKILL'));
  child.unref();
  // A pipe to a child is a socket, which would keep this process alive.
  if (child.stdin instanceof Socket) child.stdin.unref();
  return { watching, standDown: () => child.stdin.end() };
}
