import { formatKey, type JobStatus, type JobSummary, type Overview, type TableSummary } from '../../engine';
import { usageError } from '../arguments';
import type { Command } from '../command';
import { browse } from '../database';
import { exitCodes } from '../exitCodes';
import { didYouMean } from '../suggest';
import { findTable } from '../tableArgument';
import { fit, oneLine, type Terminal } from '../terminal';
import { jsonText, plural, span } from '../words';

const statuses: readonly JobStatus[] = ['pending', 'reserved', 'error', 'ignore', 'success'];
/** More than this nobody reads; scripts get all. */
const mostShown = 100;
const pageSize = 500;

export const jobs: Command = {
  name: 'jobs',
  operands: 'TABLE',
  summary: 'show the job queue of TABLE',
  details: `Counts the jobs by status; with --status, lists those. The queue exists from the first
djw populate TABLE --reserve-jobs (or djw refresh TABLE) on.`,
  options: {
    status: { value: 'STATUS', help: `one of ${statuses.join(', ')}` },
    json: { help: 'print the counts, or with --status the jobs, as JSON' },
  },
  minOperands: 1,
  maxOperands: 1,
  async run(args, context) {
    const status = readStatus(args.value('status'));
    await browse(context, async (overview) => {
      const table = await findTable(args.positionals[0] ?? '', overview);
      if (overview === null) return;
      if (status !== null) await listJobs({ overview, table, status, json: args.has('json') }, context.terminal);
      else if (args.has('json')) context.terminal.line(jsonText(table.jobs));
      else showCounts(table, context.terminal);
    });
    return exitCodes.done;
  },
};

function readStatus(text: string | undefined): JobStatus | null {
  if (text === undefined) return null;
  const status = statuses.find((candidate) => candidate === text);
  if (status === undefined)
    throw usageError(`--status is one of ${statuses.join(', ')}, not "${text}".${didYouMean(text, statuses)}`);
  return status;
}

function showCounts({ className, jobs: counts }: TableSummary, terminal: Terminal): void {
  if (counts === null) {
    terminal.line(`${className} has no job queue yet: djw refresh ${className} makes one.`);
    return;
  }
  for (const status of statuses) {
    const count = String(counts[status]).padStart(6);
    terminal.line(`${status.padEnd(8)} ${status === 'error' && counts.error > 0 ? terminal.paint.red(count) : count}`);
  }
}

interface Listing {
  readonly overview: Overview;
  readonly table: TableSummary;
  readonly status: JobStatus;
  readonly json: boolean;
}

async function listJobs({ overview, table, status, json }: Listing, terminal: Terminal): Promise<void> {
  if (json) {
    const all: JobSummary[] = [];
    for (;;) {
      const page = await overview.jobs(table.name, status, { limit: pageSize, offset: all.length });
      all.push(...page.jobs);
      if (page.jobs.length === 0 || all.length >= page.total) break;
    }
    terminal.line(jsonText(all));
    return;
  }
  const { jobs: shown, total } = await overview.jobs(table.name, status, { limit: mostShown, offset: 0 });
  if (total === 0) terminal.line(`${table.className} has no jobs with status ${status}.`);
  for (const job of shown) terminal.line(jobLine(job, terminal));
  if (total > shown.length)
    terminal.line(terminal.paint.dim(`… and ${plural(total - shown.length, 'more job')}; --json lists all.`));
}

/** The key, then what matters for the status. */
function jobLine(job: JobSummary, terminal: Terminal): string {
  const key = oneLine(formatKey(job.key));
  const detail = oneLine(detailOf(job));
  return detail === '' ? key : `${key}   ${fit(detail, Math.max(24, terminal.columns - key.length - 4))}`;
}

function detailOf({ status, message, worker, reservedAt, scheduledAt, duration }: JobSummary): string {
  const now = Date.now();
  switch (status) {
    case 'error':
      return message;
    case 'reserved': {
      const since = reservedAt === null ? '' : ` for ${span((now - reservedAt) / 1000)}`;
      return worker === null ? '' : `by ${worker.host}:${worker.pid}${since}`;
    }
    case 'pending':
      return scheduledAt !== null && scheduledAt > now ? `in ${span((scheduledAt - now) / 1000)}` : '';
    case 'success':
      return duration === null ? '' : `took ${duration.toFixed(1)} s`;
    case 'ignore':
      return '';
  }
}
