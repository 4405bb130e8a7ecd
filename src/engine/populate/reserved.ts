import type { Key } from '../algebra';
import { decodeValue } from '../codecs';
import { retryHarmless } from '../database';
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
  ticketOf,
  type Worker,
} from '../jobs';
import { StoredTable } from '../tables';
import { batchedSupply, type BatchOptions, unlessTaken } from './batched';
import { madeKeys } from './made';
import type { Supply } from './supply';

export interface ReservedOptions extends JobChoice, BatchOptions {
  readonly keepCompleted: boolean;
  readonly worker: Omit<Worker, 'connectionId'>;
}

/** Keys reserved from the job queue of one table. */
export function reservedSupply(table: JobTable, options: ReservedOptions): Supply {
  const { keepCompleted, among, priority } = options;
  const { connection } = table;
  const target = new StoredTable(connection, table.target);
  return batchedSupply<Reservation>(
    {
      label: table.label,
      reserve: (count) => {
        let inDoubt: readonly Reservation[] = [];
        return retryHarmless(connection, async () => {
          await release(inDoubt);
          const askedAt = performance.now();
          const taken = await reserve(table, options.worker, { count, among, priority }, (claimed) => (inDoubt = claimed));
          return { taken, made: new Set(taken.filter(({ done }) => done)), askedAt };
        });
      },
      made: (keys) => madeKeys(connection, target, keys),
      dismiss: (reservation) =>
        unlessTaken(() => retryHarmless(connection, () => connection.transaction((transaction) => complete(transaction, reservation, 0, keepCompleted)))),
      release: (reservations) => retryHarmless(connection, () => release(reservations)),
      taskOf: (reservation) => ({
        key: decodedKey(reservation),
        reservation: ticketOf(reservation),
        complete: (transaction, duration) => complete(transaction, reservation, duration, keepCompleted),
        fail: (failure) => retryHarmless(connection, () => fail(reservation, failure)),
        isHeld: () => isHeld(reservation),
      }),
    },
    options,
  );
}

function decodedKey({ table, key: stored }: Reservation): Key {
  const key: Key = {};
  table.key.forEach((name, i) => {
    key[name] = decodeValue(attributeOf(table, name), stored[i] ?? null);
  });
  return key;
}
