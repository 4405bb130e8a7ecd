/** Runs `work`. Calls that come while it runs share one more run after it, and end with that. */
export function coalesced(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const run = (): Promise<void> => {
    if (running === null) {
      running = work().finally(() => {
        running = null;
        next = null;
      });
      return running;
    }
    next ??= running.then(run, run);
    return next;
  };
  return run;
}
