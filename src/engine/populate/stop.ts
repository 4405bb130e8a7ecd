let programSignal: AbortSignal | null = null;

/**
 * Sets a signal that stops every populate() of this process, as `PopulateOptions.signal` stops one: for a program whose
 * scripts populate without knowing about Ctrl-C. Null: none.
 */
export function setStopSignal(signal: AbortSignal | null): void {
  programSignal = signal;
}

/** The signal of one run: its own, the program's, or both. */
export function stopSignal(own: AbortSignal | undefined): AbortSignal | null {
  if (own === undefined || programSignal === null) return own ?? programSignal;
  return AbortSignal.any([own, programSignal]);
}

/** Why a signal was aborted, as an error. */
export const stopReason = ({ reason }: AbortSignal): Error => (reason instanceof Error ? reason : new Error(String(reason)));

/** A promise that rejects with the signal's reason when it is aborted, and never otherwise. */
export function stopping(signal: AbortSignal | null): { promise: Promise<never>; release: () => void } {
  let release: () => void = () => undefined;
  const promise = new Promise<never>((_, reject) => {
    if (signal === null) return;
    const stop = () => reject(stopReason(signal));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    release = () => {
      signal.removeEventListener('abort', stop);
    };
  });
  promise.catch(() => undefined);
  return { promise, release };
}
