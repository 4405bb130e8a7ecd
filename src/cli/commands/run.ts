import { existsSync } from 'node:fs';
import path from 'node:path';
import { disconnect, messageOf, setProgressDisplay, setStopSignal } from '../../engine';
import { runFile } from '../../pipeline';
import { usageError } from '../arguments';
import type { Command } from '../command';
import { chooseSessionsAt } from '../chooseSession';
import { confirmRemovals } from '../confirmRemoval';
import { useDatabase } from '../database';
import { exitCodes } from '../exitCodes';
import { startGuard } from '../guard';
import { interruptible } from '../interrupt';
import { ownCode } from '../ownCode';
import { ProgressReport } from '../progressReport';
import { assertPythonIsUsed, isPythonFile, pythonOptions, runPython } from '../pythonTables';
import { declaringFile } from '../tableArgument';
import { startWorkersWith } from '../workerPool';

export const run: Command = {
  name: 'run',
  operands: 'FILE [ARGUMENT…]',
  summary: 'run a TypeScript or JavaScript file with the engine at hand, or a Python file',
  details: `Runs FILE as it stands: no build, no node_modules. It finds the engine under
"datajoint-workbench", and the ARGUMENTs in process.argv. Those that begin with a dash stand after
--: djw run FILE -- --epochs 3. A Python file is run by the Python of this folder, on the server
that djw uses.`,
  options: pythonOptions,
  minOperands: 1,
  maxOperands: Infinity,
  passesOn: true,
  async run({ positionals }, context) {
    const [file = '', ...rest] = positionals;
    if (!existsSync(path.resolve(context.cwd, file))) throw usageError(`There is no file ${file}.`);
    if (isPythonFile(file)) return await runPython(file, rest, context);
    assertPythonIsUsed([file], context);
    const guard = startGuard();
    await useDatabase(context, 'djw run');
    confirmRemovals(context.terminal);
    chooseSessionsAt(context.terminal);
    setProgressDisplay((label) => {
      const report = new ProgressReport(context.terminal, {
        label,
        cwd: context.cwd,
        stackContext: ownCode(context.cwd, file),
      });
      return (event) => {
        report.follow(event);
        if (event.type === 'end') context.terminal.line(report.summary(label));
      };
    });
    const script = path.resolve(context.cwd, file);
    startWorkersWith((table) => declaringFile(table, script, context.cwd), context);
    process.argv = [process.argv[0] ?? 'node', file, ...rest];
    const stoppedBy = await interruptible(guard, async (signal) => {
      setStopSignal(signal);
      try {
        await runFile(file);
      } catch (error) {
        throw new ScriptError(messageOf(error), { cause: error });
      }
    });
    if (stoppedBy !== null) {
      await disconnect();
      return exitCodes[stoppedBy];
    }
    await idle();
    await disconnect();
    // A script may have set its own.
    return typeof process.exitCode === 'number' ? process.exitCode : exitCodes.done;
  },
};

/** The script ended with an error: exit code 1. */
export class ScriptError extends Error {}

/** Resolves when nothing is left to wait for: what a script started without awaiting it has ended. */
function idle(): Promise<void> {
  return new Promise((resolve) => process.once('beforeExit', () => resolve()));
}
