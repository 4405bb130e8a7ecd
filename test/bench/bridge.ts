import { join } from 'node:path';
import * as dj from '../../src/engine';
import { PythonFolder, type PythonTable } from '../../src/pipeline';
import { type Benchmark, median, repeated, round, runsOf, secondsOf, spread } from './measure';
import { type Backlog, backlog, mariadbPlace, type Place } from './populate/place';
import { pythonInterpreter, PythonWorker } from './populate/python';

const KEYS = 10_000;
const CALLS = 1000;

/** Seconds, or jobs a second, of one run. */
interface Feat {
  readonly measure: string;
  readonly unit: 'µs/key' | 'jobs/s';
  readonly wanted: string;
  readonly ours: () => Promise<number>;
  readonly theirs: () => Promise<number>;
}

/** The same Python make() through the bridge and by datajoint-python's own populate, in turns. */
export const bridge: Benchmark = {
  name: 'bridge',
  what: 'MariaDB, a Python make() through the bridge beside datajoint-python 2.3.2 in the same run',
  async run(quick) {
    const interpreter = pythonInterpreter();
    if (interpreter === null) {
      console.log('The bridge is not measured: set DJW_PYTHON_23 to a Python that has datajoint 2.3.2.');
      return [];
    }
    Object.assign(process.env, { DJW_BENCH_SCHEMA: 'bench', DJ_LOG_LEVEL: 'ERROR', PYTHONWARNINGS: 'ignore', PYTHONDONTWRITEBYTECODE: '1' });
    const place = await mariadbPlace();
    const connection = new dj.Connection(await dj.openDatabase(place.spec));
    let folder: PythonFolder | null = null;
    let table: PythonTable | null = null;
    try {
      const work = await backlog(place, 'bench', KEYS);
      const opened = await repeated(runsOf(quick), async () => {
        await folder?.close();
        return await secondsOf(async () => {
          folder = open(place, connection, interpreter);
          table = await folder.table(pythonClass);
        });
      });
      if (table === null) throw new Error('no table was opened');
      const lines: object[] = [{ measure: 'Python started, class loaded', unit: 's', bridge: round(median(opened), 2), spread: round(spread(opened), 2) }];
      for (const feat of featsOf(place, work, table, interpreter)) {
        await feat.ours();
        const runs = await repeated(runsOf(quick), async () => ({ ours: await feat.ours(), theirs: await feat.theirs() }));
        const ratios = runs.map(({ ours, theirs }) => (feat.unit === 'jobs/s' ? ours / theirs : theirs / ours));
        lines.push({
          measure: feat.measure,
          unit: feat.unit,
          bridge: round(median(runs.map(({ ours }) => ours))),
          spread: round(spread(runs.map(({ ours }) => ours))),
          'datajoint-python': round(median(runs.map(({ theirs }) => theirs))),
          'times faster': round(median(ratios), 2),
          wanted: feat.wanted,
        });
      }
      return lines;
    } finally {
      await (folder as PythonFolder | null)?.close();
      await connection.close();
      await place.close();
    }
  },
};

const pythonClass = { files: [join(__dirname, 'bridge_pipeline.py')], className: 'Result', schemaName: 'bench' };

const open = (place: Place, connection: dj.Connection, interpreter: string): PythonFolder =>
  new PythonFolder({ interpreter, folder: __dirname, connection, spec: place.spec, output: 'errors' });

function featsOf(place: Place, work: Backlog, { table }: PythonTable, interpreter: string): Feat[] {
  const { server } = place;
  if (server === null) throw new Error('datajoint-python needs a server');
  const start = async () => await new PythonWorker(interpreter, server, work.schema).ready();
  const perSecond = async (options: dj.PopulateOptions): Promise<number> => {
    await work.reset();
    // Not what is measured: the processes of a long-lived pool.
    await table.populate({ ...options, maxCalls: options.processes ?? 1 });
    return CALLS / (await secondsOf(() => table.populate({ ...options, refresh: false, maxCalls: CALLS })));
  };
  const native = async (task: 'reserved' | 'direct', workers: number): Promise<number> => {
    await work.reset();
    const all = await Promise.all(Array.from({ length: workers }, start));
    let made = 0;
    const seconds = await secondsOf(async () => {
      for (const answer of await Promise.all(all.map((worker) => worker.does([task, Math.ceil(CALLS / workers)])))) made += answer.made;
    });
    for (const worker of all) worker.end();
    return made / seconds;
  };
  return [
    {
      measure: `jobs.refresh() of ${KEYS} new keys`,
      unit: 'µs/key',
      wanted: '≥ 50',
      ours: async () => {
        await work.clear();
        return (1e6 * (await secondsOf(() => table.jobs.refresh()))) / KEYS;
      },
      theirs: async () => {
        await work.clear();
        const worker = await start();
        const { seconds } = await worker.does(['refresh']);
        worker.end();
        return (1e6 * seconds) / KEYS;
      },
    },
    ...[1, 4, 8].map((workers): Feat => ({
      measure: `reserved populate, ${workers} Python ${workers === 1 ? 'worker' : 'workers'}`,
      unit: 'jobs/s',
      wanted: workers === 1 ? '≥ 1' : workers === 8 ? '≥ 2' : '',
      ours: () => perSecond({ reserveJobs: true, processes: workers }),
      theirs: () => native('reserved', workers),
    })),
    { measure: 'direct populate', unit: 'jobs/s', wanted: '≥ 1', ours: () => perSecond({}), theirs: () => native('direct', 1) },
  ];
}
