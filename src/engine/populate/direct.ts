import type { Key } from '../algebra';
import type { TableBinding } from '../tables';
import { batchedSupply, type BatchOptions, type Reserving } from './batched';
import { KEYS_AT_ONCE, madeKeys } from './made';
import type { Supply } from './supply';

/** Keys that were found without a result, and when. */
export interface Listed {
  readonly keys: readonly Key[];
  /** By `performance.now()`. */
  readonly askedAt: number;
}

/** Keys that are there already, without a queue: for a single worker. */
export async function directSupply(binding: TableBinding, { keys, askedAt }: Listed, options: Omit<BatchOptions, 'batch'>): Promise<Supply> {
  let position = 0;
  const reserve = (count: number) => {
    const taken = keys.slice(position, position + count);
    position += taken.length;
    return Promise.resolve({ taken, made: new Set<Key>(), askedAt });
  };
  const queue = { ...(await withoutQueue(binding)), reserve, release: () => Promise.resolve() };
  return batchedSupply(queue, { ...options, batch: { next: () => KEYS_AT_ONCE } });
}

/** What is true of keys without jobs. */
export async function withoutQueue(binding: TableBinding): Promise<Omit<Reserving<Key>, 'reserve' | 'release'>> {
  const { connection } = await binding.ready();
  return {
    label: binding.label,
    made: (keys) => madeKeys(connection, binding, keys),
    dismiss: () => Promise.resolve(),
    taskOf: (key) => ({
      key,
      complete: () => Promise.resolve(),
      fail: () => Promise.resolve(),
      isHeld: () => Promise.resolve(true),
    }),
  };
}
