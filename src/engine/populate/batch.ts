/** A batch should keep its worker busy for about this long, so that a crash or a Ctrl-C holds up little. */
const BATCH_SECONDS = 0.25;
const MOST_PER_BATCH = 100;

/** How many keys a worker should take at once, by what the last make took. */
export class BatchSize {
  #size: number;

  /** @param concurrency how many keys the worker makes at once */
  constructor(private readonly concurrency: number) {
    this.#size = concurrency;
  }

  /** @param makeSeconds null: nothing has been made yet */
  next(makeSeconds: number | null): number {
    if (makeSeconds !== null) {
      const enough = Math.floor((this.concurrency * BATCH_SECONDS) / makeSeconds);
      this.#size = Math.max(this.concurrency, Math.min(MOST_PER_BATCH, this.#size * 2, enough));
    }
    return this.#size;
  }
}
