import type { Key } from '../algebra';
import type { Waiting } from '../jobs';
import type { Outcome } from './attempt';
import type { PopulateEvent, PopulateResult } from './options';

/** Counts how keys end, tells of each, and keeps what populate returns. */
export class Tally {
  readonly result: PopulateResult & { successCount: number; skippedCount: number } = { successCount: 0, skippedCount: 0, errorList: [] };
  #done = 0;

  constructor(
    private wanted: number,
    private readonly exceptionObjects: boolean,
    private readonly report: (event: PopulateEvent) => void,
  ) {}

  start(waiting?: Waiting): void {
    this.report({ type: 'start', total: this.wanted, ...(waiting === undefined ? {} : { waiting }) });
  }

  /** @param worker the number of the process that made the key, from 1; null for this one */
  ended(key: Key, outcome: Outcome, worker: number | null): void {
    const { type, seconds } = outcome;
    if (type === 'there') {
      // As with keys that are found made before they are begun: there was nothing to do.
      this.wanted -= 1;
      return;
    }
    this.#done += 1;
    const common = { key, seconds, done: this.#done, total: this.#total, ...(worker === null ? {} : { worker }) };
    if (type === 'error') {
      const { message, stack, thrown } = outcome;
      this.result.errorList.push([key, this.exceptionObjects ? thrown : message]);
      this.report({ type, ...common, error: { message, stack } });
    } else {
      this.result[type === 'done' ? 'successCount' : 'skippedCount'] += 1;
      this.report({ type, ...common });
    }
  }

  finish(): void {
    this.report({ type: 'end', done: this.#done, total: this.#total });
  }

  /** Keys may turn up while the run goes on. */
  get #total(): number {
    return Math.max(this.#done, this.wanted);
  }
}
