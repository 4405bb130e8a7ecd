/** The folder's settings, so that everything in it uses the local server: `datajoint.json` and `.secrets/`. */
import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type ConnectionSpec, DataJointError, resolveConnection } from '../engine';
import { passwordFile, readAccount, userFile } from './account';
import { accountName } from './commands';
import { readRecord, type ServerFiles, writingProblem } from './files';
import { nameServerForOlder, setOlderAside } from './olderSettings';

type Environment = Readonly<Record<string, string | undefined>>;
type Settings = Record<string, unknown>;

export const serverHost = '127.0.0.1';

/** What else a file may say of the certificate of a server. */
const certificateNames = ['tls_ca', 'tls_cert', 'tls_key', 'tls_check_hostname'].map((name) => `database.${name}`);

/** They decide on the connection before any file does. */
const variables = ['DJ_HOST', 'DJ_PORT', 'DJ_USER', 'DJ_PASS', 'DJ_USE_TLS', 'DJ_BACKEND', 'DJ_EMBEDDED_FILE', 'DJ_IGNORE_CONFIG_FILE'];

/** True when settings lead to this folder's server. */
export function isLocalServer(spec: ConnectionSpec, files: ServerFiles): boolean {
  return spec.kind === 'server' && spec.host === serverHost && spec.user === accountName && spec.port === readRecord(files)?.port;
}

/**
 * What the settings of the folder use instead of its local server, for a person; null when they use that or nothing yet.
 * @throws DataJointError `usage` for variables, which go before all files, and for settings that cannot be read
 */
export function otherDatabase(files: ServerFiles, env: Environment): string | null {
  const { folder } = files;
  const home = { HOME: env['HOME'], USERPROFILE: env['USERPROFILE'] };
  const set = variables.find((name) => env[name] !== undefined && env[name] !== '');
  if (set !== undefined) {
    throw new DataJointError('usage', `The variable ${set} goes before datajoint.json and .secrets, which name the local server: unset it, then try again.`);
  }
  const spec = resolveConnection({ cwd: folder, env: home });
  if (isLocalServer(spec, files)) return null;
  if (spec.kind === 'server') return `${spec.user}@${spec.host}:${String(spec.port)}`;
  const settings = readSettings(folder);
  const isNamed = leavesOf(settings, 'embedded.file').length > 0;
  if (isNamed || existsSync(spec.file)) return `the embedded database ${path.relative(folder, spec.file)}`;
  // A name without a host would go before the account of the local server, or be taken for it.
  const { user, password } = readAccount(folder);
  const named = leavesOf(settings, 'database.user')[0]?.value ?? user;
  if (named === null) return password === null ? null : 'an account whose password is in .secrets';
  return named === accountName ? null : `the account ${JSON.stringify(named)}`;
}

/**
 * Takes out of the folder's settings what names another database, and keeps copies of the files.
 * @returns the folder of the copies
 */
export function setAside(server: ServerFiles): string {
  const { folder, root } = server;
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    const kept = mkdtempSync(path.join(root, 'replaced-'));
    const source = settingsSource(folder);
    const files = [...(source === null ? [] : [source]), userFile(folder), passwordFile(folder)].filter((file) => existsSync(file));
    for (const file of files) copyFileSync(file, path.join(kept, path.basename(file)));
    for (const file of [userFile(folder), passwordFile(folder)]) rmSync(file, { force: true });
    if (source !== null) changeSettings(folder, (settings) => clear(settings));
    setOlderAside(server, kept);
    return kept;
  } catch (cause) {
    throw cause instanceof DataJointError ? cause : writingProblem(folder, cause);
  }
}

/**
 * Names the server in `datajoint.json`, and to datajoint-python 0.14; everything else in them stays as it is.
 * @throws DataJointError `usage` for a file that is no JSON, `access` or `storage_full`
 */
export function nameServer(server: ServerFiles, port: number, password: string): void {
  const { folder, certificate } = server;
  // As a path of any system, since the file may be shared.
  const authority = path.relative(folder, certificate).split(path.sep).join('/');
  const wanted = { host: serverHost, port, use_tls: true, tls_ca: authority };
  try {
    changeSettings(folder, (settings) => {
      for (const [name, value] of Object.entries(wanted)) put(settings, name, value);
    });
  } catch (cause) {
    throw cause instanceof DataJointError ? cause : writingProblem(folder, cause);
  }
  nameServerForOlder(server, serverHost, port, password);
}

const settingsFile = (folder: string): string => path.join(folder, 'datajoint.json');

/** The file whose settings hold in the folder: its own, which takes over what one above it within the project says. */
function settingsSource(folder: string): string | null {
  const folders = above(folder);
  const project = folders.findIndex((each) => ['.git', '.hg'].some((name) => existsSync(path.join(each, name))));
  const within = project === -1 ? folders : folders.slice(0, project + 1);
  return within.map(settingsFile).find((file) => existsSync(file)) ?? null;
}

/** A folder and those that it lies in. */
function above(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...above(parent)];
}

function readSettings(folder: string): Settings {
  const file = settingsSource(folder);
  if (file === null) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch {
    parsed = null;
  }
  if (isObject(parsed)) return parsed;
  throw new DataJointError('usage', `${file} is not a JSON object: correct it, then start the server again.`);
}

function changeSettings(folder: string, change: (settings: Settings) => void): void {
  const file = settingsFile(folder);
  const source = settingsSource(folder) ?? file;
  const before = existsSync(source) ? readFileSync(source, 'utf8') : '';
  const settings = readSettings(folder);
  const known = JSON.stringify(settings);
  change(settings);
  if (source === file && JSON.stringify(settings) === known) return;
  const indent = /^\{\r?\n([ \t]+)"/.exec(before)?.[1] ?? '  ';
  const fresh = `${file}.${randomUUID()}`;
  const mode = existsSync(source) ? statSync(source).mode & 0o777 : 0o644;
  writeFileSync(fresh, `${JSON.stringify(settings, null, indent)}\n`, { mode, flag: 'wx' });
  renameSync(fresh, file);
}

/** Where a setting stands: nested, or spelled with a dot. What stands later wins, so each of them counts. */
function leavesOf(settings: Settings, name: string): { readonly holder: Settings; readonly key: string; readonly value: unknown }[] {
  const [group = '', key = ''] = name.split('.');
  const nested = settings[group];
  const holders = [{ holder: settings, key: name }, ...(isObject(nested) ? [{ holder: nested, key }] : [])];
  return holders.flatMap((each) => {
    const value = each.holder[each.key];
    return value === undefined || value === null ? [] : [{ ...each, value }];
  });
}

function put(settings: Settings, name: string, value: unknown): void {
  const leaves = leavesOf(settings, `database.${name}`);
  for (const { holder, key } of leaves) holder[key] = value;
  if (leaves.length > 0) return;
  const group = settings['database'];
  if (isObject(group)) group[name] = value;
  else settings['database'] = { [name]: value };
}

function clear(settings: Settings): void {
  for (const name of ['database.host', 'database.port', 'database.user', 'database.password', 'database.use_tls', ...certificateNames, 'embedded.file']) {
    for (const { holder, key } of leavesOf(settings, name)) Reflect.deleteProperty(holder, key);
  }
}

function isObject(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
