/** `--runtime native`: datajoint-python's own populate(), with its own coordination and progress bar. */
import { setStopSignal } from '../engine';
import { type NativeResult, PythonError, type PythonTable } from '../pipeline';
import type { Arguments, Context } from './command';
import { exitCodes } from './exitCodes';
import type { Guard } from './guard';
import { interruptible } from './interrupt';
import { readWork } from './populateOptions';
import { readRestriction } from './restriction';
import { usageError, wholeNumber } from './arguments';
import { jsonText, plural } from './words';

/** @returns the exit code */
export async function nativePopulate(python: PythonTable, restrictions: readonly string[], args: Arguments, context: Context, guard: Guard): Promise<number> {
  const { terminal } = context;
  const options = nativeOptions(args, terminal.interactive, python.report.datajoint);
  let result: NativeResult = { success_count: 0, error_list: [] };
  let failure: PythonError | null = null;
  const stoppedBy = await interruptible(guard, async (signal) => {
    setStopSignal(signal);
    try {
      result = await python.populate(restrictions.map(nativeRestriction), JSON.stringify(options), signal);
    } catch (error) {
      if (!(error instanceof PythonError)) throw error;
      failure = error;
    }
  });
  if (stoppedBy !== null) return exitCodes[stoppedBy];
  const raised = failure as PythonError | null;
  if (raised !== null) terminal.complainAtLength(raised.stack?.trimEnd() ?? raised.message);
  if (args.has('json')) terminal.line(jsonText(result));
  else if (raised === null) terminal.line(`Done: ${result.success_count} computed, ${plural(result.error_list.length, 'error')}.`);
  const failed = raised !== null || result.error_list.length > 0;
  return failed && !args.has('errors-ok') ? exitCodes.failed : exitCodes.done;
}

/** The keyword arguments of datajoint's populate. */
function nativeOptions(args: Arguments, interactive: boolean, version: string): Readonly<Record<string, unknown>> {
  const { processes, priority, concurrency, makeKwargs } = readWork(args);
  if (concurrency !== undefined) throw usageError('--concurrency is not for --runtime native: datajoint-python has only --processes.');
  if (args.has('keys-from')) throw usageError('--keys-from is not for --runtime native: give the keys as a restriction.');
  const newer = { priority, ...(args.has('no-refresh') ? { refresh: false } : {}) };
  if (version.startsWith('0.') && Object.values(newer).some((value) => value !== undefined)) {
    throw usageError(`datajoint ${version} knows neither --priority nor --no-refresh.`);
  }
  const maxCalls = wholeNumber(args, 'max-calls') ?? wholeNumber(args, 'limit');
  const given = {
    suppress_errors: args.has('suppress-errors'),
    reserve_jobs: args.has('reserve-jobs'),
    display_progress: interactive && !args.has('json'),
    max_calls: maxCalls,
    processes,
    make_kwargs: makeKwargs,
    ...newer,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** A restriction as datajoint takes it: SQL, a dictionary or a list of them. */
function nativeRestriction(text: string): unknown {
  const restriction = readRestriction(text);
  if (restriction.kind === 'sql') return restriction.sql;
  return restriction.kind === 'keys' ? restriction.keys : { [restriction.value.name]: restriction.value.text };
}
