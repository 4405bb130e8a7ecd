/**
 * The process that ends `djw` on Ctrl-C or SIGTERM when a make() computes, or a query runs, without ever awaiting: no signal
 * handler of a Node process runs before such code ends. The signal reaches this process where it is sent to the process group,
 * as by a terminal, `timeout`, Slurm or systemd. The job that was running is free, since its database session is gone.
 * Bundled as `dist/guard.js`.
 */

/** After Ctrl-C the prompt should be back within a second; after SIGTERM a make() gets time to end well. */
const graceMs = { SIGINT: 700, SIGHUP: 700, SIGTERM: 7000 } as const;

/** @param watched the id of a process; the input of this one ends when that process stands it down or ends */
function guard(watched: number): void {
  const interrupted = (signal: keyof typeof graceMs): void => {
    setTimeout(() => {
      try {
        process.kill(watched, 'SIGKILL');
        const clear = process.stderr.isTTY ? '\r\u001b[K' : '';
        process.stderr.write(`${clear}djw: A make() or a query did not respond to ${signal}, so djw was ended. A job that was running will be pending again.\n`);
      } catch {
        // It has ended in the meantime.
      }
      process.exit();
    }, graceMs[signal]);
  };
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.once(signal, () => interrupted(signal));
  // The other may have ended before it was watched.
  process.stdout.on('error', () => process.exit());
  process.stdin.on('end', () => process.exit());
  process.stdin.resume();
  process.stdout.write('watching\n');
}

guard(Number(process.argv[2]));
