import { formatKey, type JobPage, type JobSummary, type Overview, type TableName } from '../../engine';
import type { Command, Context } from '../command';
import { browse } from '../database';
import { exitCodes } from '../exitCodes';
import { placeText } from '../ownCode';
import { findTable } from '../tableArgument';
import { complainOf } from '../terminal';
import { jsonText, plural, span } from '../words';

/** More than this nobody reads; scripts get all. */
const mostShown = 200;
const pageSize = 500;

interface Group {
  readonly message: string;
  readonly jobs: JobSummary[];
}

export const errors: Command = {
  name: 'errors',
  operands: '[TABLE]',
  summary: 'show what failed, and where in the source',
  details: `Lists the errored jobs of TABLE, or of all tables, those with the same message together.
Errors are kept by djw populate --reserve-jobs; djw populate TABLE --reserve-jobs after a
retry in the editor, or after clearing them, makes the keys again.`,
  options: { json: { help: 'print the errored jobs as JSON' } },
  minOperands: 0,
  maxOperands: 1,
  async run(args, context) {
    const typed = args.positionals[0];
    await browse(context, async (overview) => {
      const table = typed === undefined ? null : await findTable(typed, overview);
      const page = async (limit: number, offset: number): Promise<JobPage> => {
        if (overview === null) return { jobs: [], total: 0, problems: [] };
        return table === null
          ? overview.errors({ limit, offset })
          : overview.jobs(table.name, 'error', { limit, offset });
      };
      if (args.has('json')) {
        const all: JobSummary[] = [];
        for (;;) {
          const { jobs, total, problems } = await page(pageSize, all.length);
          if (all.length === 0) complainOf(problems, context.terminal);
          all.push(...jobs);
          if (jobs.length === 0 || all.length >= total) break;
        }
        context.terminal.line(jsonText(all));
        return;
      }
      const { jobs, total, problems } = await page(mostShown, 0);
      if (total > 0 && overview !== null) await show(jobs, total, overview, context);
      else if (problems.length === 0) context.terminal.line(`No errors${table === null ? '' : ` in ${table.className}`}.`);
      complainOf(problems, context.terminal);
    });
    return exitCodes.done;
  },
};

async function show(
  jobs: readonly JobSummary[],
  total: number,
  overview: Overview,
  { terminal, cwd }: Context,
): Promise<void> {
  for (const { message, jobs: alike } of groups(jobs)) {
    const [first] = alike;
    if (first === undefined) continue;
    const stack = (await overview.job(first.table, first.key)).job?.stack ?? '';
    const place = placeText(stack, { engineFolders: [__dirname] }, cwd);
    const name = overview.named(first.table).className;
    terminal.line(
      `${terminal.paint.bold(name)}   ${terminal.paint.red(message)}${terminal.paint.dim(place === '' ? '' : `   ${place}`)}`,
    );
    for (const { key, completedAt } of alike) {
      const when = completedAt === null ? '' : `   ${span((Date.now() - completedAt) / 1000)} ago`;
      terminal.line(`  ${formatKey(key)}${terminal.paint.dim(when)}`);
    }
  }
  if (total > jobs.length)
    terminal.line(terminal.paint.dim(`… and ${plural(total - jobs.length, 'more error')}; --json lists all.`));
}

/** Jobs of the same table with the same message, in the order of the newest of each. */
function groups(jobs: readonly JobSummary[]): Group[] {
  const found = new Map<string, Group>();
  for (const job of jobs) {
    const name = `${addressOf(job.table)} ${job.message}`;
    const group = found.get(name) ?? { message: job.message, jobs: [] };
    group.jobs.push(job);
    found.set(name, group);
  }
  return [...found.values()];
}

const addressOf = ({ schema, table }: TableName): string => `${schema}.${table}`;
