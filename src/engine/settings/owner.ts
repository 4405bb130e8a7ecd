/**
 * Whose a settings file is that is found above a folder. A user who may write in a folder above can plant one there: it would
 * name the database, and get its data and passwords. As git does for repositories (git-config, `safe.directory`).
 */
import { lstatSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, relative, resolve, sep } from 'node:path';
import { DataJointError } from '../errors';

type Environment = Readonly<Record<string, string | undefined>>;

/** Folders whose settings are used, of any owner, as in `PATH`; `*` for all. Only the environment can say so. */
const VARIABLE = 'DJW_SAFE_FOLDERS';

/**
 * Lets pass what is in the folder itself, and above it what belongs to this user, to root, or to the folder's own owner.
 * Windows does not tell owners in this way.
 * @param found a settings file, or a folder of the engine's; absolute
 * @throws DataJointError `access` that says whose it is, and how to allow it
 */
export function assertOwned(found: string, cwd: string, env: Environment): void {
  const place = dirname(found);
  if (process.getuid === undefined || place === resolve(cwd) || place === realOf(cwd)) return;
  const owner = lstatSync(found, { throwIfNoEntry: false })?.uid ?? null;
  const mine = [process.getuid(), 0, statSync(cwd, { throwIfNoEntry: false })?.uid, ...(process.getuid() === 0 ? [Number(env['SUDO_UID'] ?? 0)] : [])];
  if (owner === null || mine.includes(owner) || isAllowed(place, env)) return;
  throw new DataJointError(
    'access',
    `${found} belongs to another user (${String(owner)}) and lies above this folder, so it is not used: move it away, or name ${place} in the variable ${VARIABLE} to use it.`,
  );
}

function isAllowed(place: string, env: Environment): boolean {
  return (env[VARIABLE] ?? '').split(delimiter).some((folder) => {
    if (folder === '*') return true;
    if (folder === '') return false;
    const inner = relative(resolve(folder), place);
    return inner !== '..' && !inner.startsWith(`..${sep}`);
  });
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
