import { type Benchmark, median, repeated, round, runsOf, secondsOf, spread } from '../measure';
import { backlog, mariadbPlace, sqlitePlace } from './place';

/** Refreshes of many new keys, and of a queue that has them all, with the memory that they take here. */
export const refreshes: Benchmark = {
  name: 'refresh',
  what: 'jobs.refresh() of 10,000 and 1,000,000 keys',
  async run(quick) {
    const lines: object[] = [];
    for (const open of [() => sqlitePlace('normal'), mariadbPlace]) {
      for (const keys of quick ? [10_000] : [10_000, 1_000_000]) {
        const place = await open();
        try {
          const work = await backlog(place, 'bench', keys);
          const { Result } = work.tables;
          const peak = (): number => process.resourceUsage().maxRSS / 1024;
          const before = peak();
          const runs = keys > 100_000 ? Math.min(2, runsOf(quick)) : runsOf(quick);
          const added = await repeated(runs, async () => {
            await work.clear();
            return await secondsOf(() => Result.jobs.refresh());
          });
          const again = await repeated(runs, () => secondsOf(() => Result.jobs.refresh()));
          lines.push({
            database: place.name,
            keys,
            'all new, s': round(median(added), 3),
            spread: round(spread(added), 3),
            'µs per key': round((1e6 * median(added)) / keys),
            'none new, s': round(median(again), 3),
            'memory grew by MiB': round(peak() - before),
          });
        } finally {
          await place.close();
        }
      }
    }
    return lines;
  },
};
