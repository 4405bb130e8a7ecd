import { setTimeout as pause } from 'node:timers/promises';
import { DataJointError } from '../../errors';
import { errnoOf } from './errorCodes';

const PATIENCE_MS = 30_000;
const PAUSE_MS = 500;
/** ER_CON_COUNT_ERROR, ER_TOO_MANY_USER_CONNECTIONS, ER_USER_LIMIT_REACHED. */
const CROWDED = new Set([1040, 1203, 1226]);

/**
 * Does work that needs one more session than this program has, again for half a minute while the server has as many as
 * it allows: one of them may end, or one of this program's own become free.
 */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isCrowded(error) || performance.now() > deadline) throw error;
      await pause(PAUSE_MS * (0.5 + Math.random()));
    }
  }
}

function isCrowded(error: unknown): boolean {
  return error instanceof DataJointError && error.code === 'busy' && CROWDED.has(errnoOf(error.cause));
}
