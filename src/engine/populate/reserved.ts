import type { Key } from '../algebra';
import { decodeValue } from '../codecs';
import { DataJointError } from '../errors';
import {
  attributeOf,
  complete,
  fail,
  isHeld,
  type JobChoice,
  type JobTable,
  release,
  reserve,
  type Reservation,
  type Worker,
} from '../jobs';
import type { Budget } from './budget';
import { retryHarmless, retryTransient } from './retry';
import type { Supply, Task } from './supply';

/** A batch should keep its worker busy for about this long, so that a crash or a Ctrl-C holds up little. */
const BATCH_SECONDS = 0.25;
const MOST_PER_BATCH = 100;
/** A job that is taken away this often while it is being made is not tried again. */
const MOST_LOSSES = 3;

export interface ReservedOptions extends JobChoice {
  readonly budget: Budget;
  /** How many jobs there were to make when the run began. */
  readonly total: number;
  readonly keepCompleted: boolean;
  readonly worker: Omit<Worker, 'connectionId'>;
  /** How many jobs this worker makes at once. */
  readonly concurrency: number;
}

/** Keys reserved from the job queue, a batch at a time, as many as the measured make time calls for. */
export function reservedSupply(table: JobTable, options: ReservedOptions): Supply {
  const { budget, keepCompleted } = options;
  const { connection } = table;
  const held: Reservation[] = [];
  const losses = new Map<string, number>();
  let batch = options.concurrency;
  let turn: Promise<unknown> = Promise.resolve();

  const reserveBatch = async (): Promise<void> => {
    const granted = await budget.take(batch);
    if (granted === 0) return;
    const { among, priority } = options;
    const reserved = await retryHarmless(connection, () => reserve(table, options.worker, { count: granted, among, priority }));
    budget.giveBack(granted - reserved.length);
    held.push(...reserved);
  };
  const next = async (makeSeconds: number | null): Promise<Task | null> => {
    if (makeSeconds !== null) {
      const perBatch = Math.floor((options.concurrency * BATCH_SECONDS) / makeSeconds);
      batch = Math.max(options.concurrency, Math.min(MOST_PER_BATCH, batch * 2, perBatch));
    }
    for (;;) {
      if (held.length === 0) await reserveBatch();
      const reservation = held.shift();
      if (reservation === undefined) return null;
      if (!reservation.done) return taskOf(reservation);
      // The result came from elsewhere (a direct populate): nothing to make.
      budget.giveBack(1);
      await retryTransient(connection, () => connection.transaction((transaction) => complete(transaction, reservation, 0, keepCompleted)));
    }
  };
  const taskOf = (reservation: Reservation): Task => {
    const id = JSON.stringify(reservation.key, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
    const lost = losses.get(id) ?? 0;
    return {
      key: decodedKey(reservation),
      refusal: lost < MOST_LOSSES ? null : takenAway(table.label, lost),
      complete: (transaction, duration) => complete(transaction, reservation, duration, keepCompleted),
      fail: (failure) => retryHarmless(connection, () => fail(reservation, failure)),
      putBack: () => retryHarmless(connection, () => release([reservation])),
      isHeld: () => isHeld(reservation),
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
      await retryHarmless(connection, () => release(left));
    },
  };
}

function decodedKey({ table, key: stored }: Reservation): Key {
  const key: Key = {};
  table.key.forEach((name, i) => {
    key[name] = decodeValue(attributeOf(table, name), stored[i] ?? null);
  });
  return key;
}

const takenAway = (label: string, times: number): DataJointError =>
  new DataJointError(
    'reservation_lost',
    `The reservation of ${label} was taken away ${String(times)} times while make() ran, so it is not tried again: somebody clears reserved jobs, or refreshes with an orphanTimeout that is shorter than make() takes.`,
  );
