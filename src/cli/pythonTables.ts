/** Tables whose classes are in Python files: which Python runs them, and loading them. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { needsServer, type OpenPythonOptions, openPythonTable, findInterpreter, indexPipeline, PythonError, type PythonTable, pythonVariables, type TableClass } from '../pipeline';
import type { Context, OptionSpecs } from './command';
import { chosenSpec, useDatabase } from './database';

/** Of the commands that may need Python. */
export const pythonOptions: OptionSpecs = {
  python: { value: 'FILE', help: 'for tables in Python files: the Python to run them with' },
};

/** What is needed of a class: those that `--pipeline` names need not be in the index. */
export type NamedClass = Pick<TableClass, 'className' | 'schemaName' | 'file' | 'activatedIn'>;

export const isPythonFile = (file: string): boolean => path.extname(file) === '.py';

/**
 * The class that `typed` means when `--pipeline` names a Python file.
 * @param file as written on the command line
 */
export async function namedClass(typed: string, file: string, cwd: string): Promise<NamedClass> {
  const full = path.resolve(cwd, file);
  const dot = typed.lastIndexOf('.');
  const className = typed.slice(dot + 1);
  const folders = [...new Set([cwd, path.dirname(full)])];
  const classes = (await Promise.all(folders.map((folder) => indexPipeline(folder)))).flatMap((index) => index.classes);
  const found = classes.find((each) => each.className === className && each.file === full);
  return { className, schemaName: dot === -1 ? null : typed.slice(0, dot), file: full, activatedIn: found?.activatedIn ?? null };
}

/**
 * Opens the database and loads a class.
 * @throws what `openPythonTable` throws; an import that failed has shown its traceback before
 */
export async function loadPython(named: NamedClass, context: Context, program: string): Promise<PythonTable> {
  const { terminal, cwd } = context;
  const spec = chosenSpec(context);
  if (spec.kind === 'embedded') throw needsServer(named.className);
  const { interpreter } = await findInterpreter(cwd, process.env, context.python ?? null);
  const options: OpenPythonOptions = {
    interpreter,
    folder: cwd,
    connection: await useDatabase(context, program),
    spec,
    pythonClass: {
      files: named.activatedIn === null ? [named.file] : [named.activatedIn, named.file],
      className: named.className,
      schemaName: named.schemaName,
    },
    output: terminal.outputIsClean ? 'errors' : 'same',
    ...debugging(),
    ...(terminal.interactive ? { onUnfinished: (unfinished: boolean) => terminal.leftUnfinished(unfinished) } : {}),
  };
  try {
    return await openPythonTable(options);
  } catch (error) {
    const { cause } = error instanceof Error ? error : {};
    if (cause instanceof PythonError && cause.stack !== undefined) terminal.complain(cause.stack.trimEnd());
    throw error;
  }
}

/** `DJW_PYTHON_ARGS`, a JSON list: what the editor puts before the file that Python runs, so as to debug a make(). */
function debugging(): Pick<OpenPythonOptions, 'interpreterArgs' | 'importTimeoutMs'> {
  const given = process.env['DJW_PYTHON_ARGS'];
  if (given === undefined || given === '') return {};
  return { interpreterArgs: JSON.parse(given) as string[], importTimeoutMs: Infinity };
}

/**
 * Runs a Python file as `python FILE ARGUMENT…` would, on the database that djw uses where that is a server.
 * @returns its exit code
 */
export async function runPython(file: string, args: readonly string[], context: Context): Promise<number> {
  const spec = chosenSpec(context);
  const { interpreter } = await findInterpreter(context.cwd, process.env, context.python ?? null);
  const env = { ...process.env, ...(spec.kind === 'server' ? pythonVariables(spec) : {}) };
  const child = spawn(interpreter, [file, ...args], { cwd: context.cwd, env, stdio: 'inherit' });
  // The terminal interrupts both; this one waits for what Python makes of it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}
