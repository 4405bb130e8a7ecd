import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DataJointError, messageOf } from '../errors';
import { isRecord, Values } from './values';

const CONFIG_FILE = 'datajoint.json';
const SECRETS_FOLDER = '.secrets';
const SYSTEM_SECRETS = '/run/secrets/datajoint';

/**
 * The folder, from `start` upward, in which `holds` is true; null when the project ends first (a folder with `.git` or
 * `.hg`, which is still looked at) or the file system does. The search is that of datajoint-python 2.3,
 * settings.find_config_file.
 */
export function searchUpward(start: string, holds: (folder: string) => boolean): string | null {
  for (let folder = resolve(start); ;) {
    if (holds(folder)) return folder;
    const parent = dirname(folder);
    if (parent === folder || existsSync(join(folder, '.git')) || existsSync(join(folder, '.hg'))) return null;
    folder = parent;
  }
}

/** The path of the `datajoint.json` that holds for a folder, or null. */
export function findConfigFile(cwd: string): string | null {
  const folder = searchUpward(cwd, (candidate) => isFile(join(candidate, CONFIG_FILE)));
  return folder === null ? null : join(folder, CONFIG_FILE);
}

/**
 * The settings of a `datajoint.json`, by dotted name. Groups may be nested (`{"database": {"host": …}}`) or spelled
 * with dots (`{"database.host": …}`).
 * @throws DataJointError `usage` for a file that is not a JSON object, `access` for one that cannot be read.
 */
export function readConfigFile(file: string): Values {
  let parsed: unknown;
  const text = readText(file);
  try {
    // Editors on Windows may put a byte order mark before the text.
    parsed = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new DataJointError('usage', `${file} is not valid JSON (${messageOf(cause)}): correct it or remove it.`, {
      cause,
    });
  }
  if (!isRecord(parsed))
    throw new DataJointError('usage', `${file} must hold a JSON object with settings, {"database": …}.`);
  const values = new Map<string, unknown>();
  for (const [key, value] of Object.entries(parsed)) {
    if (isRecord(value)) for (const [inner, nested] of Object.entries(value)) values.set(`${key}.${inner}`, nested);
    else values.set(key, value);
  }
  return new Values(file, values);
}

/** `.secrets/` beside the configuration file, else the folder that containers mount. As settings.find_secrets_dir. */
export function findSecretsFolder(configFile: string | null): string | null {
  const beside = configFile === null ? null : join(dirname(configFile), SECRETS_FOLDER);
  if (beside !== null && isFolder(beside)) return beside;
  return isFolder(SYSTEM_SECRETS) ? SYSTEM_SECRETS : null;
}

/** The text of a secret without the white space around it, or null when there is none of this name. */
export function readSecret(folder: string | null, name: string): string | null {
  if (folder === null) return null;
  const file = join(folder, name);
  return isFile(file) ? readText(file).trim() : null;
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new DataJointError('access', `${file} cannot be read: check its permissions.`, { cause });
  }
}
