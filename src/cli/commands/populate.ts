import { type Condition, createOverview, DataJointError, type PopulateOptions } from '../../engine';
import { usageError, wholeNumber } from '../arguments';
import type { Arguments, Command, Context } from '../command';
import { exitCodes } from '../exitCodes';
import { startGuard } from '../guard';
import { interruptible } from '../interrupt';
import { keyGroups } from '../keyFile';
import { nativePopulate } from '../nativePopulate';
import { OneRun } from '../oneRun';
import { populatedTable, type PopulatedTable } from '../populatedTable';
import { readWork, workOptions } from '../populateOptions';
import { pythonOptions } from '../pythonTables';
import { ProgressReport } from '../progressReport';
import { conditionsOf } from '../restriction';
import { startWorkersFrom } from '../workerPool';
import { jsonText, plural } from '../words';

export const populate: Command = {
  name: 'populate',
  operands: 'TABLE [RESTRICTION…]',
  summary: 'call make() for every key of TABLE that is still to do',
  details: `TABLE is a class name (Trace) or schema.ClassName (ephys.Trace). The class is looked for
in the files of this folder, unless --pipeline names the file.

A RESTRICTION limits the keys; with several, a key must meet them all:
  subject_id=c3                         one attribute
  '{"subject_id": "c3"}'                JSON, as printed by --json
  "session_idx > 3"                     SQL

Without --reserve-jobs this is for one worker: no queue, and the first error ends the run
unless --suppress-errors is given. With --reserve-jobs any number of workers share the keys
through the table's job queue, which keeps every error with its stack (djw errors).`,
  options: {
    pipeline: { value: 'FILE', help: 'the file that declares TABLE' },
    'reserve-jobs': { help: 'share the work with other workers through the job queue' },
    'suppress-errors': { help: 'go on with the next key after an error' },
    'errors-ok': { help: 'exit with 0 although keys failed: their errors are in the queue' },
    'max-calls': { value: 'N', help: 'make at most N keys' },
    limit: { value: 'N', help: 'the same, under the name that the older option has' },
    ...workOptions,
    priority: { ...workOptions.priority, with: '--reserve-jobs' },
    'no-refresh': { help: 'with --reserve-jobs: take the queue as it is', with: '--reserve-jobs' },
    'keys-from': { value: 'FILE', help: 'only these keys: a JSON list, or an object per line; - is the input' },
    ...pythonOptions,
    runtime: { value: 'NAME', help: 'native: for those, let datajoint-python itself populate' },
    json: { help: 'print only {"success_count": …, "error_list": [[key, message], …]}' },
  },
  minOperands: 1,
  maxOperands: Infinity,
  async run(args, context) {
    const [typed = '', ...restrictions] = args.positionals;
    const options = readOptions(args);
    if (args.has('json')) context.terminal.keepOutputClean();
    const guard = startGuard();
    const populated = await populatedTable(typed, args.value('pipeline'), context, 'djw populate');
    const { table, label, stackContext, python } = populated;
    if (isNative(args)) {
      if (python === null) throw usageError('--runtime native is for tables in Python files: it calls the populate() of datajoint-python.');
      return await nativePopulate(python, restrictions, args, context, guard);
    }
    const conditions = await conditionsOf(restrictions, table, label);
    const file = args.value('keys-from');
    const keys = file === undefined ? null : await keyGroups(file, context.cwd, table, label);
    startWorkersFrom(populated.file, context);
    const report = new ProgressReport(context.terminal, { label, cwd: context.cwd, stackContext, quiet: args.has('json') });
    const stoppedBy = await interruptible(guard, async (signal) => {
      try {
        const run = { ...options, signal };
        if (keys === null) await table.populate(...conditions, { ...run, onProgress: (event) => report.follow(event) });
        else await inGroups(populated, conditions, keys, run, report);
      } catch (error) {
        if (!report.begun && restrictions.length > 0 && error instanceof DataJointError && error.code === 'query') {
          throw usageError(`The restriction ${restrictions.join(', ')} cannot be used: ${error.message}`);
        }
        // Without suppression, populate ends with the error of the make that the report has told already.
        if (options.suppressErrors === true || report.failed.length === 0) throw error;
      }
    });
    tell(report, args, context, { name: await typedName(populated, report), stopped: stoppedBy !== null });
    if (stoppedBy !== null) return exitCodes[stoppedBy];
    return report.failed.length === 0 || args.has('errors-ok') ? exitCodes.done : exitCodes.failed;
  },
};

function isNative(args: Arguments): boolean {
  const runtime = args.value('runtime') ?? 'engine';
  if (runtime !== 'native' && runtime !== 'engine') throw usageError(`--runtime is native or engine, not "${runtime}".`);
  return runtime === 'native';
}

function readOptions(args: Arguments): PopulateOptions {
  const limits = [wholeNumber(args, 'max-calls'), wholeNumber(args, 'limit')].filter((limit) => limit !== undefined);
  return {
    ...readWork(args),
    reserveJobs: args.has('reserve-jobs'),
    suppressErrors: args.has('suppress-errors'),
    ...(limits.length === 0 ? {} : { maxCalls: Math.min(...limits) }),
    ...(args.has('no-refresh') ? { refresh: false } : {}),
  };
}

/** One populate for a few hundred keys each: more would not fit into a statement. */
async function inGroups(
  { table }: PopulatedTable,
  conditions: readonly Condition[],
  keys: { readonly groups: readonly Condition[]; readonly count: number },
  options: PopulateOptions,
  report: ProgressReport,
): Promise<void> {
  const run = new OneRun(Math.min(keys.count, options.maxCalls ?? Infinity), (event) => report.follow(event));
  try {
    for (const group of keys.groups) {
      const left = (options.maxCalls ?? Infinity) - run.done;
      if (left <= 0) break;
      const limit = left === Infinity ? {} : { maxCalls: left };
      await table.populate(...conditions, group, { ...options, ...limit, onProgress: (event) => run.follow(event) });
    }
  } finally {
    run.end();
  }
}

/** What to type for the table that failed: its schema as well where another table of the database has its name. */
async function typedName({ connection, qualified, label }: PopulatedTable, { failed }: ProgressReport): Promise<string> {
  const used = connection();
  if (failed.length === 0 || used === null) return label;
  const namesakes = (await createOverview(used).names()).filter(({ className }) => className === label);
  return namesakes.length < 2 ? label : qualified;
}

function tell(
  report: ProgressReport,
  args: Arguments,
  { terminal }: Context,
  { name, stopped }: { readonly name: string; readonly stopped: boolean },
): void {
  if (args.has('json')) {
    const errors = report.failed.map(({ key, message }) => [key, message]);
    terminal.line(jsonText({ success_count: report.computed, error_list: errors }));
    return;
  }
  const isKept = args.has('reserve-jobs') && report.failed.length > 0;
  const hint = isKept ? `   ${terminal.paint.dim(`djw errors ${name}`)}` : '';
  terminal.line(`${report.summary(stopped ? 'Stopped' : 'Done')}${hint}`);
  if (!stopped && !args.has('suppress-errors') && report.failed.length > 0 && report.left > 0)
    terminal.line(`The first error ended the run with ${plural(report.left, 'key')} to go: --suppress-errors goes on.`);
}
