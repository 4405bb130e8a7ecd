import * as dj from '../../src/engine';
import { allEnded, assertSound, type Census, type Crashed } from './invariant';
import { CrashWorker } from './crashWorker';
import type { WorkOrder } from './program/order';
import { crashTables, type CrashTables } from './tables';

/** A schema with keys to be made, and what starts workers on it. */
export interface Lab extends Crashed {
  readonly tables: CrashTables;
  readonly schema: dj.Schema;
  /** Enters so many more keys; the queue knows them once somebody refreshes. */
  add(count: number): Promise<void>;
  /** A worker that is ready to go. */
  worker(order?: Partial<WorkOrder>): Promise<CrashWorker>;
  /** A worker that works. */
  start(order?: Partial<WorkOrder>): Promise<CrashWorker>;
  /** Populates in this process what is left, once all workers have ended, and checks that nothing is left. */
  finish(): Promise<Census>;
}

export interface Place {
  readonly connection: dj.Connection;
  /** How a worker opens the same database. */
  readonly spec: dj.ConnectionSpec;
  readonly name: string;
  readonly layout: dj.JobLayout;
}

export async function openLab({ connection, spec, name, layout }: Place, keys: number): Promise<Lab> {
  const schema = dj.schema(name, { connection, jobs: layout });
  const tables = crashTables(schema, { milliseconds: 0, conflicts: false, onMake: async () => undefined });
  const { Source, Meter, Result, ready } = tables;
  let last = -1;
  const add = async (count: number): Promise<void> => {
    await Source.insert(Array.from({ length: count }, () => ({ k: (last += 1) })));
  };
  await Meter.insert([0, 1].map((meter) => ({ meter, reading: 0 })));
  await add(keys);
  await ready();
  await Result.jobs.refresh();
  const common = { spec, schema: name, layout, milliseconds: 0, halt: null, haltAtKey: null, conflicts: false, mostPages: null };
  const worker = async (order: Partial<WorkOrder> = {}): Promise<CrashWorker> => {
    const started = new CrashWorker({ ...common, ...order });
    await started.must('ready');
    return started;
  };
  const jobs = layout === 'schema' ? dj.SchemaJobs.of(name, async () => connection) : null;
  const crashed: Crashed = { connection, tables, jobs };
  return {
    ...crashed,
    schema,
    add,
    worker,
    start: async (order) => {
      const started = await worker(order);
      started.tell('go');
      return started;
    },
    finish: async () => {
      // Until a server knows of a worker's death, the job that it held is its own, and a populate passes it over.
      await allEnded(connection);
      await Result.populate({ reserveJobs: true, suppressErrors: true });
      const census = await assertSound(crashed);
      if (census.pending > 0) throw new Error(`${census.pending} keys are left to be made`);
      return census;
    },
  };
}
