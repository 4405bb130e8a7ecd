import type { SqlValue } from '../../contract';

/** Count, mean and sum of squared distances from it, kept as values come (Welford): exact where squares would not be. */
interface Spread {
  readonly count: number;
  readonly mean: number;
  readonly squares: number;
}

function step(spread: Spread, value: SqlValue): Spread {
  if (value === null) return spread;
  const count = spread.count + 1;
  const distance = Number(value) - spread.mean;
  const mean = spread.mean + distance / count;
  return { count, mean, squares: spread.squares + distance * (Number(value) - mean) };
}

/** `fewer`: how many values fewer than there are the sum is divided by. */
const spread = (fewer: 0 | 1, finish: (variance: number) => number) => ({
  start: { count: 0, mean: 0, squares: 0 } as never,
  step: step as never,
  result: ((found: Spread) => (found.count <= fewer ? null : finish(found.squares / (found.count - fewer)))) as never,
});

const whole = (variance: number): number => variance;

/** Aggregates of MySQL that SQLite does not have. */
export const AGGREGATES = {
  std: spread(0, Math.sqrt),
  stddev: spread(0, Math.sqrt),
  stddev_pop: spread(0, Math.sqrt),
  stddev_samp: spread(1, Math.sqrt),
  variance: spread(0, whole),
  var_pop: spread(0, whole),
  var_samp: spread(1, whole),
};
