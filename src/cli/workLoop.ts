/** The loop of a worker: every table in turn, and a rest that grows while there is nothing to do. */
import { setTimeout as pause } from 'node:timers/promises';

export interface LoopOptions {
  /** Makes what there is to make of one table until `enough` aborts; how many keys it tried and did not skip. */
  readonly work: (table: number, enough: AbortSignal) => Promise<number>;
  /** How many tables there are. */
  readonly tables: number;
  /** Goes on when there is nothing to do. */
  readonly forever: boolean;
  /** Stops the worker: it rests no longer and begins nothing more. */
  readonly over: AbortSignal;
  /** Told before a rest, in seconds. */
  readonly onRest: (seconds: number) => void;
  /** Whether to go on, after a rest, although this was thrown. */
  readonly isPassing: (thrown: unknown) => boolean;
  /** Whether to go on with the other tables although this was thrown for one of them. */
  readonly passOver: (table: number, thrown: unknown) => boolean;
  /** Milliseconds: the first and the longest rest, and how long one table is worked at before it is looked at anew. */
  readonly rest: { readonly first: number; readonly longest: number };
  readonly turn: number;
  /** Between 0 and 1, for tests. */
  readonly random?: () => number;
}

/** Works until there is nothing to do, or until it is over. */
export async function workLoop(options: LoopOptions): Promise<void> {
  const { over, rest, random = Math.random } = options;
  const isOver = (): boolean => over.aborted;
  let resting = rest.first;
  while (!isOver()) {
    let done = 0;
    let thrown: { readonly reason: unknown } | null = null;
    for (let table = 0; table < options.tables && !isOver(); table++) {
      try {
        done += await options.work(table, AbortSignal.any([over, AbortSignal.timeout(options.turn)]));
      } catch (reason) {
        if (options.forever && options.isPassing(reason)) thrown = { reason };
        else if (isOver() || !options.passOver(table, reason)) throw reason;
      }
    }
    if (done > 0 && thrown === null) {
      resting = rest.first;
      continue;
    }
    if (!options.forever) return;
    // Workers that were started together should not all look at the same moment.
    const milliseconds = resting * (0.75 + random() / 2);
    options.onRest(milliseconds / 1000);
    await pause(milliseconds, undefined, { signal: over }).catch(() => undefined);
    resting = Math.min(rest.longest, resting * 2);
  }
}
