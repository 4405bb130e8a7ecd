/** Ctrl-C, SIGTERM, and the terminal that is closed. */
import { Interruption } from '../engine';
import { exitCodes } from './exitCodes';
import type { Guard } from './guard';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Signal = (typeof signals)[number];

/** A make() that does not come back must not keep the prompt: its session's end then tells that the job is free. */
const graceMs = 5000;

/**
 * Runs `work`, which must end soon after its signal aborts. The abort's reason is what the running job is to record:
 * `KeyboardInterrupt`, `SIGTERM received`. A second signal, or too long a wait, ends the process at once.
 * @returns the signal that stopped it, or null
 */
export async function interruptible(guard: Guard, work: (signal: AbortSignal) => Promise<void>): Promise<Signal | null> {
  const controller = new AbortController();
  const stopped: Signal[] = [];
  const stop = (signal: Signal): void => {
    if (stopped.push(signal) > 1) process.exit(exitCodes[signal]);
    guard.standDown();
    setTimeout(() => process.exit(exitCodes[signal]), graceMs).unref();
    controller.abort(new Interruption(signal === 'SIGINT' ? 'KeyboardInterrupt' : 'SystemExit'));
  };
  for (const signal of signals) process.on(signal, stop);
  try {
    await guard.watching;
    await work(controller.signal);
    return stopped[0] ?? null;
  } catch (error) {
    const [signal] = stopped;
    if (signal === undefined) throw error;
    return signal;
  } finally {
    guard.standDown();
    for (const signal of signals) process.off(signal, stop);
  }
}
