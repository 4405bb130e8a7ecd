import { DataJointError } from '../errors';
import { BatchSize } from './batch';
import type { Budget } from './budget';
import type { Supply, Task } from './supply';

/** A job that is taken away this often while it is being made is not tried again. */
const MOST_LOSSES = 3;

/** A job queue of either layout, as the one who reserves from it sees it. `R` is what it gives for a job that was reserved. */
export interface Reserving<R> {
  /** For messages: the table's label. */
  readonly label: string;
  /** Up to `count` jobs; none when none is left. */
  reserve(count: number): Promise<R[]>;
  /** True when the result exists already: there is nothing to make. */
  isDone(reservation: R): boolean;
  /** Ends such a job. */
  dismiss(reservation: R): Promise<void>;
  /** Gives jobs that were not started back. */
  release(reservations: readonly R[]): Promise<void>;
  /** The same text for the same key. */
  idOf(reservation: R): string;
  taskOf(reservation: R): Pick<Task, 'key' | 'reservation' | 'complete' | 'fail' | 'isHeld'>;
}

export interface BatchOptions {
  readonly budget: Budget;
  /** How many jobs there were to make when the run began. */
  readonly total: number;
  /** How many jobs this worker makes at once. */
  readonly concurrency: number;
}

/** Keys reserved from a job queue, a batch at a time, as many as the measured make time calls for. */
export function batchedSupply<R>(queue: Reserving<R>, options: BatchOptions): Supply {
  const { budget, concurrency } = options;
  const held: R[] = [];
  const losses = new Map<string, number>();
  const batch = new BatchSize(concurrency);
  let turn: Promise<unknown> = Promise.resolve();

  const reserveBatch = async (size: number): Promise<void> => {
    const granted = await budget.take(size);
    if (granted === 0) return;
    const reserved = await queue.reserve(granted);
    budget.giveBack(granted - reserved.length);
    held.push(...reserved);
  };
  const next = async (makeSeconds: number | null): Promise<Task | null> => {
    const size = batch.next(makeSeconds);
    for (;;) {
      if (held.length === 0) await reserveBatch(size);
      const reservation = held.shift();
      if (reservation === undefined) return null;
      if (!queue.isDone(reservation)) return taskOf(reservation);
      // The result came from elsewhere (a direct populate): nothing to make.
      budget.giveBack(1);
      await queue.dismiss(reservation);
    }
  };
  const taskOf = (reservation: R): Task => {
    const id = queue.idOf(reservation);
    const lost = losses.get(id) ?? 0;
    return {
      ...queue.taskOf(reservation),
      refusal: lost < MOST_LOSSES ? null : takenAway(queue.label, lost),
      putBack: () => queue.release([reservation]),
      lost: () => void losses.set(id, lost + 1),
    };
  };
  return {
    total: options.total,
    // One at a time, so that those who ask at the same moment share a batch.
    next: (makeSeconds) => {
      const mine = turn.then(() => next(makeSeconds));
      turn = mine.catch(() => undefined);
      return mine;
    },
    giveBack: async () => {
      const left = held.splice(0);
      budget.giveBack(left.length);
      await queue.release(left);
    },
  };
}

/** Ends a job for which there is nothing to make. One that somebody has ended or taken already is no matter any more. */
export async function unlessTaken(end: () => Promise<void>): Promise<void> {
  try {
    await end();
  } catch (error) {
    if (!(error instanceof DataJointError) || error.code !== 'reservation_lost') throw error;
  }
}

const takenAway = (label: string, times: number): DataJointError =>
  new DataJointError(
    'reservation_lost',
    `The reservation of ${label} was taken away ${String(times)} times while make() ran, so it is not tried again: somebody clears reserved jobs, or refreshes with an orphanTimeout that is shorter than make() takes.`,
  );
