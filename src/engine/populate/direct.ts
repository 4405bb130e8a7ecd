import type { Key } from '../algebra';
import type { Supply, Task } from './supply';

/** Keys that are there already, without a queue: for a single worker. */
export function directSupply(keys: readonly Key[]): Supply {
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

export const directTask = (key: Key): Task => ({
  key,
  refusal: null,
  complete: () => Promise.resolve(),
  fail: () => Promise.resolve(),
  putBack: () => Promise.resolve(),
  isHeld: () => Promise.resolve(true),
  lost: () => undefined,
});
