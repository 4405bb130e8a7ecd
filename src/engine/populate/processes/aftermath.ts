import { setTimeout as pause } from 'node:timers/promises';
import { type Key, Query } from '../../algebra';
import { fail, heldByProcess, type JobTable, recover, recoverSchemaJobs } from '../../jobs';
import type { TableBinding } from '../../tables';
import type { Plan } from '../plan';
import { retryHarmless } from '../retry';
import type { OpenJob } from './member';

/** How long the evidence of a process's death may take to be seen by the database. */
const EVIDENCE_MS = 3000;

/** What is to be done in the database about a worker process that died. */
export class Aftermath {
  readonly #queue: JobTable | null;

  constructor(
    private readonly binding: TableBinding,
    private readonly source: Plan['source'],
    private readonly keepCompleted: boolean,
  ) {
    this.#queue = source.from === 'queue' ? source.jobs : null;
  }

  /** Whether the worker had committed the key's result. */
  async isMade(key: Key): Promise<boolean> {
    const { connection } = await this.binding.ready();
    return await retryHarmless(connection, () => new Query({ op: 'table', source: this.binding }).restrict(key).exists());
  }

  /** Records an error on a job that the worker was making. */
  async fail({ reservation }: OpenJob, failure: { readonly message: string; readonly stack: string; readonly seconds: number }): Promise<void> {
    const queue = this.#queue;
    if (queue === null || reservation === null) return;
    const { message, stack, seconds } = failure;
    const job = { ...reservation, table: queue, done: false };
    await retryHarmless(queue.connection, async () => await fail(job, { message, stack, duration: seconds }));
  }

  /** Frees what the worker had reserved, once the database has noticed that it is gone. */
  async recover(pid: number): Promise<void> {
    const { source } = this;
    if (source.from === 'schema') {
      await pause(EVIDENCE_MS / 20);
      await retryHarmless(source.jobs.connection, () => recoverSchemaJobs(source.jobs));
    }
    const queue = this.#queue;
    if (queue === null) return;
    const { connection } = queue;
    const deadline = performance.now() + EVIDENCE_MS;
    for (;;) {
      await retryHarmless(connection, () => recover(queue, this.keepCompleted));
      const held = await retryHarmless(connection, () => heldByProcess(queue, pid));
      if (held === 0 || performance.now() > deadline) return;
      await pause(20);
    }
  }
}
