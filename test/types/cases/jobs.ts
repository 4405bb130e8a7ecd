/** Job queues are queries over jobs; a job's own attributes are typed, its key is not. */
import type * as dj from 'datajoint-workbench';
import { Peaks } from './pipeline';
import { is } from './same';

export async function jobs(): Promise<void> {
  is<'pending' | 'reserved' | 'success' | 'error' | 'ignore'>()(await Peaks.jobs.fetch1('status'));
  is<[dj.Key[], string[]]>()(await Peaks.jobs.errors.fetch('KEY', 'error_message'));
  is<(number | null)[]>()(await Peaks.jobs.completed.fetch('duration'));
  is<unknown>()(await Peaks.jobs.restrict("status = 'error'").fetch1('subject_id'));
  is<number>()((await Peaks.jobs.pending.proj('priority').fetch1()).priority);
}
