import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until `probe` answers with something other than undefined, null or false, and returns that.
 * A probe that throws is asked again. Throws `what` with the last error after `milliseconds`.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  milliseconds = 60_000,
): Promise<T> {
  const deadline = Date.now() + milliseconds;
  let cause: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== null && answer !== false) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`waited ${String(milliseconds / 1000)} s in vain: ${what}`, { cause });
    }
    await pause(50);
  }
}
