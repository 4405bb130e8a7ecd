import type { Awaitable } from './driver';

/** Stops waiting for `work` when the signal aborts; what it does in the worker thread goes on to its end. */
export function orAbort<T>(work: Awaitable<T>, signal: AbortSignal | undefined): Awaitable<T> {
  if (signal === undefined || !(work instanceof Promise)) return work;
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
