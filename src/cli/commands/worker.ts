import { DataJointError, messageOf, type PopulateOptions, type Waiting } from '../../engine';
import { duration, wholeNumber } from '../arguments';
import type { Arguments, Command, Context } from '../command';
import { exitCodes } from '../exitCodes';
import { startGuard } from '../guard';
import { interruptible } from '../interrupt';
import { ownCode } from '../ownCode';
import { PassedOver } from '../passedOver';
import { readWork, workOptions } from '../populateOptions';
import { pythonOptions } from '../pythonTables';
import { WorkerLog } from '../workerLog';
import { workLoop } from '../workLoop';
import { startWorkersWith } from '../workerPool';
import { waitingText } from '../words';
import { type WorkerTable, workerTables } from '../workerTables';

/** A rest between two looks at queues that had nothing to do, and the time after which new jobs are looked for anyway. */
const rest = { first: 1000, longest: 30_000 };
const turnMs = 60_000;

export const worker: Command = {
  name: 'worker',
  operands: 'TABLE|SCHEMA…',
  summary: 'work off the job queues of tables, one after the other, until they are empty',
  details: `Populates the tables with --reserve-jobs and --suppress-errors, those that others depend on
first, and begins again until there is nothing left to do. SCHEMA stands for all of its
Imported and Computed tables. A table that cannot be populated is passed over with a note.
Start as many workers as you like, on as many machines.

Ctrl-C and SIGTERM: the key that is being made becomes an error (KeyboardInterrupt, SIGTERM
received), and the others go back to the queue. Exit codes: 0 nothing left to do, or enough;
1 a make() failed; 2 work could not be done, of one table or of all; 130 Ctrl-C; 143 SIGTERM.`,
  options: {
    pipeline: { value: 'FILE', help: 'the file that declares the tables' },
    forever: { help: 'wait for more work when there is none' },
    'max-calls': { value: 'N', help: 'end after N keys' },
    'max-time': { value: 'TIME', help: 'begin no key after this time: 90 (seconds), 30m, 8h' },
    ...workOptions,
    'no-refresh': { help: 'take the queues as they are: something else refreshes them' },
    'errors-ok': { help: 'exit with 0 although keys failed: their errors are in the queue' },
    ...pythonOptions,
    json: { help: 'print a JSON object per key and per event' },
  },
  minOperands: 1,
  maxOperands: Infinity,
  async run(args, context) {
    const limits = { calls: wholeNumber(args, 'max-calls') ?? Infinity, seconds: duration(args, 'max-time') ?? Infinity };
    const options = readWork(args);
    if (args.has('json')) context.terminal.keepOutputClean();
    const guard = startGuard();
    const { tables, unloaded } = await workerTables(args.positionals, args.value('pipeline'), context);
    const names = [...tables.map(qualified), ...unloaded.map(({ table }) => table)];
    const files = new Map(tables.map(({ schema, label, file }) => [`${schema}.${label}`, file]));
    startWorkersWith(({ schema, label }) => Promise.resolve({ file: files.get(`${schema}.${label}`) ?? '', isProgram: false }), context);
    const log = new WorkerLog(context.terminal, { json: args.has('json'), cwd: context.cwd });
    const passed = new PassedOver(names.length, (table, message) => log.passesOver(table, message));
    log.began(names);
    for (const { table, thrown } of unloaded) if (!passed.add(table, thrown)) throw thrown;
    const end = { reason: 'nothing left to do' };
    const stoppedBy = await interruptible(guard, (signal) => work({ args, context, tables, options, limits, log, passed, signal, end }));
    log.ended(stoppedBy ?? end.reason);
    if (stoppedBy !== null) return exitCodes[stoppedBy];
    if (passed.leftWork) return exitCodes.refused;
    return log.errors === 0 || args.has('errors-ok') ? exitCodes.done : exitCodes.failed;
  },
};

interface Shift {
  readonly args: Arguments;
  readonly context: Context;
  readonly tables: readonly WorkerTable[];
  readonly options: PopulateOptions;
  readonly limits: { readonly calls: number; readonly seconds: number };
  readonly log: WorkerLog;
  readonly passed: PassedOver;
  /** Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly end: { reason: string };
}

async function work({ args, context, tables, options, limits, log, passed, signal, end }: Shift): Promise<void> {
  const enough = new AbortController();
  const stop = (reason: string): void => {
    end.reason = reason;
    enough.abort();
  };
  const alarm = limits.seconds === Infinity ? null : setTimeout(() => stop('max-time is over'), limits.seconds * 1000);
  let problem = '';
  /** What could not be made in the last round because its time comes later, by the number of its table. */
  const waiting = new Map<number, Waiting>();
  try {
    await workLoop({
      tables: tables.length,
      forever: args.has('forever'),
      over: AbortSignal.any([signal, enough.signal]),
      rest,
      turn: turnMs,
      isPassing: (thrown) => {
        problem = messageOf(thrown);
        return thrown instanceof DataJointError && ['connection_lost', 'unreachable', 'busy'].includes(thrown.code);
      },
      passOver: (index, thrown) => {
        const table = tables[index];
        return table !== undefined && passed.add(qualified(table), thrown);
      },
      onRest: (seconds) => {
        const idle = waiting.size === 0 ? 'nothing to do, waiting for more' : waitingText([...waiting.values()]);
        log.rests(seconds, problem === '' ? idle : problem);
        problem = '';
      },
      work: async (index, until) => {
        const table = tables[index];
        if (table === undefined) return 0;
        const left = limits.calls - log.calls;
        const stackContext = ownCode(context.cwd, table.file);
        const { successCount, errorList } = await table.table.populate({
          ...options,
          reserveJobs: true,
          suppressErrors: true,
          signal,
          enough: until,
          ...(args.has('no-refresh') ? { refresh: false } : {}),
          ...(left === Infinity ? {} : { maxCalls: left }),
          onProgress: (event) => {
            if (event.type === 'start') {
              if (event.waiting === undefined) waiting.delete(index);
              else waiting.set(index, event.waiting);
            }
            log.follow(qualified(table), event, stackContext);
            if (log.calls >= limits.calls) stop('max-calls are done');
          },
        });
        passed.remove(qualified(table));
        return successCount + errorList.length;
      },
    });
    if (waiting.size > 0 && !signal.aborted && !enough.signal.aborted) end.reason = waitingText([...waiting.values()]);
  } finally {
    if (alarm !== null) clearTimeout(alarm);
  }
}

const qualified = ({ schema, label }: WorkerTable): string => `${schema}.${label}`;
