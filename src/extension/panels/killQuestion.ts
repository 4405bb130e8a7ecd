/** The question before a kill: which sessions die, and what becomes of the jobs that they hold. Pure. */
import type { SessionRow } from '../../protocol';
import { plural } from '../words';

export interface KillQuestion {
  readonly message: string;
  readonly detail: string;
  readonly button: string;
}

/** More sessions than this are counted rather than listed. */
const listed = 8;

/** @param all every session that is listed: some of them may wait for those that die */
export function killQuestion(rows: readonly SessionRow[], all: readonly SessionRow[]): KillQuestion {
  const [only] = rows;
  const jobs = rows.flatMap((row) => row.running);
  const message =
    rows.length === 1 && only !== undefined ? `Kill session ${sessionLabel(only)}?` : `Kill ${plural(rows.length, 'session')}?`;
  const lines: string[] = [];
  if (rows.length > 1) {
    lines.push(...rows.slice(0, listed).map(sessionLabel));
    if (rows.length > listed) lines.push(`and ${rows.length - listed} more`);
  }
  if (jobs.length > 0) {
    lines.push(`Running: ${jobs.slice(0, listed).join('; ')}${jobs.length > listed ? `; and ${jobs.length - listed} more` : ''}.`);
    lines.push(`${jobs.length === 1 ? 'The job goes back to the queue or becomes an error' : 'The jobs go back to the queue or become errors'}; nothing half-made is kept.`);
  } else {
    lines.push(`${rows.length === 1 ? 'It holds' : 'They hold'} no job.`);
  }
  const waiting = all.filter(({ id, waitsFor }) => !rows.some((row) => row.id === id) && waitsFor.some((blocker) => rows.some((row) => row.id === blocker)));
  if (waiting.length > 0) {
    const ids = waiting.slice(0, listed).map(({ id }) => String(id)).join(', ');
    lines.push(`${waiting.length === 1 ? `Session ${ids} waits` : `Sessions ${ids}${waiting.length > listed ? ' and others' : ''} wait`} for ${rows.length === 1 ? 'it' : 'them'}.`);
  }
  return { message, detail: lines.join('\n'), button: rows.length === 1 ? 'Kill' : `Kill ${rows.length}` };
}

/** `33 (chris from localhost, pid 4312)`. */
function sessionLabel(row: SessionRow): string {
  const pid = row.pid === null ? '' : `, pid ${row.pid}`;
  return `${row.id} (${row.user} from ${row.host}${pid})`;
}
