import { concat, type Fragment, sql } from '../algebra';
import type { Connection, ReadOptions } from '../database';
import { problemOf } from './problem';

/** How many counts one statement unites; SQLite allows 500 terms. */
const COUNTS_PER_STATEMENT = 200;
/** What all counts of one question may take together, in milliseconds. */
const BUDGET_MS = 10_000;
/** A statement that gets less time than this has none. */
const LEAST_MS = 20;

/** What became of one count. `late`: it was stopped, because the time was over. */
export type Counted =
  | { readonly kind: 'counted'; readonly numbers: ReadonlyMap<number, number> }
  | { readonly kind: 'failed'; readonly problem: string }
  | { readonly kind: 'late' };

/**
 * Counts many things in few statements. A statement that fails or takes too long is cut in halves until those are alone
 * that cannot be counted: they hide nothing else, and what is well takes no statement more than before.
 */
export class Counter {
  /** The time of a count begins when the database begins it: a session runs one statement at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly connection: Connection,
    private readonly budget = BUDGET_MS,
  ) {}

  /**
   * @param selects each gives rows of `label` and `n`, both whole numbers: text of several schemas cannot be united,
   * because their collations differ
   * @returns in the order of `selects`
   */
  all(selects: readonly Fragment[], options?: ReadOptions): Promise<Counted[]> {
    const mine = this.#turn.then(() => this.#all(selects, options));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #all(selects: readonly Fragment[], options?: ReadOptions): Promise<Counted[]> {
    const results: Counted[] = selects.map(() => ({ kind: 'late' }));
    const end = performance.now() + this.budget;
    const waiting: number[][] = [];
    for (let start = 0; start < selects.length; start += COUNTS_PER_STATEMENT) {
      waiting.push([...selects.keys()].slice(start, start + COUNTS_PER_STATEMENT));
    }
    for (let chunk = waiting.shift(); chunk !== undefined; chunk = waiting.shift()) {
      // Half of what is left, so that time remains for the halves of a chunk that takes too long.
      const milliseconds = Math.floor((end - performance.now()) / 2);
      if (milliseconds < LEAST_MS) break;
      const counted = await this.#count(chunk.map((at) => selects[at] as Fragment), milliseconds, options);
      if (Array.isArray(counted)) chunk.forEach((at, k) => (results[at] = counted[k] as Counted));
      else if (chunk.length === 1) results[chunk[0] as number] = counted;
      else waiting.push(chunk.slice(0, chunk.length / 2), chunk.slice(chunk.length / 2));
    }
    return results;
  }

  /** In one statement; what became of it when it did not count. */
  async #count(selects: readonly Fragment[], milliseconds: number, options?: ReadOptions): Promise<Counted[] | Counted> {
    const timeout = AbortSignal.timeout(milliseconds);
    const signal = options?.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
    const terms = selects.map((select, k) => sql`SELECT ${String(k)} AS source, label, n FROM (${select}) AS c${String(k)}`);
    try {
      const numbers = selects.map(() => new Map<number, number>());
      for (const row of await this.connection.executor.all(concat(terms, ' UNION ALL '), { signal })) {
        numbers[Number(row['source'])]?.set(Number(row['label']), Number(row['n']));
      }
      return numbers.map((each) => ({ kind: 'counted', numbers: each }));
    } catch (thrown) {
      options?.signal?.throwIfAborted();
      return timeout.aborted ? { kind: 'late' } : { kind: 'failed', problem: problemOf(thrown) };
    }
  }
}
