import { type Condition, EXPRESSION, isQueryable, Query, type Queryable, restricted } from '../algebra';
import type { Connection } from '../database';
import { DataJointError } from '../errors';
import { amongKeys, countDue, declaredSchemaJobs, type JobQueue, recoverSchemaJobs } from '../jobs';
import { bindingOf, config, type JobLayout, registeredTables, type TableBinding } from '../tables';
import { Ancestry } from './ancestry';
import { announced } from './announce';
import { budgetOf } from './budget';
import { directSupply } from './direct';
import { progressDisplay } from './display';
import { hasMake } from './make';
import type { PopulateEvent, PopulateOptions, PopulateResult } from './options';
import { reservedSupply } from './reserved';
import { retryHarmless, retryTransient } from './retry';
import { runAll } from './run';
import { schemaWideSupply } from './schemaWide';
import { stopping, stopSignal } from './stop';
import type { Supply } from './supply';
import { Tally } from './tally';
import { watchMakes } from './watch';
import { thisWorker } from './worker';

/** A class that can be populated. */
export interface Populatable {
  readonly keySource: Queryable;
  readonly jobs: JobQueue;
}

/** See `AutoPopulated.populate`. */
export async function populate(
  table: Populatable & object,
  restrictions: readonly Condition[],
  options: PopulateOptions & { readonly layout?: JobLayout },
): Promise<PopulateResult> {
  const binding = bindingOf(table);
  if (!hasMake(binding)) {
    throw new DataJointError('make_missing', `${binding.label} has no make(key): write one, or all of makeFetch, makeCompute and makeInsert.`);
  }
  const { connection } = await binding.ready();
  if (connection.inTransaction) throw new DataJointError('not_allowed', `populate() of ${binding.label} cannot run inside a transaction or a make().`);
  await declareSiblings(binding);
  const supply = await supplyOf(table, binding, connection, restrictions, options);
  const tally = new Tally(supply.total, options.returnExceptionObjects === true, reporter(binding, options));
  const signal = stopSignal(options.signal);
  const stop = stopping(signal);
  watchMakes();
  const place = {
    binding,
    ancestry: await Ancestry.of(binding),
    connection,
    makeKwargs: options.makeKwargs ?? {},
    reserved: options.reserveJobs === true,
    stopped: stop.promise,
  };
  tally.start();
  try {
    await announced(connection, `populate ${binding.name.schema}.${binding.label}`, () =>
      runAll({
        place,
        supply,
        concurrency: options.concurrency ?? 1,
        suppressErrors: options.suppressErrors === true,
        signal,
        onBegin: () => undefined,
        onEnd: (task, outcome) => tally.ended(task.key, outcome, null),
      }),
    );
    return tally.result;
  } finally {
    tally.finish();
    stop.release();
    await supply.giveBack();
  }
}

function reporter(binding: TableBinding, options: PopulateOptions): (event: PopulateEvent) => void {
  const shown = options.displayProgress === true ? progressDisplay(binding.label) : null;
  return (event) => {
    shown?.(event);
    options.onProgress?.(event);
  };
}

/**
 * Declares the other tables of the schema, as datajoint-python does when a class is decorated: make() may use any of them,
 * and inside its transaction it would be too late. A mistake in one of them is left for whoever uses that one.
 */
async function declareSiblings(binding: TableBinding): Promise<void> {
  for (const sibling of registeredTables()) {
    if (sibling.schema === binding.schema && sibling.spec === null) await sibling.prepare().catch(() => undefined);
  }
}

async function supplyOf(
  table: Populatable,
  binding: TableBinding,
  connection: Connection,
  restrictions: readonly Condition[],
  options: PopulateOptions & { readonly layout?: JobLayout },
): Promise<Supply> {
  const keySource = await wantedKeys(table, binding, restrictions);
  const limits = [options.maxCalls, options.limit].filter((limit) => limit !== undefined);
  const limit = limits.length === 0 ? null : Math.min(...limits);
  if (options.reserveJobs !== true) {
    const done = new Query({ op: 'table', source: binding }).proj();
    return directSupply(await keySource.exclude(done).keys(limit === null ? {} : { limit }));
  }
  const settings = config.jobs;
  const worker = await thisWorker(connection, settings);
  const concurrency = options.concurrency ?? 1;
  const schemaWide =
    options.layout === 'schema' ? await declaredSchemaJobs(connection, binding.name.schema) : await table.jobs.schemaWide();
  if (schemaWide !== null) {
    await retryTransient(connection, () => recoverSchemaJobs(schemaWide));
    const done = new Query({ op: 'table', source: binding }).proj();
    return await schemaWideSupply(schemaWide, binding, keySource.exclude(done), { budget: budgetOf(limit), limit, worker, concurrency });
  }
  if (options.refresh ?? settings.autoRefresh) {
    await retryHarmless(connection, () => table.jobs.refresh(...restrictions, options.priority === undefined ? {} : { priority: options.priority }));
  }
  const jobs = await table.jobs.table();
  const choice = { among: restrictions.length === 0 ? null : await amongKeys(jobs, keySource[EXPRESSION]), priority: options.priority ?? null };
  return reservedSupply(jobs, {
    ...choice,
    budget: budgetOf(limit),
    total: Math.min(await countDue(jobs, choice), limit ?? Infinity),
    keepCompleted: settings.keepCompleted,
    worker,
    concurrency,
  });
}

/** The keys of the key source that the restrictions leave. Source: datajoint-python 2.3.2, `AutoPopulate._jobs_to_do`. */
async function wantedKeys(table: Populatable, binding: TableBinding, restrictions: readonly Condition[]): Promise<Query> {
  const { keySource } = table;
  if (!isQueryable(keySource)) {
    throw new DataJointError('query', `The key source of ${binding.label} is no query: let static get keySource() return a table or a query.`);
  }
  const wanted = new Query(restricted(keySource[EXPRESSION], restrictions)).proj();
  const { primaryKey } = await wanted.heading();
  const { spec } = await binding.ready();
  const missing = primaryKey.find((name) => !spec.attributes.some((attribute) => attribute.name === name));
  if (missing !== undefined) {
    throw new DataJointError('query', `The key source of ${binding.label} has "${missing}" in its primary key, which ${binding.label} lacks.`);
  }
  return wanted;
}
