/** The words of the trees. Pure: summaries in, text out. */
import type { JobStatus, JobSummary, NamedTable, TableSummary, WorkerSummary } from '../../engine';
import { duration } from '../../protocol';
import { shortKeyLabel } from '../keys';
import { clock, keysText, percent, plural, problemOf } from '../words';

/** Order of the groups under a table: what needs a person first. */
export const statusOrder: readonly JobStatus[] = ['error', 'reserved', 'pending', 'ignore', 'success'];

export const statusLabel: Readonly<Record<JobStatus, string>> = {
  error: 'Error',
  reserved: 'Reserved',
  pending: 'Pending',
  ignore: 'Ignored',
  success: 'Completed',
};

/** `21/24 · 1 running · 3 errors`, or `24 rows`; what is wrong comes last. */
export function tableDescription(table: TableSummary): string {
  return [table.progress === null ? rowsText(table) : keysText(table), ...jobNotes(table), generation(table), problemOf(table)].filter((note) => note !== '').join(' · ');
}

function rowsText({ rows, problem }: TableSummary): string {
  if (rows !== null) return plural(rows, 'row');
  return problem === null ? 'not counted' : '';
}

/** `~jobs` for what is in the schema-wide queue of earlier generations. */
const generation = ({ layout }: Pick<TableSummary, 'layout'>): string => (layout === 'schema' ? '~jobs' : '');

function jobNotes(table: TableSummary): string[] {
  if (table.jobs === null) return [];
  const notes: string[] = [];
  if (table.jobs.reserved > 0) notes.push(`${table.jobs.reserved} running`);
  if (table.jobs.error > 0) notes.push(plural(table.jobs.error, 'error'));
  return notes;
}

/** `75 % · 3 errors · 1 problem` over all tables whose keys are counted; empty when none is. */
export function schemaDescription(tables: readonly TableSummary[]): string {
  let [done, total] = [0, 0];
  for (const { progress } of tables) {
    if (progress === null || progress.total === null) continue;
    done += progress.done;
    total += progress.total;
  }
  const errors = tables.reduce((sum, table) => sum + (table.jobs?.error ?? 0), 0);
  const problems = tables.filter((table) => problemOf(table) !== '').length;
  const notes = [percent(done, total), errors > 0 ? plural(errors, 'error') : '', problems > 0 ? plural(problems, 'problem') : ''];
  return notes.filter((note) => note !== '').join(' · ');
}

/** What stands beside a job's key: the message, the worker, or when it is due. */
export function jobDescription(job: JobSummary, now: number): string {
  return [statusNote(job, now), generation(job)].filter((note) => note !== '').join(' · ');
}

function statusNote(job: JobSummary, now: number): string {
  switch (job.status) {
    case 'error':
      return firstLine(job.message);
    case 'reserved':
      return [workerLabel(job), job.reservedAt === null ? '' : `since ${clock(job.reservedAt, now)}`]
        .filter((note) => note !== '')
        .join(' · ');
    case 'pending':
      return job.scheduledAt !== null && job.scheduledAt > now
        ? `at ${clock(job.scheduledAt, now)}`
        : '';
    case 'success':
      return [job.duration === null ? '' : seconds(job.duration), job.completedAt === null ? '' : clock(job.completedAt, now)]
        .filter((note) => note !== '')
        .join(' · ');
    case 'ignore':
      return firstLine(job.message);
  }
}

/** `vm:4312`. */
export function workerLabel({ worker }: Pick<JobSummary, 'worker'>): string {
  return worker === null ? '' : `${worker.host}:${worker.pid}`;
}

/** `Trace · subject "c3", session 4 and 2 more · since 23:31 · alive`; what is not well comes first. */
export function workerDescription(worker: WorkerSummary, table: NamedTable | undefined, now: number): string {
  const [first] = worker.jobs;
  const others = worker.jobs.length > 1 ? ` and ${(worker.jobs.length - 1).toLocaleString('en-US')} more` : '';
  const job = first === undefined ? '' : `${shortKeyLabel(first.key)}${others}`;
  const since = worker.since === null ? '' : `since ${clock(worker.since, now)}`;
  const { verdict } = worker.liveness;
  const notes = [table?.className ?? '', job, since];
  return (verdict === 'alive' ? [...notes, verdict] : [verdict, ...notes]).filter((note) => note !== '').join(' · ');
}

/** A duration with one digit below ten seconds: `0.3 s`; short ones in milliseconds. */
export function seconds(value: number): string {
  if (value < 0.1) return `${Math.max(1, Math.round(value * 1000))} ms`;
  return value < 10 ? `${value.toFixed(1)} s` : duration(value);
}

export function firstLine(message: string): string {
  const end = message.indexOf('\n');
  return (end === -1 ? message : message.slice(0, end)).trim();
}

const shortest = 8;
const longest = 100;
/** Two messages that begin alike for so long are of one kind. */
const mostCompared = 1000;

/**
 * What errors with different keys have in common: the first line up to the first value in it (a number, a quoted text,
 * a bracket), with `…` for the rest.
 */
export function messageKind(message: string): string {
  const line = firstLine(message).slice(0, mostCompared);
  const value = /["'`{[(]|(?<![\w.])-?\d/.exec(line);
  const cut = value === null || value.index < shortest ? longest : Math.min(value.index, longest);
  return line.length <= cut ? line : `${line.slice(0, cut).trimEnd()} …`;
}

/** Groups in the order of their first member. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
