/** One line of a table of times. */
export interface Measure {
  readonly measure: string;
  /** Median of the runs. */
  readonly ms: number;
  /** Slowest less fastest run. */
  readonly spread: number;
  readonly statements: number;
}

export interface Benchmark {
  readonly name: string;
  readonly what: string;
  /** The lines of its table. */
  run(quick: boolean): Promise<readonly object[]>;
}

const RUNS = 5;

/** How often something is measured. */
export const runsOf = (quick: boolean): number => (quick ? 1 : RUNS);

export const round = (value: number, digits = 1): number => Math.round(value * 10 ** digits) / 10 ** digits;

/** The value that so much of all values, from 0 to 1, lies below. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Largest less smallest. */
export const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

/** Does `work` so many times, one after the other. */
export async function repeated<T>(times: number, work: (time: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let time = 0; time < times; time += 1) results.push(await work(time));
  return results;
}

/** How long `work` takes, in seconds. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/**
 * Runs `work` five times, after a first run that does not count.
 * @param statements how many statements the server has had so far; reading that may itself count
 */
export async function measured(measure: string, statements: () => Promise<number>, work: () => Promise<unknown>): Promise<Measure> {
  await work();
  const times = await repeated(RUNS, async () => 1000 * (await secondsOf(work)));
  const [first, second] = [await statements(), await statements()];
  await work();
  const sent = (await statements()) - second - (second - first);
  return { measure, ms: round(median(times)), spread: round(spread(times)), statements: sent };
}
