import type { Key, Query } from '../algebra';
import { retryHarmless, type TableSpec } from '../database';
import {
  claim,
  completeInSchema,
  failInSchema,
  isHeldInSchema,
  keyHash,
  knownHashes,
  releaseInSchema,
  type SchemaJobTable,
  type SchemaReservation,
  schemaTicketOf,
  type Wanted,
  type Worker,
} from '../jobs';
import type { TableBinding } from '../tables';
import { type Batch, batchedSupply, type BatchOptions, unlessTaken } from './batched';
import { keyId, madeKeys } from './made';
import type { Supply } from './supply';

export interface SchemaWideOptions extends BatchOptions {
  readonly worker: Omit<Worker, 'connectionId'>;
}

interface Claimed extends SchemaReservation {
  readonly key: Key;
}

/**
 * The keys that have neither a result nor a row in the schema-wide queue. Workers of datajoint-python 0.14 on the same
 * queue walk the keys from the first to the last; one that comes later begins elsewhere, so that it does not follow them
 * from one taken key to the next.
 */
export async function waitingInSchema(table: SchemaJobTable, binding: TableBinding, missing: Query): Promise<Wanted[]> {
  const { spec } = await binding.ready();
  const known = await knownHashes(table, spec.name.table);
  const keys = (await missing.keys()).map((key): Wanted => ({ key, hash: keyHash(key, columnsOf(spec)) }));
  const waiting = keys.filter(({ hash }) => !known.has(hash));
  return known.size === 0 ? waiting : rotated(waiting, Math.random());
}

/** Those keys, reserved from the schema-wide queue. */
export async function schemaWideSupply(
  table: SchemaJobTable,
  binding: TableBinding,
  waiting: readonly Wanted[],
  options: SchemaWideOptions,
): Promise<Supply> {
  const { connection } = table;
  const { spec } = await binding.ready();
  const attributes = new Map(spec.attributes.map((attribute) => [attribute.name, attribute]));
  let position = 0;

  const made = (keys: readonly Key[]) => madeKeys(connection, binding, keys);
  const reserve = async (count: number): Promise<Batch<Claimed>> => {
    while (position < waiting.length) {
      const next = waiting.slice(position, position + count);
      let inDoubt: readonly SchemaReservation[] = [];
      const claimed = await retryHarmless(connection, async () => {
        await releaseInSchema(inDoubt);
        return await claim(table, options.worker, spec.name.table, next, attributes, (claiming) => (inDoubt = claiming));
      });
      position += next.length;
      if (claimed.length === 0) continue;
      const askedAt = performance.now();
      const done = await made(claimed.map(({ key }) => key));
      return { taken: claimed, made: new Set(claimed.filter(({ key }) => done.has(keyId(key)))), askedAt };
    }
    return { taken: [], made: new Set(), askedAt: 0 };
  };
  return batchedSupply<Claimed>(
    {
      label: binding.label,
      reserve,
      made,
      dismiss: (reservation) =>
        unlessTaken(() => retryHarmless(connection, () => connection.transaction((transaction) => completeInSchema(transaction, reservation)))),
      release: (reservations) => retryHarmless(connection, () => releaseInSchema(reservations)),
      taskOf: (reservation) => ({
        key: reservation.key,
        reservation: schemaTicketOf(reservation),
        complete: (transaction) => completeInSchema(transaction, reservation),
        fail: (failure) => retryHarmless(connection, () => failInSchema(reservation, failure)),
        isHeld: () => isHeldInSchema(reservation),
      }),
    },
    options,
  );
}

const columnsOf = (spec: TableSpec) => Object.fromEntries(spec.attributes.map(({ name, column }) => [name, column]));

/** The list from another beginning. @param share how much of it comes last, from 0 to 1 */
export function rotated<T>(list: readonly T[], share: number): T[] {
  const start = Math.floor(share * list.length);
  return [...list.slice(start), ...list.slice(0, start)];
}
