import type { Key } from '../../algebra';
import type { SchemaTicket, Ticket } from '../../jobs';
import { keyId } from '../made';
import type { FromWorker, WireOutcome, WorkerProcess, WorkOrder } from './protocol';
import type { WireThrown } from './wireThrown';

/** A key that a worker is making. */
export interface OpenJob {
  readonly key: Key;
  readonly reservation: Ticket | SchemaTicket | null;
  /** `performance.now()` */
  readonly began: number;
}

/** How an order ended: `problem` is what went wrong beside the makes, `died` how the process ended before it was through. */
export type OrderEnd =
  | { readonly died: null; readonly problem: WireThrown | null }
  | { readonly died: string };

export interface MemberEvents {
  want(count: number): Promise<{ count: number; keys: readonly Key[] }>;
  unused(count: number, keys: readonly Key[]): void;
  end(job: OpenJob, outcome: WireOutcome): void;
}

/** One worker process while it carries out an order. */
export class Member {
  readonly ended: Promise<OrderEnd>;
  readonly pid: number;
  /** True once it has begun a key. */
  hasWorked = false;
  readonly #open = new Map<string, OpenJob>();
  /** What it was granted and has not begun. */
  #granted = 0;
  readonly #handed = new Map<string, Key>();
  #end: (end: OrderEnd) => void = () => undefined;

  constructor(
    private readonly process: WorkerProcess,
    order: WorkOrder,
    private readonly events: MemberEvents,
  ) {
    this.pid = process.pid;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    process.listen((message) => this.#hear(message));
    void process.ended.then((how) => this.#end({ died: how }));
    process.send({ type: 'order', order });
  }

  get open(): OpenJob[] {
    return [...this.#open.values()];
  }

  /** What must be given back when it dies. */
  get unbegun(): { count: number; keys: Key[] } {
    return { count: this.#granted, keys: [...this.#handed.values()] };
  }

  finish(): void {
    this.process.send({ type: 'finish' });
  }

  stop(reason: WireThrown): void {
    this.process.send({ type: 'stop', reason });
  }

  kill(): void {
    this.process.kill();
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case 'want':
        void this.events.want(message.count).then(({ count, keys }) => {
          this.#granted += count;
          for (const key of keys) this.#handed.set(keyId(key), key);
          this.process.send({ type: 'grant', count, keys });
        });
        break;
      case 'unused':
        this.#granted -= message.count;
        for (const key of message.keys) this.#handed.delete(keyId(key));
        this.events.unused(message.count, message.keys);
        break;
      case 'begin':
        this.hasWorked = true;
        this.#granted -= 1;
        this.#handed.delete(keyId(message.key));
        this.#open.set(keyId(message.key), { key: message.key, reservation: message.reservation ?? null, began: performance.now() });
        break;
      case 'end': {
        const job = this.#open.get(keyId(message.key));
        this.#open.delete(keyId(message.key));
        if (job !== undefined) this.events.end(job, message.outcome);
        break;
      }
      case 'done':
        this.process.listen(null);
        this.process.release();
        this.#end({ died: null, problem: message.problem });
    }
  }
}
