/** The words above a make() and on a line that failed. Pure. */
import type { TableSummary } from '../../engine';
import { keysText, plural } from '../words';

/** `3 pending · 1 running · 2 errors`, or `21/24` while nobody has a queue; empty when there is nothing to say. */
export function countsText(table: TableSummary | null): string {
  if (table === null) return '';
  const { jobs } = table;
  const done = keysText(table);
  if (jobs === null) return done;
  const notes = [
    done,
    jobs.pending > 0 ? `${jobs.pending} pending` : '',
    jobs.reserved > 0 ? `${jobs.reserved} running` : '',
    jobs.error > 0 ? plural(jobs.error, 'error') : '',
  ];
  return notes.filter((note) => note !== '').join(' · ');
}

/** `Trace: RangeError: gain is zero (3 keys)`. */
export function failureText(className: string, message: string, keys: number): string {
  const [first = ''] = message.split('\n', 1);
  return `${className}: ${first}${keys > 1 ? ` (${plural(keys, 'key')})` : ''}`;
}
