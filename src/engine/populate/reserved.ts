import { EXPRESSION, type Expression, type Key, Query } from '../algebra';
import { decodeValue } from '../codecs';
import { attributeOf, complete, fail, type JobQueue, type JobTable, release, reserve, type Reservation, type Worker } from '../jobs';
import { retryTransient } from './retry';
import type { Supply, Task } from './supply';

/** A batch should keep its worker busy for about this long, so that a crash or a Ctrl-C holds up little. */
const BATCH_SECONDS = 0.25;
const MOST_PER_BATCH = 100;

export interface ReservedOptions {
  /** Only keys among these. */
  readonly among: Query | null;
  readonly priority: number | null;
  readonly limit: number | null;
  readonly keepCompleted: boolean;
  readonly worker: Omit<Worker, 'connectionId'>;
}

/** Keys reserved from the job queue, a batch at a time, as many as the measured make time calls for. */
export async function reservedSupply(jobs: JobQueue, options: ReservedOptions): Promise<Supply> {
  const table = await jobs.table();
  const among: Expression | null = options.among === null ? null : options.among[EXPRESSION];
  const waiting = await countWaiting(jobs, options);
  const held: Reservation[] = [];
  let taken = 0;
  let batch = 1;
  return {
    total: options.limit === null ? waiting : Math.min(waiting, options.limit),
    next: async (makeSeconds) => {
      if (makeSeconds !== null) batch = Math.max(1, Math.min(MOST_PER_BATCH, batch * 2, Math.floor(BATCH_SECONDS / makeSeconds)));
      for (;;) {
        if (held.length === 0) {
          const left = options.limit === null ? batch : Math.min(batch, options.limit - taken);
          if (left <= 0) return null;
          held.push(...(await retryTransient(table.connection, () => reserve(table, options.worker, { count: left, among, priority: options.priority }))));
          taken += held.length;
        }
        const reservation = held.shift();
        if (reservation === undefined) return null;
        if (!reservation.done) return reservedTask(table, reservation, options.keepCompleted);
        // The result came from elsewhere (a direct populate): nothing to make.
        taken -= 1;
        await retryTransient(table.connection, () => table.connection.transaction((transaction) => complete(transaction, reservation, 0, options.keepCompleted)));
      }
    },
    giveBack: async () => {
      const left = held.splice(0);
      await retryTransient(table.connection, () => release(left));
    },
  };
}

async function countWaiting(jobs: JobQueue, options: ReservedOptions): Promise<number> {
  const due = jobs.pending;
  const urgent = options.priority === null ? due : due.restrict(`priority <= ${String(options.priority)}`);
  if (options.among === null) return await urgent.count();
  return await new Query({
    op: 'restrict',
    input: urgent[EXPRESSION],
    condition: { kind: 'in', expression: options.among[EXPRESSION] },
    semanticCheck: false,
  }).count();
}

function reservedTask(table: JobTable, reservation: Reservation, keepCompleted: boolean): Task {
  const key: Key = {};
  table.key.forEach((name, i) => {
    key[name] = decodeValue(attributeOf(table, name), reservation.key[i] ?? null);
  });
  return {
    key,
    complete: (transaction, duration) => complete(transaction, reservation, duration, keepCompleted),
    fail: (failure) => retryTransient(table.connection, () => fail(reservation, failure)),
    putBack: () => retryTransient(table.connection, () => release([reservation])),
  };
}
