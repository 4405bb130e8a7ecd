import type { WorkerSummary } from '../../engine';
import { confirm, offer } from '../host';
import type { DatabaseConnection } from '../connections';
import { shortKeyLabel } from '../keys';
import { workerLabel } from '../tree';
import { plural } from '../words';

/** Ends a worker of this machine, after a confirmation. */
export async function stopWorker(connection: DatabaseConnection, worker: WorkerSummary): Promise<void> {
  const { overview } = await connection.opened();
  const name = workerLabel({ worker });
  const held = worker.jobs.map((job) => `${overview.named(job.table).className} · ${shortKeyLabel(job.key)}`);
  const detail = `It holds ${held[0] ?? 'no job'}${held.length > 1 ? ` and ${plural(held.length - 1, 'more job')}` : ''}. The key that it makes becomes an error; jobs that it has not begun go back to the queue.`;
  if (!(await confirm(`Stop worker ${name}?`, detail, 'Stop'))) return;
  await overview.stopWorker(worker);
  await connection.refresh();
  await offer('info', `Worker ${name} has ended.`, []);
}

/** Puts the jobs of a worker back into the queue; where it is not proved dead, a person decides. */
export async function freeJobs(connection: DatabaseConnection, worker: WorkerSummary): Promise<void> {
  const { overview } = await connection.opened();
  const { verdict, reason } = worker.liveness;
  if (verdict === 'unknown') {
    const message = `Free ${plural(worker.jobs.length, 'job')} of worker ${workerLabel({ worker })}?`;
    const detail = `${reason}\n\nIf it still runs, the same key may be computed twice; what it computes is then refused.`;
    if (!(await confirm(message, detail, 'Free'))) return;
  }
  const freed = await overview.freeJobs(worker);
  await connection.refresh();
  await offer('info', freed === 0 ? 'There was nothing to be freed any more.' : `${plural(freed, 'job')} back in the queue.`, []);
}
