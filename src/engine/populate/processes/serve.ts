import type { Key } from '../../algebra';
import { DataJointError } from '../../errors';
import { declaredSchemaJobs } from '../../jobs';
import { bindingOf, config, type TableBinding } from '../../tables';
import { announced } from '../announce';
import type { Outcome } from '../attempt';
import { BatchSize } from '../batch';
import { batchedSupply, type Reserving } from '../batched';
import type { Budget } from '../budget';
import { withoutQueue } from '../direct';
import type { Populatable } from '../populatable';
import { reservedSupply } from '../reserved';
import { rotated, schemaWideSupply } from '../schemaWide';
import { runAll } from '../run';
import type { Supply } from '../supply';
import { thisWorker } from '../worker';
import { workplace } from '../workplace';
import type { FromWorker, ToWorker, WireOutcome, WorkOrder } from './protocol';
import { fromWire, toWire } from './wireThrown';

/** What a worker process talks with the populate through. */
export interface WorkerChannel {
  send(message: FromWorker): void;
  listen(listener: (message: ToWorker) => void): void;
}

/** The tables that a worker process has loaded, by schema and class name. */
export type FindTable = (schema: string, label: string) => Populatable & object;

/**
 * A worker process: carries out orders, one after the other.
 * @param stopped aborts when this process must stop whatever its order says
 * @returns `idle` waits for the order that is being carried out
 */
export function serveOrders(channel: WorkerChannel, find: FindTable, stopped: AbortSignal): { readonly idle: () => Promise<void> } {
  let current: Service | null = null;
  let working: Promise<void> = Promise.resolve();
  channel.listen((message) => {
    if (message.type !== 'order') {
      current?.told(message);
      return;
    }
    const service = new Service(channel, message.order, stopped);
    current = service;
    working = service.carryOut(find).then(
      () => channel.send({ type: 'done', problem: null }),
      (thrown: unknown) => channel.send({ type: 'done', problem: toWire(thrown) }),
    );
  });
  return { idle: async () => await working };
}

/** One order while it is carried out. */
class Service {
  readonly #stop = new AbortController();
  #finished = false;
  /** Who waits for an answer to `want`, in the order of asking. */
  readonly #asking: ((grant: Extract<ToWorker, { type: 'grant' }>) => void)[] = [];

  constructor(
    private readonly channel: WorkerChannel,
    private readonly order: WorkOrder,
    private readonly stopped: AbortSignal,
  ) {}

  told(message: Exclude<ToWorker, { type: 'order' }>): void {
    if (message.type === 'grant') this.#asking.shift()?.(message);
    else if (message.type === 'finish') this.#finished = true;
    else this.#stop.abort(fromWire(message.reason));
  }

  async carryOut(find: FindTable): Promise<void> {
    const { order } = this;
    Object.assign(config.jobs, order.settings);
    const binding = bindingOf(find(order.schema, order.label));
    const { connection } = await binding.ready();
    if (connection.id !== order.database) {
      throw new DataJointError('usage', `${binding.label} is in ${connection.id} here, but in ${order.database} for the program that populates it: let the file that declares ${binding.label} connect, not the one that populates.`);
    }
    const signal = AbortSignal.any([this.#stop.signal, this.stopped]);
    const supply = await this.#supply(binding, find(order.schema, order.label));
    try {
      const place = await workplace(binding, { makeKwargs: order.makeKwargs, reserved: order.keys.from !== 'populate', signal });
      await announced(connection, `populate ${order.schema}.${order.label}`, () =>
        runAll({
          place,
          supply,
          concurrency: order.concurrency,
          suppressErrors: order.suppressErrors,
          isOver: () => this.#finished,
          onBegin: ({ key, reservation }) => this.channel.send({ type: 'begin', key, ...(reservation === undefined ? {} : { reservation }) }),
          onEnd: ({ key }, outcome) => this.channel.send({ type: 'end', key, outcome: wireOutcome(outcome) }),
        }),
      );
    } finally {
      await supply.giveBack();
    }
  }

  async #supply(binding: TableBinding, table: Populatable): Promise<Supply> {
    const { keys, concurrency } = this.order;
    const batch = new BatchSize(concurrency);
    if (keys.from === 'populate') return await this.#handedOut(binding, batch);
    const { connection } = await binding.ready();
    const common = { total: 0, budget: this.#budget(), worker: await thisWorker(connection, config.jobs), batch };
    if (keys.from === 'schema') {
      // Each begins elsewhere, so that they do not all claim the same keys.
      const waiting = rotated(keys.waiting, (this.order.worker - 1) / this.order.workers);
      return await schemaWideSupply(await declaredSchemaJobs(connection, this.order.schema), binding, waiting, common);
    }
    const { among, priority } = keys;
    return reservedSupply(await table.jobs.table(), { ...common, among, priority, keepCompleted: config.jobs.keepCompleted });
  }

  #budget(): Budget {
    return {
      take: async (wanted) => (await this.#want(wanted)).count,
      giveBack: (count) => {
        if (count > 0) this.channel.send({ type: 'unused', count, keys: [] });
      },
    };
  }

  /** Keys that the populate hands out with each grant: what is granted is what is there. */
  async #handedOut(binding: TableBinding, batch: BatchSize): Promise<Supply> {
    const handed: Key[] = [];
    const budget = this.#budget();
    const take = async (wanted: number): Promise<number> => {
      const { keys } = await this.#want(wanted);
      handed.push(...keys);
      return keys.length;
    };
    const queue: Reserving<Key> = {
      ...(await withoutQueue(binding)),
      // Nobody has asked for them since the populate listed them all.
      reserve: (count) => Promise.resolve({ taken: handed.splice(0, count), made: new Set<Key>(), askedAt: -Infinity }),
      release: async (keys) => {
        if (keys.length > 0) this.channel.send({ type: 'unused', count: 0, keys });
      },
    };
    return batchedSupply(queue, { budget: { ...budget, take }, total: 0, batch });
  }

  async #want(count: number): Promise<Extract<ToWorker, { type: 'grant' }>> {
    const { promise, resolve } = Promise.withResolvers<Extract<ToWorker, { type: 'grant' }>>();
    this.#asking.push(resolve);
    this.channel.send({ type: 'want', count });
    return await promise;
  }
}

function wireOutcome(outcome: Outcome): WireOutcome {
  return outcome.type === 'error' ? { ...outcome, thrown: toWire(outcome.thrown) } : outcome;
}
