/** Several populates that are shown as one. */
import type { PopulateEvent } from '../engine';

export class OneRun {
  /** Keys that have ended in all of them. */
  done = 0;
  #begun = false;

  /** @param total how many keys there are in all */
  constructor(
    private readonly total: number,
    private readonly tell: (event: PopulateEvent) => void,
  ) {}

  follow(event: PopulateEvent): void {
    if (event.type === 'start') {
      if (!this.#begun) this.tell({ ...event, total: this.total });
      this.#begun = true;
    } else if (event.type !== 'end') {
      this.done += 1;
      this.tell({ ...event, done: this.done, total: Math.max(this.total, this.done) });
    }
  }

  end(): void {
    if (this.#begun) this.tell({ type: 'end', done: this.done, total: this.done });
  }
}
