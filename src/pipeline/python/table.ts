/** Table classes of Python files, as classes of this engine that are populated like any other. */
import { randomUUID } from 'node:crypto';
import { type Computed, type Connection, type ConnectionSpec, type TableBinding, tableElsewhere } from '../../engine';
import { needsServer, noMake, notPopulated, otherServer, tooOld } from './problems';
import { PythonPool } from './pool';
import { pythonVariables } from './variables';
import type { PythonReport } from './wire';
import type { NativeResult } from './wire';
import type { PythonClass, PythonWorker, WorkerOptions } from './worker';

export interface PythonTable {
  readonly table: typeof Computed;
  readonly binding: TableBinding;
  readonly report: PythonReport;
  /**
   * datajoint-python's own populate().
   * @param restrictions SQL, objects or lists of objects
   * @param options its keyword arguments, as JSON
   * @throws PythonError
   */
  populate(restrictions: readonly unknown[], options: string, signal: AbortSignal): Promise<NativeResult>;
}

export interface PythonFolderOptions extends Omit<WorkerOptions, 'env'> {
  /** The database that this process works on, and how Python reaches it. */
  readonly connection: Connection;
  readonly spec: ConnectionSpec;
}

/** The Python classes of a folder: their processes are shared by all of them. */
export class PythonFolder {
  private readonly pool: PythonPool;

  constructor(private readonly options: PythonFolderOptions) {
    this.pool = new PythonPool({ ...options, env: options.spec.kind === 'embedded' ? {} : pythonVariables(options.spec, options.connection) });
  }

  /**
   * Lets Python import a class, and makes sure that both sides mean the same server.
   * @throws DataJointError `pipeline` for what Python or the class lacks, `usage` for another tier, `unknown_table` when the
   * class declares no table
   */
  async table(pythonClass: PythonClass): Promise<PythonTable> {
    const { connection, spec, interpreter } = this.options;
    if (spec.kind === 'embedded') throw needsServer(pythonClass.className);
    const report = await this.pool.use(pythonClass, async (worker, found) => {
      if (!isSupported(found.datajoint)) throw tooOld(found.datajoint, interpreter);
      await assertSameServer(worker, found, connection, pythonClass);
      return found;
    });
    if (report.tier === null || report.key_source === null) throw notPopulated(pythonClass.className);
    const { table, binding } = await tableElsewhere({
      className: pythonClass.className,
      name: { schema: report.schema, table: report.table },
      tier: report.tier,
      connection,
      keySource: report.key_source,
      // Workers of 0.14 know no other queue: with one of its own, both would make the same keys.
      newQueue: report.jobs,
      make: report.maker === null ? noMake(pythonClass.className) : async (call) => {
        const { attributes } = (await binding.ready()).spec;
        return await this.pool.use(pythonClass, (worker, loaded) => worker.make(loaded, call, attributes));
      },
    });
    return {
      table,
      binding,
      report,
      populate: (restrictions, native, signal) => this.pool.use(pythonClass, (worker, loaded) => worker.populate(loaded, restrictions, native, aborting(signal))),
    };
  }

  /** Ends its Python processes. */
  async close(): Promise<void> {
    await this.pool.close();
  }
}

function aborting(signal: AbortSignal): Promise<never> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason))), { once: true });
  });
  aborted.catch(() => undefined);
  return aborted;
}

/** 0.14, and from 2.0 on. */
export function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return Number.isNaN(major) || major > 0 || minor >= 14;
}

/**
 * A name or a port says little about which server it is: Python holds a lock, and its server is ours when we see it.
 * datajoint-python works on MySQL and MariaDB only, so the question is put in their words.
 */
async function assertSameServer(worker: PythonWorker, report: PythonReport, connection: Connection, pythonClass: PythonClass): Promise<void> {
  const { host, port, user, id } = report.connection;
  const name = `djw:${randomUUID()}`;
  const seen = await worker.marked(report, name, async () => {
    const [row] = await connection.executor.all({ sql: 'SELECT IS_USED_LOCK(?) AS holder', values: [name] });
    return row?.['holder'];
  });
  if (Number(seen ?? 0) !== id) throw otherServer(pythonClass, `${user}@${host}:${String(port)}`, connection.label);
}
