import { formatKey, type ListedSession, type SessionList } from '../engine';
import { plainLine } from '../text';
import { fit, type Terminal } from './terminal';
import { plural } from './words';

const header = ['ID', 'USER', 'HOST', 'DB', 'COMMAND', 'TIME', 'STATE', 'INFO'] as const;
/** No column but the last is wider. */
const widest = 32;
/** More jobs of one session than this are counted rather than listed. */
const mostJobs = 5;
const LOCK_PRIVILEGES = 'this account needs the privilege PROCESS, and on MySQL SELECT on performance_schema';

/** Sessions as a table, each with the jobs that it holds and the sessions that it waits for on lines of their own. */
export function showSessions({ sessions, complete, lockWaitsKnown }: SessionList, terminal: Terminal): void {
  const rows = sessions.map(cells);
  const widths = header.map((name, i) => Math.min(widest, Math.max(name.length, ...rows.map((row) => (row[i] ?? '').length))));
  const line = (row: readonly string[]): string => {
    const padded = row.map((cell, i) => (i === 0 || i === 5 ? cell.padStart(widths[i] ?? 0) : i === 7 ? cell : fit(cell, widths[i] ?? 0).padEnd(widths[i] ?? 0)));
    return fit(padded.join('  ').trimEnd(), terminal.columns);
  };
  if (sessions.length === 0) terminal.line('No sessions.');
  else terminal.line(terminal.paint.bold(line(header)));
  sessions.forEach((session, i) => {
    terminal.line(line(rows[i] ?? []));
    for (const note of notes(session)) terminal.line(terminal.paint.dim(fit(`${' '.repeat(widths[0] ?? 0)}  └ ${plainLine(note)}`, terminal.columns)));
  });
  if (!lockWaitsKnown) terminal.complain(`Who waits for a lock is not known here: ${LOCK_PRIVILEGES}.`);
  if (!complete) terminal.complain('Only the sessions of this account are listed: it lacks the privilege PROCESS.');
}

function cells({ id, user, host, db, command, time, state, info }: ListedSession): string[] {
  return [String(id), user, host, db ?? '', command, String(time), state ?? '', info ?? ''].map(plainLine);
}

function notes({ jobs, waitsFor }: ListedSession): string[] {
  const held = jobs.slice(0, mostJobs).map(({ table, className, key }) => `runs ${table.schema}.${className}: ${formatKey(key)}`);
  const more = jobs.length > mostJobs ? [`and ${plural(jobs.length - mostJobs, 'more job')}`] : [];
  return [...held, ...more, ...waitsFor.map((id) => `waits for a lock that session ${id} holds`)];
}
