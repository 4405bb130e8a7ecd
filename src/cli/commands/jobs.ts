import { formatKey, type JobStatus, type JobSummary, type Liveness, type NamedTable, type Overview, type TableSummary } from '../../engine';
import { integer, usageError } from '../arguments';
import { plainLine } from '../../text';
import type { Arguments, Command, Context } from '../command';
import { browse } from '../database';
import { exitCodes } from '../exitCodes';
import { populatedTable } from '../populatedTable';
import { conditionsOf } from '../restriction';
import { didYouMean } from '../suggest';
import { findTable } from '../tableArgument';
import { complainOf, fit, type Terminal } from '../terminal';
import { jsonText, plural, span } from '../words';

const statuses: readonly JobStatus[] = ['pending', 'reserved', 'error', 'ignore', 'success'];
/** More than this nobody reads; scripts get all. */
const mostShown = 100;
const pageSize = 500;

export const jobs: Command = {
  name: 'jobs',
  operands: 'TABLE [RESTRICTION…]',
  summary: 'show the job queue of TABLE, or give jobs another priority',
  details: `Counts the jobs by status and tells who holds the reserved ones, and whether they live;
with --status, lists the jobs. The queue exists from the first djw populate TABLE
--reserve-jobs (or djw refresh TABLE) on.

--set-priority changes the jobs that wait, failed or are set aside, or those of them that
meet every RESTRICTION (see djw populate --help). Lower runs sooner; 5 is usual.`,
  options: {
    status: { value: 'STATUS', help: `one of ${statuses.join(', ')}`, without: '--set-priority' },
    'set-priority': { value: 'N', help: 'give jobs this priority, from -128 (soonest) to 127' },
    pipeline: { value: 'FILE', help: 'with --set-priority: the file that declares TABLE', with: '--set-priority' },
    json: { help: 'print the counts, or with --status the jobs, as JSON' },
  },
  minOperands: 1,
  maxOperands: Infinity,
  async run(args, context) {
    const [typed = '', ...restrictions] = args.positionals;
    const status = readStatus(args.value('status'));
    const priority = integer(args, 'set-priority');
    if (priority !== undefined) return await setPriority(typed, restrictions, priority, args, context);
    if (restrictions.length > 0) throw usageError(`A restriction goes with --set-priority: djw jobs ${typed} shows all jobs.`);
    await browse(context, async (overview) => {
      const named = await findTable(typed, overview);
      if (overview === null) return;
      if (status !== null) {
        await listJobs({ overview, table: named, status, json: args.has('json') }, context.terminal);
        return;
      }
      const table = await overview.table(named.name);
      if (table === null) throw usageError(`${named.name.schema}.${named.name.table} is a view: only tables have jobs.`);
      if (args.has('json')) context.terminal.line(jsonText(table.jobs));
      else {
        showCounts(table, context.terminal);
        if ((table.jobs?.reserved ?? 0) > 0) await showWorkers(overview, table, context.terminal);
      }
      complainOf(table.problem === null ? [] : [table.problem], context.terminal);
    });
    return exitCodes.done;
  },
};

async function setPriority(typed: string, restrictions: readonly string[], priority: number, args: Arguments, context: Context): Promise<number> {
  if (args.has('json')) context.terminal.keepOutputClean();
  const { table, label } = await populatedTable(typed, args.value('pipeline'), context, 'djw jobs');
  const changed = await table.jobs.setPriority(priority, ...(await conditionsOf(restrictions, table, label)));
  if (args.has('json')) context.terminal.line(jsonText({ changed }));
  else context.terminal.line(`${label}: ${plural(changed, 'job')} now ${changed === 1 ? 'has' : 'have'} priority ${priority}.`);
  return exitCodes.done;
}

/** Who holds the reserved jobs, and whether they are still at work. */
async function showWorkers(overview: Overview, { name }: NamedTable, terminal: Terminal): Promise<void> {
  for (const { jobs: held, liveness, ...worker } of (await overview.workers()).workers) {
    const own = held.filter(({ table }) => table.schema === name.schema && table.table === name.table);
    const since = own[0]?.reservedAt ?? null;
    if (own.length > 0) terminal.line(`${plural(own.length, 'job')} reserved by ${who(worker, since)}   ${verdict(liveness, terminal)}`);
  }
}

