/** One line of a benchmark's table. */
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
  run(quick: boolean): Promise<readonly Measure[]>;
}

const RUNS = 5;

/**
 * Runs `work` five times, after a first run that does not count.
 * @param statements how many statements the server has had so far; reading that may itself count
 */
export async function measured(measure: string, statements: () => Promise<number>, work: () => Promise<unknown>): Promise<Measure> {
  await work();
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  const [first, second] = [await statements(), await statements()];
  await work();
  const sent = (await statements()) - second - (second - first);
  times.sort((a, b) => a - b);
  const round = (ms: number) => Math.round(ms * 10) / 10;
  return { measure, ms: round(times[2] ?? 0), spread: round((times[4] ?? 0) - (times[0] ?? 0)), statements: sent };
}
