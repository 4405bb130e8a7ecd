/** Which Python runs a folder's pipelines. Pure: the caller looks at the disk and starts processes. */
import type { DataJointError } from '../../engine';
import { isSupported } from './table';
import { noDatajoint, noPython, pythonTooOld, tooOld } from './problems';

export interface InterpreterPlaces {
  /** The choice of the Python extension, or what a person names on the command line. */
  readonly chosen: string | null;
  /** The setting `datajoint.pythonPath`. */
  readonly setting: string | null;
  /** `VIRTUAL_ENV` or `CONDA_PREFIX` of this terminal. */
  readonly activated: string | null;
  /** The folders to look for an environment in, the nearest first. */
  readonly folders: readonly string[];
  readonly platform: NodeJS.Platform;
  readonly exists: (file: string) => boolean;
  /** What an interpreter is like; null when it cannot be started. */
  readonly probe: (interpreter: string) => Promise<PythonProbe | null>;
}

export interface PythonProbe {
  /** `3.11.7`. */
  readonly python: string;
  /** `2.3.2`; null without datajoint. */
  readonly datajoint: string | null;
}

export interface ChosenInterpreter {
  readonly interpreter: string;
  /** Where it was found, for people: `.venv`, `datajoint.pythonPath`, `PATH`. */
  readonly from: string;
  readonly probe: PythonProbe;
}

export interface Candidate {
  readonly interpreter: string;
  readonly from: string;
  /** A person named it: nothing else will do. */
  readonly meant: boolean;
}

/** Folders that hold an environment, as people name them. */
const environmentFolders = ['.venv', 'venv', 'env', '.conda', '.pixi/envs/default'];

/**
 * The interpreter to use: what is chosen, else the setting, else the environment of this terminal, else one in the
 * folder, else the one on the PATH; of those that nobody has named, the first that has datajoint.
 * @throws DataJointError `pipeline` that says what the best of them lacks
 */
export async function chooseInterpreter(places: InterpreterPlaces): Promise<ChosenInterpreter> {
  let best: DataJointError | null = null;
  for (const { interpreter, from, meant } of candidates(places)) {
    const probe = await places.probe(interpreter);
    const complaint = probe === null ? noPython(interpreter, from) : complaintOf(interpreter, probe);
    if (complaint === null && probe !== null) return { interpreter, from, probe };
    if (meant && complaint !== null) throw complaint;
    // One that starts is worth more words than one that does not.
    if (probe !== null) best ??= complaint;
  }
  throw best ?? noPython(null, 'PATH');
}

function complaintOf(interpreter: string, { python, datajoint }: PythonProbe): DataJointError | null {
  const [major = 0, minor = 0] = python.split('.').map(Number);
  if (major < 3 || (major === 3 && minor < 8)) return pythonTooOld(python, interpreter);
  if (datajoint === null) return noDatajoint(interpreter);
  return isSupported(datajoint) ? null : tooOld(datajoint, interpreter);
}

/** The interpreters that a folder may mean, the first one first. */
export function candidates(places: Omit<InterpreterPlaces, 'probe'>): Candidate[] {
  const { chosen, setting, activated, folders, platform, exists } = places;
  const found: Candidate[] = [];
  if (chosen !== null) found.push({ interpreter: chosen, from: 'the chosen interpreter', meant: true });
  if (setting !== null) found.push({ interpreter: setting, from: 'datajoint.pythonPath', meant: true });
  const add = (environment: string, from: string): void => {
    const inside = platform === 'win32' ? ['Scripts/python.exe', 'python.exe'] : ['bin/python', 'bin/python3'];
    const interpreter = inside.map((each) => `${environment}/${each}`).find(exists);
    if (interpreter !== undefined) found.push({ interpreter, from, meant: false });
  };
  if (activated !== null) add(activated, 'the active environment');
  for (const folder of folders) for (const name of environmentFolders) add(`${folder}/${name}`, name);
  const names = platform === 'win32' ? ['python', 'py'] : ['python3', 'python'];
  return [...found, ...names.map((interpreter) => ({ interpreter, from: 'PATH', meant: false }))];
}
