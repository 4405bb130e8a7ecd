import { type Condition, EXPRESSION } from '../algebra';
import { amongKeys, countDue, declaredSchemaJobs, type JobChoice, type JobTable, keysToMake, recoverSchemaJobs, type SchemaJobTable, type Waiting, waitingJobs, type Wanted } from '../jobs';
import { config, type JobLayout, type TableBinding } from '../tables';
import { BatchSize } from './batch';
import { type Budget, budgetOf } from './budget';
import { directSupply, type Listed } from './direct';
import type { PopulateOptions } from './options';
import type { Populatable } from './populatable';
import { reservedSupply } from './reserved';
import { schemaWideSupply, waitingInSchema } from './schemaWide';
import type { Supply } from './supply';
import { thisWorker } from './worker';

/** Which keys a populate is to make, and where its workers get them. */
export interface Plan {
  readonly source:
    | ({ readonly from: 'keys' } & Listed)
    | ({ readonly from: 'queue'; readonly jobs: JobTable } & JobChoice)
    | { readonly from: 'schema'; readonly jobs: SchemaJobTable; readonly waiting: readonly Wanted[] };
  /** How many there are to make. */
  readonly total: number;
  /** Where there is nothing to make now: the jobs whose time comes later. */
  readonly waiting?: Waiting;
  readonly budget: Budget;
}

export type PlanOptions = PopulateOptions & {
  /** The queue to use, whatever queue the table has. */
  readonly layout?: JobLayout;
};

/** Finds out what is to be made, after bringing the queue up to date where there is one. */
export async function planOf(table: Populatable, binding: TableBinding, restrictions: readonly Condition[], options: PlanOptions): Promise<Plan> {
  const { connection } = await binding.ready();
  const { wanted, missing } = await keysToMake(binding, table.keySource, restrictions);
  const limits = [options.maxCalls, options.limit].filter((limit) => limit !== undefined);
  const limit = limits.length === 0 ? null : Math.min(...limits);
  const budget = budgetOf(limit);
  if (options.reserveJobs !== true) {
    const askedAt = performance.now();
    const keys = await missing.keys(limit === null ? {} : { limit });
    return { source: { from: 'keys', keys, askedAt }, total: keys.length, budget };
  }
  const schemaWide =
    options.layout === 'schema' ? await declaredSchemaJobs(connection, binding.name.schema) : await table.jobs.schemaWide();
  if (schemaWide !== null) {
    await recoverSchemaJobs(schemaWide);
    const waiting = await waitingInSchema(schemaWide, binding, missing);
    return { source: { from: 'schema', jobs: schemaWide, waiting }, total: Math.min(waiting.length, limit ?? Infinity), budget };
  }
  if (options.refresh ?? config.jobs.autoRefresh) {
    await table.jobs.refresh(...restrictions, options.priority === undefined ? {} : { priority: options.priority });
  }
  const jobs = await table.jobs.table();
  const choice = { among: restrictions.length === 0 ? null : await amongKeys(jobs, wanted[EXPRESSION]), priority: options.priority ?? null };
  const due = await countDue(jobs, choice);
  const waiting = due === 0 ? await waitingJobs(jobs, choice) : null;
  return { source: { from: 'queue', jobs, ...choice }, total: Math.min(due, limit ?? Infinity), budget, ...(waiting === null ? {} : { waiting }) };
}

/** The plan's keys for this process. */
export async function supplyOf({ source, total, budget }: Plan, binding: TableBinding, concurrency: number): Promise<Supply> {
  if (source.from === 'keys') return await directSupply(binding, source, { total, budget });
  const { connection } = await binding.ready();
  const worker = await thisWorker(connection, config.jobs);
  const common = { total, budget, worker, batch: new BatchSize(concurrency) };
  if (source.from === 'schema') return await schemaWideSupply(source.jobs, binding, source.waiting, common);
  const { jobs, among, priority } = source;
  return reservedSupply(jobs, { ...common, among, priority, keepCompleted: config.jobs.keepCompleted });
}
