/** Job queues are queries over jobs; a job's own attributes are typed, its key is not. What stands above make() is typed. */
import type * as dj from 'datajoint-workbench';
import { Peaks, Session, Subject } from './pipeline';
import { is } from './same';

export async function jobs(): Promise<void> {
  is<'pending' | 'reserved' | 'success' | 'error' | 'ignore'>()(await Peaks.jobs.fetch1('status'));
  is<[dj.Key[], string[]]>()(await Peaks.jobs.errors.fetch('KEY', 'error_message'));
  is<(number | null)[]>()(await Peaks.jobs.completed.fetch('duration'));
  is<unknown>()(await Peaks.jobs.restrict("status = 'error'").fetch1('subject_id'));
  is<number>()((await Peaks.jobs.pending.proj('priority').fetch1()).priority);
}

export async function upstream(table: Peaks): Promise<void> {
  is<number>()(await table.upstream(Session).fetch1('gain'));
  is<('mouse' | 'rat')[]>()(await table.upstream(Subject).fetch('species'));
  // @ts-expect-error no attribute of Subject
  await table.upstream(Subject).fetch1('gain');
  is<unknown>()(await table.upstream('lab.Rig').fetch1('place'));
}

export async function populate(): Promise<void> {
  const { successCount, errorList } = await Peaks.populate(Session, 'gain > 3', { reserveJobs: true, processes: 2, concurrency: 3, priority: 1 });
  is<number>()(successCount);
  is<[dj.Key, unknown][]>()(errorList);
  is<number>()(await Peaks.jobs.setPriority(1, Session));
}
