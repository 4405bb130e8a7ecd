import { type Benchmark, median, repeated, round, runsOf, spread } from '../measure';
import { fleet, type FleetReport } from './fleet';
import { type Backlog, backlog, mariadbPlace, type Place, sqlitePlace } from './place';

const WORKERS = 4;
const SECONDS = 1.5;
/** Errors beside the backlog, and as many jobs that are due in a year. */
const OTHERS = 100_000;
const REFRESH_EVERY_MS = 200;

/** How the length of the queue tells on its workers, and a colleague who refreshes all the time. */
export const backlogs: Benchmark = {
  name: 'backlogs',
  what: `${WORKERS} processes on backlogs of 1k, 100k and 1M jobs, beside ${OTHERS} errors and ${OTHERS} jobs of the future`,
  async run(quick) {
    const lines: object[] = [];
    for (const open of [() => sqlitePlace('normal'), mariadbPlace]) {
      for (const keys of quick ? [1000, 100_000] : [1000, 100_000, 1_000_000]) {
        const place = await open();
        try {
          const work = await backlog(place, 'bench', keys, quick ? 0 : OTHERS);
          lines.push(await line(place, work, keys, false, quick));
          if (keys === 100_000) lines.push(await line(place, work, keys, true, quick));
        } finally {
          await place.close();
        }
      }
    }
    return lines;
  },
};

async function line(place: Place, work: Backlog, keys: number, refreshing: boolean, quick: boolean): Promise<object> {
  const order = { spec: place.spec, schema: work.schema, milliseconds: 0, seconds: SECONDS, concurrency: 1 };
  let refreshes = 0;
  const reports = await repeated(runsOf(quick), async () => {
    // A long queue lasts for all runs.
    if (keys < 100_000) await work.reset();
    const working = { now: true };
    const refresher = (async () => {
      while (refreshing && working.now) {
        await work.tables.Result.jobs.refresh();
        refreshes += 1;
        await new Promise((resolve) => setTimeout(resolve, REFRESH_EVERY_MS));
      }
    })();
    const report = await fleet(WORKERS, order);
    working.now = false;
    await refresher;
    return report;
  });
  const of = (pick: (report: FleetReport) => number): number => median(reports.map(pick));
  const rates = reports.map(({ jobsPerSecond }) => jobsPerSecond);
  return {
    database: place.name,
    backlog: keys,
    refreshes: refreshing ? refreshes : null,
    'jobs/s': round(median(rates), 0),
    spread: round(spread(rates), 0),
    'reserve p50 ms': round(of(({ reserveP50 }) => reserveP50), 2),
    'p99 ms': round(of(({ reserveP99 }) => reserveP99), 1),
    fairness: round(of(({ fairness }) => fairness), 2),
    'lost %': round(100 * of(({ lostShare }) => lostShare), 2),
    errors: Math.max(...reports.map(({ errors }) => errors)),
  };
}
