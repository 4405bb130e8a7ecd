import { type Benchmark, median, quantile, repeated, round, runsOf, spread } from '../measure';
import { insertAndCommit } from './ceiling';
import { fleet, type FleetReport } from './fleet';
import { type Backlog, backlog, mariadbPlace, type Place, sqlitePlace } from './place';

/** Keys that one worker cannot make within a run. */
const SQLITE_KEYS = 60_000;
const SERVER_KEYS = 20_000;
const SECONDS = 2.5;
/** A make that waits gives the same figure every time. */
const MOST_WAITING_RUNS = 2;

interface Cell {
  readonly workers: number;
  readonly milliseconds: number;
}

function cells(quick: boolean): Cell[] {
  const workers = quick ? [1, 4] : [1, 2, 4, 8, 16];
  const waits = quick ? [0, 10] : [0, 10, 100];
  return waits.flatMap((milliseconds) => workers.map((count) => ({ workers: count, milliseconds })));
}

/** Populate from the job queue with several processes, and the ceiling of the bare driver before each line. */
export const populateWorkers: Benchmark = {
  name: 'workers',
  what: 'reserved populate by 1 to 16 processes, make with one fetch1 and one insert1 that takes 0, 10 or 100 ms beside',
  async run(quick) {
    const lines: object[] = [];
    for (const open of [() => sqlitePlace('normal'), () => sqlitePlace('full'), mariadbPlace]) {
      const place = await open();
      try {
        const work = await backlog(place, 'bench', place.server === null ? SQLITE_KEYS : SERVER_KEYS);
        for (const cell of cells(quick)) lines.push(await line(place, work, cell, quick));
      } finally {
        await place.close();
      }
    }
    return lines;
  },
};

async function line(place: Place, work: Backlog, { workers, milliseconds }: Cell, quick: boolean): Promise<object> {
  const runs = milliseconds === 0 ? runsOf(quick) : Math.min(runsOf(quick), MOST_WAITING_RUNS);
  const ceilings: number[] = [];
  const reports = await repeated(runs, async () => {
    await work.reset();
    if (milliseconds === 0) ceilings.push(await insertAndCommit(place));
    return await fleet(workers, { spec: place.spec, schema: work.schema, milliseconds, seconds: SECONDS, concurrency: 1 });
  });
  const of = (pick: (report: FleetReport) => number): number => median(reports.map(pick));
  const rates = reports.map((report) => report.jobsPerSecond);
  return {
    database: place.name,
    make: `${milliseconds} ms`,
    workers,
    'jobs/s': round(median(rates), 0),
    spread: round(spread(rates), 0),
    'insert+commit/s': ceilings.length === 0 ? null : round(median(ceilings), 0),
    'of that': ceilings.length === 0 ? null : round(quantile(rates.map((rate, i) => rate / (ceilings[i] ?? NaN)), 0.5), 2),
    'reserve p50 ms': round(of(({ reserveP50 }) => reserveP50), 2),
    'p99 ms': round(of(({ reserveP99 }) => reserveP99), 1),
    fairness: round(of(({ fairness }) => fairness), 2),
    'lost %': round(100 * of(({ lostShare }) => lostShare), 2),
    errors: Math.max(...reports.map(({ errors }) => errors)),
    'peak MiB': round(of(({ peakMiB }) => peakMiB), 0),
  };
}
