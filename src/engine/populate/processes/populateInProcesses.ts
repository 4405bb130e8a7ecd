import { announced } from '../announce';
import { DataJointError, messageOf } from '../../errors';
import type { JobSettings } from '../../settings';
import type { TableBinding } from '../../tables';
import type { PopulateOptions } from '../options';
import type { Plan } from '../plan';
import type { Tally } from '../tally';
import { Aftermath } from './aftermath';
import { Crew } from './crew';
import type { WorkerLauncher, WorkOrder } from './protocol';

export interface ProcessesRun {
  readonly plan: Plan;
  readonly binding: TableBinding;
  readonly launch: WorkerLauncher;
  /** How many processes. */
  readonly size: number;
  readonly options: PopulateOptions;
  readonly settings: JobSettings;
  readonly tally: Tally;
  readonly signal: AbortSignal | null;
}

/** Lets worker processes make the keys of a plan. @throws what `Crew.work` throws */
export async function populateInProcesses({ plan, binding, launch, size, options, settings, tally, signal }: ProcessesRun): Promise<void> {
  const { connection } = await binding.ready();
  const { source, budget } = plan;
  const order: Omit<WorkOrder, 'worker'> = {
    schema: binding.name.schema,
    label: binding.label,
    database: connection.id,
    keys: keysOf(source),
    workers: size,
    concurrency: options.concurrency ?? 1,
    suppressErrors: options.suppressErrors === true,
    makeKwargs: sendable(options.makeKwargs ?? {}, binding.label),
    settings,
  };
  const crew = new Crew({
    launch,
    size,
    order,
    keys: source.from === 'keys' ? source.keys : [],
    budget,
    aftermath: new Aftermath(binding, source, settings.keepCompleted),
    tally,
    signal,
    isOver: () => options.enough?.aborted === true,
  });
  await announced(connection, `populate ${order.schema}.${order.label} in ${String(size)} processes`, () => crew.work());
}

function keysOf(source: Plan['source']): WorkOrder['keys'] {
  switch (source.from) {
    case 'keys':
      return { from: 'populate' };
    case 'queue':
      return { from: 'queue', among: source.among, priority: source.priority };
    case 'schema':
      return { from: 'schema', waiting: source.waiting };
  }
}

function sendable(makeKwargs: Readonly<Record<string, unknown>>, label: string): Readonly<Record<string, unknown>> {
  try {
    return structuredClone(makeKwargs);
  } catch (cause) {
    throw new DataJointError('usage', `The makeKwargs of ${label} cannot be given to other processes: ${messageOf(cause)} Functions and class instances cannot travel.`, { cause });
  }
}
