import type { Condition } from '../algebra';
import { retryHarmless } from '../database';
import { DataJointError } from '../errors';
import { bindingOf, config, type TableBinding } from '../tables';
import { announced } from './announce';
import { progressDisplay } from './display';
import { hasMake } from './make';
import { makerElsewhere } from './makeElsewhere';
import type { PopulateEvent, PopulateResult } from './options';
import { type Plan, planOf, type PlanOptions, supplyOf } from './plan';
import type { Populatable } from './populatable';
import { assertMayPopulate, populateInProcesses, workerLauncher } from './processes';
import { runAll } from './run';
import { stopSignal } from './stop';
import { Tally } from './tally';
import { workplace } from './workplace';

/** See `AutoPopulated.populate`. */
export async function populate(table: Populatable & object, restrictions: readonly Condition[], options: PlanOptions): Promise<PopulateResult> {
  const binding = bindingOf(table);
  if (!hasMake(binding)) {
    throw new DataJointError('make_missing', `${binding.label} has no make(key): write one, or all of makeFetch, makeCompute and makeInsert.`);
  }
  assertMayPopulate(binding.label);
  const { connection } = await binding.ready();
  if (connection.inTransaction) throw new DataJointError('not_allowed', `populate() of ${binding.label} cannot run inside a transaction or a make().`);
  const launch = (options.processes ?? 1) > 1 && makerElsewhere(binding) === null ? workerLauncher() : null;
  const plan = await retryHarmless(connection, () => planOf(table, binding, restrictions, options));
  const tally = new Tally(plan.total, options.returnExceptionObjects === true, reporter(binding, options));
  const size = Math.min(options.processes ?? 1, plan.total);
  tally.start(plan.waiting);
  try {
    if (launch === null || size < 2) await populateHere(plan, binding, options, tally);
    else await populateInProcesses({ plan, binding, launch, size, options, settings: config.jobs, tally, signal: stopSignal(options.signal) });
    return tally.result;
  } finally {
    tally.finish();
  }
}

async function populateHere(plan: Plan, binding: TableBinding, options: PlanOptions, tally: Tally): Promise<void> {
  const { connection } = await binding.ready();
  // Another program has processes of its own.
  const concurrency = (options.concurrency ?? 1) * (makerElsewhere(binding) === null ? 1 : (options.processes ?? 1));
  const signal = stopSignal(options.signal);
  const supply = await supplyOf(plan, binding, concurrency);
  try {
    const place = await workplace(binding, { makeKwargs: options.makeKwargs ?? {}, reserved: options.reserveJobs === true, signal });
    await announced(connection, `populate ${binding.name.schema}.${binding.label}`, () =>
      runAll({
        place,
        supply,
        concurrency,
        suppressErrors: options.suppressErrors === true,
        isOver: () => options.enough?.aborted === true,
        onBegin: () => undefined,
        onEnd: (task, outcome) => tally.ended(task.key, outcome, null),
      }),
    );
  } finally {
    await supply.giveBack();
  }
}

function reporter(binding: TableBinding, options: PlanOptions): (event: PopulateEvent) => void {
  const shown = options.displayProgress === true ? progressDisplay(binding.label) : null;
  return (event) => {
    shown?.(event);
    options.onProgress?.(event);
  };
}
