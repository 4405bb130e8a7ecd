/** Tables whose classes are in Python files: which Python runs them, and loading them. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { needsServer, findInterpreter, indexPipeline, PythonError, PythonFolder, type PythonFolderOptions, type PythonTable, pythonVariables, type TableClass } from '../pipeline';
import { usageError } from './arguments';
import type { Context, OptionSpecs } from './command';
import { chosenSpec, openToLook, useDatabase } from './database';
import { readSources } from './sources';
import { fileText } from './words';

/** Of the commands that may need Python. */
export const pythonOptions: OptionSpecs = {
  python: { value: 'FILE', help: 'for tables in Python files: the Python to run them with' },
};

/** What is needed of a class: those that `--pipeline` names need not be in the index. */
export type NamedClass = Pick<TableClass, 'className' | 'schemaName' | 'file' | 'activatedIn'>;

/** @throws DataJointError `usage` when `--python` is given and none of the files is Python's */
export function assertPythonIsUsed(files: readonly string[], { pythonIsGiven, cwd }: Context): void {
  if (!pythonIsGiven || files.some(isPythonFile)) return;
  throw usageError(`--python is for Python files, and ${files.map((file) => fileText(path.resolve(cwd, file), cwd)).join(', ')} is none: leave it out.`);
}

export const isPythonFile = (file: string): boolean => path.extname(file) === '.py';

/**
 * The class that `typed` means when `--pipeline` names a Python file.
 * @param file as written on the command line
 */
export async function namedClass(typed: string, file: string, context: Context): Promise<NamedClass> {
  const full = path.resolve(context.cwd, file);
  const dot = typed.lastIndexOf('.');
  const className = typed.slice(dot + 1);
  const inFile = [await readSources(context), await indexPipeline(path.dirname(full))].flatMap(({ classes }) => classes.filter(({ file: declaring }) => declaring === full));
  // `Report.Fit` is a part, unless `Report` is a schema.
  const part = inFile.find((each) => each.className === typed);
  if (part !== undefined) return part;
  const found = inFile.find((each) => each.className === className);
  return { className, schemaName: dot === -1 ? null : typed.slice(0, dot), file: full, activatedIn: found?.activatedIn ?? null };
}

/** The Python of this program: all classes that a command names share its processes. */
let folder: Promise<PythonFolder> | null = null;

async function openFolder(context: Context, program: string): Promise<PythonFolder> {
  const { terminal, cwd } = context;
  const { interpreter } = await findInterpreter(cwd, process.env, context.python ?? null);
  const options: PythonFolderOptions = {
    interpreter,
    folder: cwd,
    connection: await useDatabase(context, program),
    spec: chosenSpec(context),
    output: terminal.outputIsClean ? 'errors' : 'same',
    ...debugging(),
    ...(terminal.interactive ? { onUnfinished: (unfinished: boolean) => terminal.leftUnfinished(unfinished) } : {}),
  };
  return new PythonFolder(options);
}

/**
 * Opens the database and loads a class.
 * @throws what `PythonFolder.table` throws; an import that failed has shown its traceback before
 */
export async function loadPython({ file, activatedIn, className, schemaName }: NamedClass, context: Context, program: string): Promise<PythonTable> {
  const { terminal } = context;
  if (chosenSpec(context).kind === 'embedded') throw needsServer(className);
  try {
    folder ??= openFolder(context, program);
    return await (await folder).table({ files: activatedIn === null ? [file] : [activatedIn, file], className, schemaName });
  } catch (error) {
    const { cause } = error instanceof Error ? error : {};
    if (cause instanceof PythonError && cause.stack !== undefined) terminal.complainAtLength(cause.stack.trimEnd());
    throw error;
  }
}

/** `DJW_PYTHON_ARGS`, a JSON list: what the editor puts before the file that Python runs, so as to debug a make(). */
function debugging(): Pick<PythonFolderOptions, 'interpreterArgs' | 'importTimeoutMs'> {
  const given = process.env['DJW_PYTHON_ARGS'];
  if (given === undefined || given === '') return {};
  return { interpreterArgs: JSON.parse(given) as string[], importTimeoutMs: Infinity };
}

/** What tells Python of the server that djw uses; nothing where that is the embedded database. */
async function serverVariables(context: Context): Promise<Record<string, string>> {
  const spec = chosenSpec(context);
  const connection = spec.kind === 'server' ? await openToLook(context, 'djw run') : null;
  if (spec.kind !== 'server' || connection === null) return {};
  try {
    return pythonVariables(spec, connection);
  } finally {
    await connection.close();
  }
}

/**
 * Runs a Python file as `python FILE ARGUMENT…` would, on the server that djw uses; where that is the embedded database
 * because nothing names another, on whatever the file itself finds.
 * @returns its exit code
 * @throws DataJointError `usage` when the command line names an embedded database; what opening the server throws
 */
export async function runPython(file: string, args: readonly string[], context: Context): Promise<number> {
  if (context.database !== undefined) throw usageError(`${file} needs a MySQL or MariaDB server: datajoint-python cannot use the embedded database that --database names.`);
  const { interpreter } = await findInterpreter(context.cwd, process.env, context.python ?? null);
  const env = { ...process.env, ...(await serverVariables(context)) };
  const child = spawn(interpreter, [file, ...args], { cwd: context.cwd, env, stdio: 'inherit' });
  // The terminal interrupts both; this one waits for what Python makes of it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}
