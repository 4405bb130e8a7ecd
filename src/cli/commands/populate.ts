import { DataJointError } from '../../engine';
import { usageError, wholeNumber } from '../arguments';
import type { Command } from '../command';
import { exitCodes } from '../exitCodes';
import { interruptible } from '../interrupt';
import { populatedTable } from '../populatedTable';
import { ProgressReport } from '../progressReport';
import { conditionsOf } from '../restriction';
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
    json: { help: 'print {"success_count": …, "error_list": [[key, message], …]} and nothing else' },
  },
  minOperands: 1,
  maxOperands: Infinity,
  async run(args, context) {
    const [typed = '', ...restrictions] = args.positionals;
    const maxCalls = wholeNumber(args, 'max-calls');
    const json = args.has('json');
    if (json) context.terminal.keepOutputClean();
    const { table, label, stackContext } = await populatedTable(typed, args.value('pipeline'), context, 'djw populate');
    const conditions = await conditionsOf(restrictions, table, label);
    const report = new ProgressReport(context.terminal, { label, cwd: context.cwd, stackContext, quiet: json });
    const reserveJobs = args.has('reserve-jobs');
    const suppressErrors = args.has('suppress-errors');
    const stoppedBy = await interruptible(context.terminal, async (signal) => {
      try {
        await table.populate(...conditions, {
          reserveJobs,
          suppressErrors,
          signal,
          onProgress: (event) => report.follow(event),
          ...(maxCalls === undefined ? {} : { maxCalls }),
        });
      } catch (error) {
        if (!report.begun && restrictions.length > 0 && error instanceof DataJointError && error.code === 'query') {
          throw usageError(`The restriction ${restrictions.join(', ')} cannot be used: ${error.message}`);
        }
        // Without suppression, populate ends with the error of the make that the report has told already.
        if (suppressErrors || report.failed.length === 0) throw error;
      }
    });
    const { terminal } = context;
    if (json)
      terminal.line(
        jsonText({
          success_count: report.computed,
          error_list: report.failed.map(({ key, message }) => [key, message]),
        }),
      );
    else {
      const hint = reserveJobs && report.failed.length > 0 ? `   ${terminal.paint.dim(`djw errors ${label}`)}` : '';
      terminal.line(`${report.summary(stoppedBy === null ? 'Done' : 'Stopped')}${hint}`);
      const left = report.left;
      if (stoppedBy === null && left > 0)
        terminal.line(`The first error ended the run with ${plural(left, 'key')} to go: --suppress-errors goes on.`);
    }
    if (stoppedBy !== null) return exitCodes[stoppedBy];
    return report.failed.length === 0 || args.has('errors-ok') ? exitCodes.done : exitCodes.failed;
  },
};
