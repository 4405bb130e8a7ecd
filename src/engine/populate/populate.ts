import { type Condition, EXPRESSION, Query, type Queryable, restricted } from '../algebra';
import type { Connection } from '../database';
import { DataJointError, DuplicateError } from '../errors';
import type { JobQueue } from '../jobs';
import { bindingOf, config, registeredTables, type TableBinding } from '../tables';
import { announced } from './announce';
import { directSupply } from './direct';
import { progressDisplay } from './display';
import { failureMessage, failureStack } from './failure';
import { callMake, hasMake } from './make';
import type { PopulateEvent, PopulateOptions, PopulateResult } from './options';
import { reservedSupply } from './reserved';
import { retryTransient } from './retry';
import { stopping, stopSignal } from './stop';
import type { Supply, Task } from './supply';
import { thisWorker } from './worker';

/** A class that can be populated. */
export interface Populatable {
  readonly keySource: Queryable;
  readonly jobs: JobQueue;
}

/** What the loop needs to know of the run. */
interface Run {
  readonly binding: TableBinding;
  readonly connection: Connection;
  readonly supply: Supply;
  readonly options: PopulateOptions;
  readonly report: (event: PopulateEvent) => void;
  readonly signal: AbortSignal | null;
  readonly stopped: Promise<never>;
}

type Outcome = 'done' | 'skipped' | { readonly thrown: unknown; readonly fatal: boolean };

/** See `AutoPopulated.populate`. */
export async function populate(table: Populatable & object, restrictions: readonly Condition[], options: PopulateOptions): Promise<PopulateResult> {
  const binding = bindingOf(table);
  if (!hasMake(binding)) {
    throw new DataJointError('make_missing', `${binding.label} has no make(key): write one, or all of makeFetch, makeCompute and makeInsert.`);
  }
  const { connection } = await binding.ready();
  if (connection.inTransaction) throw new DataJointError('not_allowed', `populate() of ${binding.label} cannot run inside a transaction or a make().`);
  await declareSiblings(binding);
  const supply = await supplyOf(table, binding, connection, restrictions, options);
  const shown = options.displayProgress === true ? progressDisplay(binding.label) : null;
  const report = (event: PopulateEvent) => {
    shown?.(event);
    options.onProgress?.(event);
  };
  const signal = stopSignal(options.signal);
  const stop = stopping(signal);
  try {
    const run = { binding, connection, supply, options, report, signal, stopped: stop.promise };
    return await announced(connection, `populate ${binding.name.schema}.${binding.label}`, () => runAll(run));
  } finally {
    stop.release();
    await supply.giveBack();
  }
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
  options: PopulateOptions,
): Promise<Supply> {
  const keySource = new Query(restricted(table.keySource[EXPRESSION], restrictions)).proj();
  await assertKeysFit(binding, keySource);
  const limits = [options.maxCalls, options.limit].filter((limit) => limit !== undefined);
  const limit = limits.length === 0 ? null : Math.min(...limits);
  if (options.reserveJobs !== true) {
    const done = new Query({ op: 'table', source: binding }).proj();
    return await directSupply(keySource.exclude(done), limit);
  }
  const settings = config.jobs;
  if (options.refresh ?? settings.autoRefresh) {
    await retryTransient(connection, () => table.jobs.refresh(...restrictions, options.priority === undefined ? {} : { priority: options.priority }));
  }
  return await reservedSupply(table.jobs, {
    among: restrictions.length === 0 ? null : keySource,
    priority: options.priority ?? null,
    limit,
    keepCompleted: settings.keepCompleted,
    worker: await thisWorker(connection, settings),
  });
}

/** datajoint-python 2.3.2, `AutoPopulate._jobs_to_do`. */
async function assertKeysFit(binding: TableBinding, keySource: Query): Promise<void> {
  const { primaryKey } = await keySource.heading();
  const { spec } = await binding.ready();
  const missing = primaryKey.find((name) => !spec.attributes.some((attribute) => attribute.name === name));
  if (missing !== undefined) {
    throw new DataJointError('query', `The key source of ${binding.label} has "${missing}" in its primary key, which ${binding.label} lacks.`);
  }
}

async function runAll(run: Run): Promise<PopulateResult> {
  const { supply, options, report } = run;
  const result = { successCount: 0, skippedCount: 0, errorList: [] as PopulateResult['errorList'] };
  let done = 0;
  let makeSeconds: number | null = null;
  report({ type: 'start', total: supply.total });
  try {
    for (;;) {
      // Not raced against the stop: a batch that was reserved for nobody would stay reserved.
      const task = await supply.next(makeSeconds);
      if (task === null) return result;
      if (run.signal?.aborted === true) {
        await task.putBack();
        return await run.stopped;
      }
      const started = performance.now();
      const outcome = await makeOne(run, task, started);
      makeSeconds = Math.max(1e-6, (performance.now() - started) / 1000);
      done += 1;
      const total = Math.max(done, supply.total);
      if (outcome === 'done' || outcome === 'skipped') {
        result[outcome === 'done' ? 'successCount' : 'skippedCount'] += 1;
        report({ type: outcome, key: task.key, done, total });
        continue;
      }
      const message = failureMessage(outcome.thrown);
      report({ type: 'error', key: task.key, done, total, error: { message, stack: failureStack(outcome.thrown) } });
      if (outcome.fatal) throw outcome.thrown;
      result.errorList.push([task.key, options.returnExceptionObjects === true ? outcome.thrown : message]);
    }
  } finally {
    report({ type: 'end', done, total: Math.max(done, supply.total) });
  }
}

async function makeOne(run: Run, task: Task, started: number): Promise<Outcome> {
  const { binding, connection, options } = run;
  const seconds = () => (performance.now() - started) / 1000;
  try {
    const inserted = await retryTransient(connection, () =>
      callMake({
        binding,
        connection,
        key: task.key,
        makeKwargs: options.makeKwargs ?? {},
        finish: (transaction) => task.complete(transaction, seconds()),
        stopped: run.stopped,
      }),
    );
    return inserted ? 'done' : 'skipped';
  } catch (thrown) {
    if (thrown instanceof DuplicateError && options.reserveJobs !== true && (await hasRow(binding, task))) return 'skipped';
    // The job is somebody else's now, or back in the queue: there is nothing of ours to record.
    if (thrown instanceof DataJointError && thrown.code === 'reservation_lost') return { thrown, fatal: false };
    await task.fail({ message: failureMessage(thrown), stack: failureStack(thrown), duration: seconds() });
    return { thrown, fatal: options.suppressErrors !== true || run.signal?.aborted === true };
  }
}

/** True when another worker has made the key in the meantime. */
async function hasRow(binding: TableBinding, task: Task): Promise<boolean> {
  return await new Query({ op: 'table', source: binding }).restrict(task.key).exists();
}
