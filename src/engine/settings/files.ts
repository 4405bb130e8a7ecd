import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DataJointError, messageOf } from '../errors';
import { isRecord, Values } from './values';

const CONFIG_FILE = 'datajoint.json';
const SECRETS_FOLDER = '.secrets';
/** datajoint-python 0.14, settings.LOCALCONFIG and GLOBALCONFIG. */
const OLD_LOCAL_FILE = 'dj_local_conf.json';
const OLD_HOME_FILE = '.datajoint_config.json';

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

/** The path of the `datajoint.json` that holds for a folder, or null. Symbolic links are followed before the search. */
export function findConfigFile(cwd: string): string | null {
  const start = existsSync(cwd) ? realpathSync(cwd) : cwd;
  const folder = searchUpward(start, (candidate) => isFile(join(candidate, CONFIG_FILE)));
  return folder === null ? null : join(folder, CONFIG_FILE);
}

/** The settings file of datajoint-python 0.14: that of the folder itself, else that of the home folder, or null. */
export function findOldConfigFile(cwd: string, home: string | undefined): string | null {
  const candidates = [resolve(cwd, OLD_LOCAL_FILE), ...(home === undefined ? [] : [join(home, OLD_HOME_FILE)])];
  return candidates.find(isFile) ?? null;
}

/**
 * The settings of a `datajoint.json`, by dotted name. Groups may be nested (`{"database": {"host": …}}`) or spelled
 * with dots (`{"database.host": …}`); what stands later in the file wins, as in datajoint-python 2.3.
 * @throws DataJointError `usage` for a file that is not a JSON object, `access` for one that cannot be read.
 */
export function readConfigFile(file: string): Values {
  return new Values(
    file,
    flattened(readJson(file), () => true),
  );
}

/** As `readConfigFile` for datajoint-python 0.14, which knows only dotted names beside `stores` and `custom`. */
export function readOldConfigFile(file: string): Values {
  return new Values(
    file,
    flattened(readJson(file), (group) => group === 'stores' || group === 'custom'),
  );
}

function flattened(parsed: Record<string, unknown>, isGroup: (name: string) => boolean): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const [key, value] of Object.entries(parsed)) {
    if (!isRecord(value) || key.includes('.')) values.set(key, value);
    else if (isGroup(key)) for (const [inner, nested] of Object.entries(value)) values.set(`${key}.${inner}`, nested);
  }
  return values;
}

/** A message never repeats the text, and the error keeps no cause that would: it may hold a password. */
function readJson(file: string): Record<string, unknown> {
  // Editors on Windows may put a byte order mark before the text.
  const text = readText(file).replace(/^\uFEFF/, '');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    const place = placeOfMistake(text, messageOf(error));
    throw new DataJointError('usage', `${file} is not valid JSON${place}: correct it or remove it.`);
  }
  if (isRecord(parsed)) return parsed;
  throw new DataJointError('usage', `${file} must hold a JSON object with settings, {"database": …}.`);
}

const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-f]{4}))*"/.source;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?/.source;
const JSON_TOKEN = new RegExp(`\\s*(?:[{}[\\],:]|${STRING}|${NUMBER}|true|false|null|$)`, 'iy');

/** ` (line 3)`: from the parser's message if it says so, else where the first thing stands that JSON does not have. */
function placeOfMistake(text: string, message: string): string {
  const told = /\(line (\d+)/.exec(message)?.[1];
  if (told !== undefined) return ` (line ${told})`;
  let end = 0;
  JSON_TOKEN.lastIndex = 0;
  while (end < text.length && JSON_TOKEN.test(text)) end = JSON_TOKEN.lastIndex;
  const rest = text.slice(end);
  const line = text.slice(0, text.length - rest.trimStart().length).split('\n').length;
  return rest.trim() === '' ? '' : ` (line ${line})`;
}

/** `.secrets/` beside the configuration file, else the folder that containers mount. As settings.find_secrets_dir. */
export function findSecretsFolder(configFile: string | null, systemFolder: string): string | null {
  const beside = configFile === null ? null : join(dirname(configFile), SECRETS_FOLDER);
  if (beside !== null && isFolder(beside)) return beside;
  return isFolder(systemFolder) ? systemFolder : null;
}

/**
 * The secrets in a folder by name: `database.user`, `database.password`, `stores.<name>.<setting>`; the text of each
 * without the white space around it. As settings.Config._load_secrets.
 */
export function readSecrets(folder: string): Values {
  const names = readdirSync(folder).filter(
    (name) => /^(database\.(user|password)|stores\.[^.]+\.[^.]+)$/.test(name) && isFile(join(folder, name)),
  );
  return new Values(folder, new Map(names.map((name) => [name, readText(join(folder, name)).trim()])));
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
