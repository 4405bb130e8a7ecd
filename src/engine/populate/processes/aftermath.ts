import { setTimeout as pause } from 'node:timers/promises';
import { type Key, Query } from '../../algebra';
import { retryHarmless } from '../../database';
import { fail, failInSchema, type Failure, heldByProcess, heldInSchemaByProcess, recover, recoverSchemaJobs } from '../../jobs';
import type { TableBinding } from '../../tables';
import type { Plan } from '../plan';
import type { OpenJob } from './member';

/** How long the evidence of a process's death may take to be seen by the database. */
const EVIDENCE_MS = 10_000;

/** What is to be done in the database about a worker process that died. */
export class Aftermath {
  constructor(
    private readonly binding: TableBinding,
    private readonly source: Plan['source'],
    private readonly keepCompleted: boolean,
  ) {}

  /** Whether the worker had committed the key's result. */
  async isMade(key: Key): Promise<boolean> {
    const { connection } = await this.binding.ready();
    return await retryHarmless(connection, () => new Query({ op: 'table', source: this.binding }).restrict(key).exists());
  }

  /** Records an error on a job that the worker was making. */
  async fail({ reservation }: OpenJob, failure: Failure): Promise<void> {
    const { source } = this;
    if (reservation === null || source.from === 'keys') return;
    const { connection } = source.jobs;
    if (source.from === 'schema' && 'mark' in reservation) {
      await retryHarmless(connection, () => failInSchema({ ...reservation, table: source.jobs }, failure));
    } else if (source.from === 'queue' && 'reservedTime' in reservation) {
      await retryHarmless(connection, () => fail({ ...reservation, table: source.jobs, done: false }, failure));
    }
  }

  /** Frees what the worker had reserved, once the database has noticed that it is gone. */
  async recover(pid: number): Promise<void> {
    const { source } = this;
    if (source.from === 'keys') return;
    const free = () => (source.from === 'schema' ? recoverSchemaJobs(source.jobs) : recover(source.jobs, this.keepCompleted));
    const held = () => (source.from === 'schema' ? heldInSchemaByProcess(source.jobs, pid) : heldByProcess(source.jobs, pid));
    const deadline = performance.now() + EVIDENCE_MS;
    for (;;) {
      await retryHarmless(source.jobs.connection, free);
      if ((await retryHarmless(source.jobs.connection, held)) === 0 || performance.now() > deadline) return;
      await pause(20);
    }
  }
}
