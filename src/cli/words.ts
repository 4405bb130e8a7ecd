/** How `djw` writes keys, counts, times and places. */
import path from 'node:path';
import type { TableSummary, Waiting } from '../engine';
import { escapeInJson } from '../text';

/** JSON for scripts, fit for a terminal: integers beyond 2^53 as text, bytes as `0x…`. */
export function jsonText(value: unknown): string {
  const json = JSON.stringify(value, (_name, inner: unknown) => {
    if (typeof inner === 'bigint') return Number.isSafeInteger(Number(inner)) ? Number(inner) : inner.toString();
    return inner instanceof Uint8Array ? `0x${Buffer.from(inner).toString('hex')}` : inner;
  });
  return escapeInJson(json);
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `21/24`, `5 of more than 1000000`, `5 done` where the total is not known; of a table that is not computed `24 rows`. */
export function stateText({ rows, progress, problem }: TableSummary): string {
  if (progress === null && rows !== null) return plural(rows, 'row');
  if (progress === null) return problem === null ? 'not counted' : 'cannot be read';
  const { done, total, moreThan, atMost } = progress;
  if (total !== null) return `${done}/${total}`;
  if (atMost !== null) return `${done} of ≤ ${atMost}`;
  return moreThan === null ? `${done} done` : `${done} of more than ${moreThan}`;
}

/** `2026-11-22 10:15:02`, in local time. */
export function stamp(time: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${date} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')}`;
}

/** `0:04`, `1:02:03`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** `3 keys wait until 14:05 (clock of the database)`; on another day with its date. */
export function waitingText(waiting: readonly Waiting[], now = new Date()): string {
  const count = waiting.reduce((sum, each) => sum + each.count, 0);
  const until = new Date(Math.min(...waiting.map((each) => each.until.getTime())));
  const [day = '', time = ''] = stamp(until).split(' ');
  const shown = until.toDateString() === now.toDateString() ? time.slice(0, 5) : `${day} ${time.slice(0, 5)}`;
  return `${plural(count, 'key')} ${count === 1 ? 'waits' : 'wait'} until ${shown} (clock of the database)`;
}

/** `12 s`, `4 min`, `3 h`, `2 d`. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h`;
  return `${Math.floor(whole / 86_400)} d`;
}

/** A file as a person at `cwd` would name it. */
export function fileText(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}
