import { formatKey, type JobPage, type JobSummary, type Overview, type TableName } from '../../engine';
import { usageError } from '../arguments';
import type { Arguments, Command, Context } from '../command';
import { browse } from '../database';
import { actOnErrors, type ErrorAction } from '../errorActions';
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
Errors are kept by djw populate --reserve-jobs. With --retry, or once they are cleared and
the queue is refreshed, djw populate TABLE --reserve-jobs makes their keys again.`,
  options: {
    retry: { help: 'make them pending again, as djw retry TABLE does' },
    ignore: { help: 'set them aside: no worker makes them' },
    clear: { help: 'remove them from the queue, with their stacks' },
    matching: { value: 'TEXT', help: 'with one of these: only jobs whose message contains TEXT' },
    json: { help: 'print the errored jobs, or how many have changed, as JSON' },
  },
  minOperands: 0,
  maxOperands: 1,
  async run(args, context) {
    const typed = args.positionals[0];
    const action = readAction(args);
    if (action !== null) {
      if (typed === undefined) throw usageError(`--${action} needs TABLE: djw errors TABLE --${action}.`);
      const { changed, text } = await actOnErrors({ action, table: typed, matching: args.value('matching') ?? null }, context);
      context.terminal.line(args.has('json') ? jsonText({ changed }) : text);
      return exitCodes.done;
    }
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

/** @throws DataJointError `usage` for two of them, and for a choice of jobs without any */
function readAction(args: Arguments): ErrorAction | null {
  const given = (['retry', 'ignore', 'clear'] as const).filter((action) => args.has(action));
  const [action, second] = given;
  if (action !== undefined && second !== undefined) throw usageError(`--${action} and --${second} exclude each other.`);
  if (action === undefined && args.has('matching')) throw usageError('--matching goes with --retry, --ignore or --clear.');
  return action ?? null;
}

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
