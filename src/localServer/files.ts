/** Where a folder's local database server keeps everything, and what is remembered of it. */
import { randomUUID } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assertOwned, DataJointError } from '../engine';

/** Absolute paths. */
export interface ServerFiles {
  /** The workspace folder. */
  readonly folder: string;
  /** `.datajoint/server` in it; nobody else may look into it. */
  readonly root: string;
  /** The database itself. */
  readonly data: string;
  readonly log: string;
  /** What the server writes about its own process. */
  readonly pid: string;
  /** For the server's temporary files. */
  readonly temporary: string;
  /** What the server proves itself with, as PEM, and the private key of that. */
  readonly certificate: string;
  readonly certificateKey: string;
  readonly record: string;
  /** Who keeps the server: see `claim`. */
  readonly keepers: string;
}

export function serverFiles(folder: string): ServerFiles {
  const root = path.join(path.resolve(folder), '.datajoint', 'server');
  return {
    folder: path.resolve(folder),
    root,
    data: path.join(root, 'data'),
    log: path.join(root, 'log.txt'),
    pid: path.join(root, 'server.pid'),
    temporary: path.join(root, 'tmp'),
    certificate: path.join(root, 'certificate.pem'),
    certificateKey: path.join(root, 'certificate.key.pem'),
    record: path.join(root, 'server.json'),
    keepers: path.join(root, 'keepers'),
  };
}

/** The folder whose server programs in `start` use: that one or one above it, within the project, that has a server; else `start`. */
export function serverFolder(start: string): string {
  for (let each = path.resolve(start); ; each = path.dirname(each)) {
    const { record, root } = serverFiles(each);
    if (existsSync(record)) {
      assertOwned(root, path.join(start, '.datajoint'), process.env);
      return each;
    }
    if (each === path.dirname(each) || existsSync(path.join(each, '.git'))) return path.resolve(start);
  }
}

export type ServerKind = 'mariadb' | 'mysql' | 'docker';
const kinds: readonly ServerKind[] = ['mariadb', 'mysql', 'docker'];

/** What outlives a server's process. */
export interface ServerRecord {
  /** What made the data. */
  readonly kind: ServerKind;
  /** `MariaDB 10.11.19`. */
  readonly product: string;
  readonly port: number;
  /** Why it ended without being asked to, or did not start; null otherwise. */
  readonly problem: string | null;
}

/** Null when no server has been made in the folder. */
export function readRecord({ record }: ServerFiles): ServerRecord | null {
  try {
    const { kind, product, port, problem } = JSON.parse(readFileSync(record, 'utf8')) as Record<string, unknown>;
    const known = kinds.find((each) => each === kind);
    if (known === undefined || typeof port !== 'number' || typeof product !== 'string') return null;
    return { kind: known, product, port, problem: typeof problem === 'string' ? problem : null };
  } catch {
    return null;
  }
}

export function writeRecord({ record }: ServerFiles, content: ServerRecord): void {
  writePrivate(record, `${JSON.stringify(content, null, 2)}\n`);
}

/** @throws DataJointError `access` or `storage_full` */
export function makeServerFolders({ folder, root, temporary, keepers }: ServerFiles): void {
  try {
    makePrivateFolder(path.dirname(root));
    for (const each of [root, temporary, keepers]) makeFolder(each);
  } catch (cause) {
    throw cause instanceof DataJointError ? cause : writingProblem(folder, cause);
  }
}

/**
 * Makes a folder for its owner alone, which git ignores from its first moment on, whether the project is in git yet or not.
 * @throws DataJointError `access` for a link: what is written there would land elsewhere
 */
export function makePrivateFolder(folder: string): void {
  makeFolder(folder);
  try {
    writeFileSync(path.join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/** @throws DataJointError `access` for a link */
function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (lstatSync(folder).isSymbolicLink()) throw new DataJointError('access', `${folder} is a link to another place: remove it, then try again.`);
}

/** Replaces a file at once, readable by its owner alone. What is in its way is replaced, and no link is followed. */
export function writePrivate(file: string, text: string): void {
  const fresh = `${file}.${randomUUID()}`;
  writeFileSync(fresh, text, { mode: 0o600, flag: 'wx' });
  renameSync(fresh, file);
}

/** What to say when something could not be written in a folder. */
export function writingProblem(folder: string, cause: unknown): DataJointError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(folder, cause);
  const message = `The folder ${folder} cannot be written (${String(code ?? cause)}): check its permissions.`;
  return new DataJointError('access', message, { cause });
}

export const diskFull = (folder: string, cause?: unknown): DataJointError =>
  new DataJointError('storage_full', `The disk that holds ${folder} is full: free some space, then start the server again.`, { cause });
