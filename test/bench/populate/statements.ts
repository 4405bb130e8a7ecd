import { countedDatabase } from '../../integration/engine/countedDatabase';
import { dj } from '../builtEngine';
import { type Benchmark, round } from '../measure';
import { backlog, mariadbPlace, type Place, sqlitePlace } from './place';
import { pythonInterpreter, PythonWorker } from './python';
import { benchTables } from './tables';

const JOBS = 2000;
/** One fetch1 and one insert1. */
const OF_MAKE = 2;

/** What a reserved populate of one process asks of the database for each job. */
export const statements: Benchmark = {
  name: 'statements',
  what: `statements and commits per job beyond make()'s own ${OF_MAKE}, over ${JOBS} jobs`,
  async run() {
    const lines: object[] = [];
    for (const open of [() => sqlitePlace('normal'), mariadbPlace]) {
      const place = await open();
      try {
        const work = await backlog(place, 'bench', JOBS);
        const { database, counts } = countedDatabase(await dj.openDatabase(place.spec));
        const connection = new dj.Connection(database);
        const { Result } = benchTables(dj, dj.schema(work.schema, { connection }));
        await Result.count();
        const before = { ...counts, ...(await serverCounts(place)) };
        await Result.populate({ reserveJobs: true, refresh: false });
        const after = { ...counts, ...(await serverCounts(place)) };
        await connection.close();
        lines.push(perJob(`${place.name}, this engine`, before, after));
        const interpreter = pythonInterpreter();
        if (place.server === null || interpreter === null) continue;
        await work.reset();
        const python = await new PythonWorker(interpreter, place.server, work.schema).ready();
        const first = await serverCounts(place);
        await python.does(['reserved', JOBS]);
        const last = await serverCounts(place);
        python.end();
        lines.push(perJob(`${place.name}, datajoint-python`, first, last));
      } finally {
        await place.close();
      }
    }
    return lines;
  },
};

interface Asked {
  readonly statements?: number;
  readonly commits?: number;
  /** Everything that the server was sent, BEGIN and COMMIT too. */
  readonly sent?: number;
  readonly deadlocks?: number;
}

async function serverCounts({ server }: Place): Promise<Asked> {
  if (server === null) return {};
  const text = await server.sql("SHOW GLOBAL STATUS WHERE Variable_name IN ('Questions', 'Innodb_deadlocks')");
  const status = new Map(text.split('\n').map((each) => each.split('\t') as [string, string]));
  return { sent: Number(status.get('Questions')), deadlocks: Number(status.get('Innodb_deadlocks')) };
}

function perJob(name: string, before: Asked, after: Asked): object {
  const grown = (which: keyof Asked): number | null =>
    before[which] === undefined || after[which] === undefined ? null : after[which] - before[which];
  const each = (which: keyof Asked, own: number): number | null => {
    const count = grown(which);
    return count === null ? null : round(count / JOBS - own, 2);
  };
  return {
    measure: name,
    'statements beyond make': each('statements', OF_MAKE),
    commits: each('commits', 0),
    'sent to the server, with BEGIN and COMMIT, beyond make': each('sent', OF_MAKE),
    deadlocks: grown('deadlocks'),
  };
}
