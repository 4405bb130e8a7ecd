import { type Benchmark, median, repeated, round, runsOf, secondsOf, spread } from '../measure';
import { until } from '../../harness/until';
import { start } from './fleet';
import { ENGINE } from '../builtEngine';
import { backlog, mariadbPlace, sqlitePlace } from './place';

const KEYS = 2000;

/** How long a worker's jobs stay reserved when it was killed and somebody refreshes right after. */
export const recovery: Benchmark = {
  name: 'recovery',
  what: 'from SIGKILL of a worker that holds jobs until a refresh has made them pending again',
  async run(quick) {
    const lines: object[] = [];
    for (const open of [() => sqlitePlace('normal'), mariadbPlace]) {
      const place = await open();
      try {
        const work = await backlog(place, 'bench', KEYS);
        const { jobs } = work.tables.Result;
        const seconds = await repeated(runsOf(quick), async () => {
          await work.reset();
          const worker = start({ engine: ENGINE, spec: place.spec, schema: work.schema, milliseconds: 5, seconds: 60, concurrency: 1 });
          await worker.line();
          worker.go();
          await until('it holds several jobs', async () => (await jobs.reserved.count()) > 10);
          await worker.kill();
          return await secondsOf(async () => {
            for (let held = 1; held > 0; held = await jobs.reserved.count()) await jobs.refresh();
          });
        });
        lines.push({ database: place.name, 'ms until pending': round(1000 * median(seconds)), spread: round(1000 * spread(seconds)) });
      } finally {
        await place.close();
      }
    }
    return lines;
  },
};
