import type { Key } from '../algebra';
import { DataJointError } from '../errors';
import type { Budget } from './budget';
import { keyId } from './made';
import type { Supply, Task } from './supply';

/** A job that is taken away this often while it is being made is not tried again. */
const MOST_LOSSES = 3;
/** How long an answer to "which of these have a result?" is good for. */
const GOOD_FOR_MS = 250;

/** Where keys are taken from, a batch at a time. `R` stands for one that was taken: a reservation, or just the key. */
export interface Reserving<R> {
  /** For messages: the table's label. */
  readonly label: string;
  /** Up to `count` of them; none when none is left. */
  reserve(count: number): Promise<Batch<R>>;
  /** The ids (`keyId`) of those keys that have a result by now. */
  made(keys: readonly Key[]): Promise<ReadonlySet<string>>;
  /** Ends one for which there is nothing to make. */
  dismiss(taken: R): Promise<void>;
  /** Gives back those that were not started. */
  release(taken: readonly R[]): Promise<void>;
  taskOf(taken: R): Pick<Task, 'key' | 'reservation' | 'complete' | 'fail' | 'isHeld'>;
}

export interface Batch<R> {
  readonly taken: readonly R[];
  /** Those whose result existed already. */
  readonly made: ReadonlySet<R>;
  /** When that was so, by `performance.now()`. */
  readonly askedAt: number;
}

export interface BatchOptions {
  readonly budget: Budget;
  /** How many keys there were to make when the run began. */
  readonly total: number;
  /** How many to take at once, by what the last make took. */
  readonly batch: { next(makeSeconds: number | null): number };
}

/**
 * Keys taken a batch at a time, and given out one by one unless their result exists by then. The database is asked for
 * that as it gives a batch, and once more for what is left of it when that is a quarter of a second ago, or when a make()
 * here has entered rows of other keys (one make() may enter those of a whole probe). So a long make() is asked for right
 * before, and short ones share the question: it costs none of them a turn to the server. What another process enters
 * within that moment shows when make() inserts (`attempt`).
 * Source: datajoint-python 2.3.5, `AutoPopulate._populate1`, which asks for each key.
 */
export function batchedSupply<R>(queue: Reserving<R>, { budget, batch, total }: BatchOptions): Supply {
  let held: R[] = [];
  let askedAt = 0;
  let inDoubt = false;
  const losses = new Map<string, number>();
  let turn: Promise<unknown> = Promise.resolve();

  const passOver = async (made: readonly R[]): Promise<void> => {
    held = held.filter((taken) => !made.includes(taken));
    budget.giveBack(made.length);
    for (const taken of made) await queue.dismiss(taken);
  };
  /** @returns false when none is left */
  const takeBatch = async (size: number): Promise<boolean> => {
    const granted = await budget.take(size);
    if (granted === 0) return false;
    inDoubt = false;
    const { taken, made, askedAt: asked } = await queue.reserve(granted);
    budget.giveBack(granted - taken.length);
    [held, askedAt] = [[...taken], asked];
    await passOver([...made]);
    return taken.length > 0;
  };
  const askAgain = async (): Promise<void> => {
    inDoubt = false;
    askedAt = performance.now();
    const made = await queue.made(held.map((taken) => queue.taskOf(taken).key));
    await passOver(held.filter((taken) => made.has(keyId(queue.taskOf(taken).key))));
  };
  const next = async (makeSeconds: number | null): Promise<Task | null> => {
    const size = batch.next(makeSeconds);
    for (;;) {
      if (held.length === 0 && !(await takeBatch(size))) return null;
      if (held.length > 0 && (inDoubt || performance.now() - askedAt > GOOD_FOR_MS)) await askAgain();
      const taken = held.shift();
      if (taken !== undefined) return taskOf(taken);
    }
  };
  const taskOf = (taken: R): Task => {
    const task = queue.taskOf(taken);
    const id = keyId(task.key);
    const lost = losses.get(id) ?? 0;
    return {
      ...task,
      refusal: lost < MOST_LOSSES ? null : takenAway(queue.label, lost),
      putBack: () => queue.release([taken]),
      dismiss: () => queue.dismiss(taken),
      lost: () => void losses.set(id, lost + 1),
      enteredOthers: () => {
        inDoubt = true;
      },
    };
  };
  return {
    total,
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
