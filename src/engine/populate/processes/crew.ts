import { setTimeout as pause } from 'node:timers/promises';
import type { Key } from '../../algebra';
import { DataJointError, messageOf } from '../../errors';
import type { Outcome } from '../attempt';
import type { Budget } from '../budget';
import { failureMessage } from '../failure';
import { recordFailure } from '../recordFailure';
import type { Tally } from '../tally';
import { keyId } from '../made';
import { type OpenJob, Member } from './member';
import type { WireOutcome, WorkerLauncher, WorkOrder } from './protocol';
import type { Aftermath } from './aftermath';
import { fromWire, toWire } from './wireThrown';

export interface CrewOptions {
  readonly launch: WorkerLauncher;
  /** How many processes. */
  readonly size: number;
  readonly order: Omit<WorkOrder, 'worker'>;
  /** The keys to hand out; empty where workers reserve from the queue. */
  readonly keys: readonly Key[];
  readonly budget: Budget;
  readonly aftermath: Aftermath;
  readonly tally: Tally;
  readonly signal: AbortSignal | null;
  /** True when no further key is to be begun. */
  readonly isOver: () => boolean;
}

/** How long workers that were told to stop may take before they are killed: the prompt should be back within a second. */
const PATIENCE_MS = 600;
/** A key whose worker died this often is to blame for it. */
const MOST_DEATHS = 2;

/**
 * The worker processes of one populate. Each has its own session and makes one key after the other; what they share is
 * here: the keys to hand out, how many may be made, and the count of what became of them. A worker that dies is
 * replaced, and its key is made again once.
 */
export class Crew {
  readonly #members = new Set<Member>();
  readonly #keys: Key[];
  readonly #deaths = new Map<string, number>();
  #failure: { readonly thrown: unknown } | null = null;
  /** Why processes could not work: of no consequence as long as another was there until no key was left. */
  readonly #problems: unknown[] = [];
  #isThrough = false;
  #stopped = false;

  constructor(private readonly options: CrewOptions) {
    this.#keys = [...options.keys];
  }

  /** @throws the first error that was not suppressed, and the reason for which the work was stopped */
  async work(): Promise<void> {
    const { signal, size } = this.options;
    const stop = () => this.#stop();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      if (signal?.aborted === true) this.#stop();
      await Promise.all(Array.from({ length: size }, (_, index) => this.#place(index + 1)));
      signal?.throwIfAborted();
      if (this.#failure !== null) throw this.#failure.thrown;
      if (this.#problems.length > 0 && !this.#isThrough) throw this.#problems[0];
      for (const problem of this.#problems) process.emitWarning(`${messageOf(problem)} The others did its work.`, 'DataJointWarning');
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** One worker's place: a process that dies in it is replaced while there is work. */
  async #place(worker: number): Promise<void> {
    while (!this.#isOver()) {
      const member = await this.#hire(worker);
      if (member === null) return;
      this.#members.add(member);
      const end = await member.ended;
      this.#members.delete(member);
      if (end.died === null) {
        if (end.problem === null) this.#isThrough = true;
        else if (end.problem.kind !== 'interruption') this.#problems.push(fromWire(end.problem));
        return;
      }
      await this.#bury(member, worker, end.died);
      if (!member.hasWorked) {
        this.#problems.push(new DataJointError('pipeline', `Worker process ${String(worker)} ended before it could begin (${end.died}).`));
        return;
      }
    }
  }

  async #hire(worker: number): Promise<Member | null> {
    const { launch, order } = this.options;
    try {
      const process = await launch(order, worker);
      if (this.#isOver()) {
        process.release();
        return null;
      }
      return new Member(process, { ...order, worker }, {
        want: (count) => this.#grant(count),
        unused: (count, keys) => this.#takeBack(count, keys),
        end: (job, outcome) => this.#count(job, outcome, worker),
      });
    } catch (thrown) {
      this.#problems.push(thrown);
      return null;
    }
  }

  async #grant(count: number): Promise<{ count: number; keys: readonly Key[] }> {
    if (this.#isOver()) return { count: 0, keys: [] };
    const granted = await this.options.budget.take(count);
    if (!this.#handsOut) return { count: granted, keys: [] };
    const keys = this.#keys.splice(0, granted);
    this.options.budget.giveBack(granted - keys.length);
    return { count: keys.length, keys };
  }

  #takeBack(count: number, keys: readonly Key[]): void {
    this.options.budget.giveBack(count);
    this.#keys.unshift(...keys);
  }

  #count(job: OpenJob, outcome: WireOutcome, worker: number): void {
    const known: Outcome = outcome.type === 'error' ? { ...outcome, thrown: fromWire(outcome.thrown) } : outcome;
    this.options.tally.ended(job.key, known, worker);
    if (known.type === 'error' && !known.lost && !this.options.order.suppressErrors) this.#fail(known.thrown);
  }

  /** What a worker that died leaves: keys that it was making, which it may have finished, and others that it had taken. */
  async #bury(member: Member, worker: number, how: string): Promise<void> {
    const { aftermath } = this.options;
    this.#takeBack(member.unbegun.count, member.unbegun.keys);
    for (const job of member.open) {
      const deaths = (this.#deaths.get(keyId(job.key)) ?? 0) + 1;
      this.#deaths.set(keyId(job.key), deaths);
      const seconds = (performance.now() - job.began) / 1000;
      if (await aftermath.isMade(job.key)) {
        this.#count(job, { type: 'done', seconds }, worker);
      } else if (this.#stopped || deaths >= MOST_DEATHS) {
        const reason: unknown = this.#stopped ? this.options.signal?.reason : diedMaking(this.options.order.label, how);
        const failure = { message: failureMessage(reason), stack: '', duration: seconds };
        const { message, stack } = await recordFailure(failure, (told) => aftermath.fail(job, told));
        this.#count(job, { type: 'error', seconds, message, stack, lost: false, thrown: toWire(reason) }, worker);
      } else {
        this.#takeBack(1, this.#handsOut ? [job.key] : []);
      }
    }
    await aftermath.recover(member.pid);
  }

  /** True where the keys come from here, and not from a queue. */
  get #handsOut(): boolean {
    return this.options.order.keys.from === 'populate';
  }

  #isOver(): boolean {
    return this.#failure !== null || this.#stopped || this.options.isOver();
  }

  #fail(thrown: unknown): void {
    this.#failure ??= { thrown };
    for (const member of this.#members) member.finish();
  }

  #stop(): void {
    this.#stopped = true;
    const reason = toWire(this.options.signal?.reason);
    for (const member of this.#members) member.stop(reason);
    void pause(PATIENCE_MS, undefined, { ref: false }).then(() => {
      for (const member of this.#members) member.kill();
    });
  }
}

const diedMaking = (label: string, how: string): DataJointError =>
  new DataJointError('not_allowed', `Twice a worker process ended (${how}) while it ran make() of ${label} for this key.`);
