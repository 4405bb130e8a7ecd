/** Why a Python table cannot be used, each as one sentence with what to do. */
import path from 'node:path';
import { DataJointError } from '../../engine';
import { parseStack, type StackFrame } from '../stack';
import { type PythonEnded, PythonError } from './errors';
import type { WireError } from './wire';
import type { PythonClass } from './worker';

const problem = (message: string, cause?: Error): DataJointError => new DataJointError('pipeline', message, { cause });

/** What Python says of a class that it could not load. */
export function loadProblem(wire: WireError, pythonClass: PythonClass, interpreter: string): DataJointError {
  const error = new PythonError(wire);
  const what = described(error);
  switch (wire.stage) {
    case 'datajoint':
      if (/No module named '?datajoint'?$/.test(error.message)) return noDatajoint(interpreter);
      return problem(brokenDatajoint(wire, what, interpreter), error);
    case 'module':
      return problem(moduleProblem(wire, error, interpreter), error);
    case 'shadowed':
      return problem(
        `Python finds ${near(wire.found ?? '')} when it imports ${path.basename(wire.file ?? '', '.py')}, not ${near(wire.file ?? '')}: rename one of the two.`,
      );
    case 'table': {
      const names = wire.names ?? [];
      const others = names.length === 0 ? '' : ` It has ${names.slice(0, 8).join(', ')}${names.length > 8 ? ' and more' : ''}.`;
      return problem(
        `No schema has taken in a class ${qualified(pythonClass)} after ${filesOf(pythonClass)} was imported: put @schema above it, or name with --pipeline the file that activates its schema.${others}`,
      );
    }
    case 'key_source':
      return problem(`${placed(error, pythonClass)}The key source of ${pythonClass.className} cannot be used: ${what}.`, error);
    default:
      return problem(`${pythonClass.className} cannot be loaded: ${what}.`, error);
  }
}

/** What it needs comes with it: the same version again, not the newest. */
function brokenDatajoint({ version }: WireError, what: string, interpreter: string): string {
  const wanted = version === undefined || version === null ? 'datajoint' : `datajoint==${version}`;
  return `datajoint is installed but cannot be imported by ${interpreter}: ${what}. Mend it with "${interpreter} -m pip install --force-reinstall ${wanted}".`;
}

export const noDatajoint = (interpreter: string): DataJointError =>
  problem(`${interpreter} has no datajoint: install it with "${interpreter} -m pip install datajoint", or choose the interpreter that has it.`);

function moduleProblem(wire: WireError, error: PythonError, interpreter: string): string {
  const place = placed(error, { files: [wire.file ?? ''], className: '', schemaName: null });
  const missing = error.name === 'ModuleNotFoundError' ? /No module named '([^']+)'/.exec(error.message)?.[1] : undefined;
  if (missing !== undefined) {
    return `${place}there is no module "${missing}": install it with "${interpreter} -m pip install ${missing.split('.')[0] ?? missing}", or start where Python finds it.`;
  }
  if (error.name === 'SystemExit') {
    return `${place}the file ended Python while it was imported (sys.exit): put what it runs under if __name__ == "__main__".`;
  }
  if (error.name === 'KeyboardInterrupt') return `${place}the import was interrupted.`;
  return `${place}${described(error)}`;
}

/** The class's Python ended before it answered. */
export function endedProblem(ended: PythonEnded, pythonClass: PythonClass, interpreter: string): DataJointError {
  const { code } = ended.exit;
  if (ended.cause !== undefined) {
    return problem(`${interpreter} cannot be started: ${ended.cause.message}. Choose another Python with --python, or the setting datajoint.pythonPath.`, ended);
  }
  const how = code === null ? ended.message : `with exit code ${String(code)}`;
  return problem(`Python ended while it imported ${filesOf(pythonClass)}: ${how.replace(/\.$/, '')}. What it printed above says more.`, ended);
}

export function hangProblem(wire: WireError | null, pythonClass: PythonClass, timeoutMs: number): DataJointError {
  const error = wire === null ? null : new PythonError(wire);
  const where = error === null ? '' : ` It was at ${placed(error, pythonClass).replace(/: $/, '')}.`;
  return problem(
    `Importing ${filesOf(pythonClass)} took more than ${String(Math.round(timeoutMs / 1000))} s and was given up: what takes long belongs into make(), or under if __name__ == "__main__".${where}`,
    error ?? undefined,
  );
}

export const tooOld = (version: string, interpreter: string): DataJointError =>
  problem(`datajoint ${version} of ${interpreter} is too old: 0.14 or 2.3 is needed. "${interpreter} -m pip install --upgrade datajoint" brings it up to date.`);

/** @param interpreter null: none was found at all */
export const noPython = (interpreter: string | null, from: string): DataJointError =>
  problem(
    interpreter === null
      ? 'No Python was found: install one with datajoint in it, and name it with --python or the setting datajoint.pythonPath, or make an environment .venv in this folder.'
      : `${interpreter} (${from}) is no Python that can be started: choose another one.`,
  );

export const pythonTooOld = (version: string, interpreter: string): DataJointError =>
  problem(`Python ${version} of ${interpreter} is too old: datajoint needs 3.8 or newer. Choose another interpreter.`);

/** @param theirs as Python states it, `user@host:port` */
export const otherServer = (pythonClass: PythonClass, theirs: string, ours: string): DataJointError =>
  problem(
    `${filesOf(pythonClass)} connects to ${theirs}, but this is ${ours}: let both be the same, either by taking dj.config['database.host'] out of the file or by choosing that server here.`,
  );

export const needsServer = (label: string): DataJointError =>
  problem(`${label} is a Python table, and datajoint-python needs a MySQL or MariaDB server: the embedded database is only for TypeScript. Start one for this folder (djw server start), name one in datajoint.json or DJ_HOST, or add a connection.`);

export const noMake = (label: string): DataJointError =>
  new DataJointError('make_missing', `${label} has no make(self, key): write one, or make_fetch, make_compute and make_insert.`);

export const notPopulated = (label: string): DataJointError =>
  new DataJointError('usage', `${label} is neither an Imported nor a Computed table: only those are populated.`);

/** Without a last full stop, and without the place that a syntax error repeats. */
function described({ name, message }: PythonError): string {
  const text = message.replace(/ \([^()]*, line \d+\)$/, '').replace(/\.$/, '');
  return text === '' ? name : `${name}: ${text}`;
}

const qualified = ({ className, schemaName }: PythonClass): string => (schemaName === null ? className : `${schemaName}.${className}`);

const filesOf = ({ files }: PythonClass): string => files.map(near).join(' and ');

/** `ephys.py:12: `, the innermost line of the pipeline's own code; empty without one. */
function placed(error: PythonError, { files }: Pick<PythonClass, 'files'> & Partial<PythonClass>): string {
  const workspaceFolders = [process.cwd(), ...files.map((file) => path.dirname(file))];
  const frames = parseStack(error.stack ?? '', { workspaceFolders });
  const own: StackFrame | undefined = frames.find((frame) => frame.kind === 'yours' && frame.file !== null) ?? undefined;
  if (own !== undefined && own.file !== null) return `${near(own.file)}:${String(own.line ?? 1)}: `;
  const [file] = files;
  return file === undefined || file === '' ? '' : `${near(file)}: `;
}

/** Relative to the working folder for files in it: short, and a link in an editor's terminal. */
function near(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}
