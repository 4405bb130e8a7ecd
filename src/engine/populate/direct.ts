import type { Key, Query } from '../algebra';
import type { Supply, Task } from './supply';

/** All missing keys at once, without a queue: for a single worker. */
export async function directSupply(missing: Query, limit: number | null): Promise<Supply> {
  const keys = await missing.keys(limit === null ? {} : { limit });
  let position = 0;
  return {
    total: keys.length,
    next: () => {
      const key = keys[position];
      position += 1;
      return Promise.resolve(key === undefined ? null : directTask(key));
    },
    giveBack: () => Promise.resolve(),
  };
}

const directTask = (key: Key): Task => ({
  key,
  complete: () => Promise.resolve(),
  fail: () => Promise.resolve(),
  putBack: () => Promise.resolve(),
});
