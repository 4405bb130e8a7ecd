import { type Benchmark, median, repeated, round, runsOf, secondsOf, spread } from '../measure';
import { insertAndCommit } from './ceiling';
import { fleet } from './fleet';
import { type Backlog, backlog, mariadbPlace, type Place } from './place';
import { pythonInterpreter, PythonWorker } from './python';

const REFRESH_KEYS = 10_000;
const CALLS = 1000;
const SECONDS = 1.5;

interface Contestant {
  /** Seconds for a refresh of `REFRESH_KEYS` new keys. */
  refresh(): Promise<number>;
  /** Jobs a second. */
  reserved(workers: number): Promise<number>;
  direct(): Promise<number>;
}

interface Feat {
  readonly measure: string;
  readonly unit: 'µs/key' | 'jobs/s';
  readonly of: (contestant: Contestant) => Promise<number>;
}

const FEATS: readonly Feat[] = [
  { measure: `jobs.refresh() of ${REFRESH_KEYS} new keys`, unit: 'µs/key', of: async (each) => (1e6 * (await each.refresh())) / REFRESH_KEYS },
  ...[1, 4, 8].map((workers): Feat => ({ measure: `reserved populate, ${workers} workers`, unit: 'jobs/s', of: (each) => each.reserved(workers) })),
  { measure: 'direct populate', unit: 'jobs/s', of: (each) => each.direct() },
];

/** This engine and datajoint-python on the same server, in turns. */
export const comparison: Benchmark = {
  name: 'comparison',
  what: 'MariaDB, this engine beside datajoint-python 2.3.2 in the same run',
  async run(quick) {
    const interpreter = pythonInterpreter();
    if (interpreter === null) console.log('datajoint-python is not measured: set DJW_PYTHON_23 to a Python that has datajoint 2.3.2.');
    const place = await mariadbPlace();
    try {
      const work = await backlog(place, 'bench', REFRESH_KEYS);
      const own = engine(place, work, 1);
      const lines: object[] = [];
      for (const feat of FEATS) {
        const runs = await repeated(runsOf(quick), async () => {
          const ours = await feat.of(own);
          return { ours, theirs: interpreter === null ? NaN : await feat.of(python(place, work, interpreter)), ceiling: feat.unit === 'jobs/s' ? await insertAndCommit(place) : NaN };
        });
        const ours = runs.map((run) => run.ours);
        const theirs = runs.map((run) => run.theirs);
        const ratios = runs.map((run) => (feat.unit === 'jobs/s' ? run.ours / run.theirs : run.theirs / run.ours));
        lines.push({
          measure: feat.measure,
          unit: feat.unit,
          'this engine': round(median(ours)),
          spread: round(spread(ours)),
          'datajoint-python': round(median(theirs)),
          'times faster': round(median(ratios)),
          'insert+commit/s': round(median(runs.map((run) => run.ceiling)), 0),
          'of that': round(median(runs.map((run) => run.ours / run.ceiling)), 2),
        });
      }
      const concurrent = await repeated(runsOf(quick), async () => [await engine(place, work, 4).reserved(1), await insertAndCommit(place)] as const);
      lines.push({
        measure: 'reserved populate, 1 worker, concurrency 4',
        unit: 'jobs/s',
        'this engine': round(median(concurrent.map(([rate]) => rate))),
        spread: round(spread(concurrent.map(([rate]) => rate))),
        'insert+commit/s': round(median(concurrent.map(([, ceiling]) => ceiling)), 0),
        'of that': round(median(concurrent.map(([rate, ceiling]) => rate / ceiling)), 2),
      });
      return lines;
    } finally {
      await place.close();
    }
  },
};

function engine(place: Place, work: Backlog, concurrency: number): Contestant {
  return {
    refresh: async () => {
      await work.clear();
      return await secondsOf(() => work.tables.Result.jobs.refresh());
    },
    reserved: async (workers) => {
      await work.reset();
      return (await fleet(workers, { spec: place.spec, schema: work.schema, milliseconds: 0, seconds: SECONDS, concurrency })).jobsPerSecond;
    },
    direct: async () => {
      await work.reset();
      return CALLS / (await secondsOf(() => work.tables.Result.populate({ maxCalls: CALLS })));
    },
  };
}

function python(place: Place, work: Backlog, interpreter: string): Contestant {
  const { server } = place;
  if (server === null) throw new Error(`datajoint-python cannot open ${place.name}`);
  const start = async () => await new PythonWorker(interpreter, server, work.schema).ready();
  const once = async (task: Parameters<PythonWorker['does']>[0]) => {
    const worker = await start();
    const answer = await worker.does(task);
    worker.end();
    return answer;
  };
  return {
    refresh: async () => {
      await work.clear();
      return (await once(['refresh'])).seconds;
    },
    reserved: async (workers) => {
      await work.reset();
      const all = await Promise.all(Array.from({ length: workers }, start));
      const began = performance.now();
      const answers = await Promise.all(all.map((worker) => worker.does(['reserved', Math.ceil(CALLS / workers)])));
      const seconds = (performance.now() - began) / 1000;
      for (const worker of all) worker.end();
      return answers.reduce((sum, { made }) => sum + made, 0) / seconds;
    },
    direct: async () => {
      await work.reset();
      const { made, seconds } = await once(['direct', CALLS]);
      return made / seconds;
    },
  };
}
