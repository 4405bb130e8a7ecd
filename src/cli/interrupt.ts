/** Ctrl-C and SIGTERM. */
import { Interruption } from '../engine';
import { exitCodes } from './exitCodes';

const signals = ['SIGINT', 'SIGTERM'] as const;
type Signal = (typeof signals)[number];

/** A make() that does not come back must not keep the prompt: its session's end then tells that the job is free. */
const graceMs = 2000;

/** What became of `work`: its result, or the signal that stopped it and what it threw then. */
export type Outcome<T> = { readonly stoppedBy: null; readonly result: T } | { readonly stoppedBy: Signal; readonly result: T | null };

/**
 * Runs `work`, which must end soon after its signal aborts. The abort's reason is what the running job is to record:
 * `KeyboardInterrupt`, `SIGTERM received`. A second signal, or too long a wait, ends the process at once.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<Outcome<T>> {
  const controller = new AbortController();
  let stoppedBy: Signal | null = null;
  const stop = (signal: Signal): void => {
    if (stoppedBy !== null) process.exit(exitCodes[signal]);
    stoppedBy = signal;
    setTimeout(() => process.exit(exitCodes[signal]), graceMs).unref();
    controller.abort(new Interruption(signal === 'SIGINT' ? 'KeyboardInterrupt' : 'SystemExit'));
  };
  for (const signal of signals) process.on(signal, stop);
  try {
    const result = await work(controller.signal);
    return { stoppedBy, result };
  } catch (error) {
    if (stoppedBy === null) throw error;
    return { stoppedBy, result: null };
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}