function readStatus(text: string | undefined): JobStatus | null {
  if (text === undefined) return null;
  const status = statuses.find((candidate) => candidate === text);
  if (status === undefined)
    throw usageError(`--status is one of ${statuses.join(', ')}, not "${text}".${didYouMean(text, statuses)}`);
  return status;
}

function showCounts({ className, jobs: counts, problem }: TableSummary, terminal: Terminal): void {
  if (counts === null) {
    if (problem === null) terminal.line(`${className} has no job queue yet: djw refresh ${className} makes one.`);
    return;
  }
  for (const status of statuses) {
    const count = String(counts[status]).padStart(6);
    terminal.line(`${status.padEnd(8)} ${status === 'error' && counts.error > 0 ? terminal.paint.red(count) : count}`);
  }
}

interface Listing {
  readonly overview: Overview;
  readonly table: NamedTable;
  readonly status: JobStatus;
  readonly json: boolean;
}

async function listJobs({ overview, table, status, json }: Listing, terminal: Terminal): Promise<void> {
  if (json) {
    const all: object[] = [];
    for (;;) {
      const page = await overview.jobs(table.name, status, { limit: pageSize, offset: all.length });
      if (all.length === 0) complainOf(page.problems, terminal);
      const lives = await overview.liveness(page.jobs);
      all.push(...page.jobs.map((job, index) => (status === 'reserved' ? { ...job, liveness: lives[index] ?? null } : job)));
      if (page.jobs.length === 0 || all.length >= page.total) break;
    }
    terminal.line(jsonText(all));
    return;
  }
  const { jobs: shown, total, problems } = await overview.jobs(table.name, status, { limit: mostShown, offset: 0 });
  if (total === 0 && problems.length === 0) terminal.line(`${table.className} has no jobs with status ${status}.`);
  const lives = await overview.liveness(shown);
  for (const [index, job] of shown.entries()) terminal.line(jobLine(job, lives[index] ?? null, terminal));
  if (total > shown.length)
    terminal.line(terminal.paint.dim(`… and ${plural(total - shown.length, 'more job')}; --json lists all.`));
  complainOf(problems, terminal);
}

/** The key, then what matters for the status. */
function jobLine(job: JobSummary, liveness: Liveness | null, terminal: Terminal): string {
  const key = plainLine(formatKey(job.key));
  if (job.status === 'reserved') {
    const held = job.worker === null ? '' : `   by ${who(job.worker, job.reservedAt)}`;
    return `${key}${held}${liveness === null ? '' : `   ${verdict(liveness, terminal)}`}`;
  }
  const detail = plainLine(detailOf(job));
  return detail === '' ? key : `${key}   ${fit(detail, Math.max(24, terminal.columns - key.length - 4))}`;
}

/** `lab3:4711, session 17, for 3 min` */
function who({ host, pid, connectionId }: NonNullable<JobSummary['worker']>, since: number | null): string {
  const age = since === null ? '' : `, for ${span((Date.now() - since) / 1000)}`;
  return `${host}:${pid}, session ${connectionId}${age}`;
}

/** `alive: Process 4711 on lab3 (session 17) is running.` */
function verdict({ verdict: word, reason }: Liveness, { paint }: Terminal): string {
  return `${word === 'alive' ? word : paint.red(word)}: ${paint.dim(reason)}`;
}

function detailOf({ status, message, scheduledAt, duration }: JobSummary): string {
  const now = Date.now();
  switch (status) {
    case 'error':
      return message;
    case 'pending':
      return scheduledAt !== null && scheduledAt > now ? `in ${span((scheduledAt - now) / 1000)}` : '';
    case 'success':
      return duration === null ? '' : `took ${duration.toFixed(1)} s`;
    case 'reserved':
    case 'ignore':
      return '';
  }
}
