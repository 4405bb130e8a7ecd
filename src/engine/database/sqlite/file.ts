import { randomUUID } from 'node:crypto';
import { accessSync, closeSync, constants, copyFileSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DataJointError } from '../../errors';
import { isLockConflict, writingError } from './errors';
import { Lane } from './lane';
import { assertLocks, lockRefusal } from './lockTest';
import type { DriverOptions } from './inlineDriver';
import { COUNT_SYSTEM_TABLES, LAYOUT_VERSION, SYSTEM_TABLES } from './system';

export interface OpenedFile {
  readonly main: Lane;
  readonly readOnly: boolean;
  /** The path without symbolic links: the same file has the same sessions, whatever it is called by. */
  readonly path: string;
  /** Opens one more connection to the same file in the same way. */
  openLane(): Lane;
}

/**
 * Opens the database file, creating it, its folder and its system tables where they are absent. Falls back to
 * browsing when the file exists and cannot be written. A file that is not the engine's is left as it is: what it is, is
 * known before anything of it changes.
 * @throws DataJointError `access` or `corrupt`; SQLite's own errors otherwise.
 */
export function openFile(options: DriverOptions): OpenedFile {
  try {
    return openUsable(options);
  } catch (error) {
    // A file system that refuses all locks looks like another process that has one, for which one would wait.
    throw (isLockConflict(error) ? lockRefusal(options.file) : null) ?? error;
  }
}

function openUsable({ file, durability, readOnly }: DriverOptions): OpenedFile {
  const exists = existsSync(file);
  if (exists) assertMayBeOurs(file);
  if (readOnly || (exists && !(isWritable(file) && isWritable(dirname(file))))) {
    if (!exists) throw new DataJointError('access', `There is no database file ${file}.`);
    return openForBrowsing(file);
  }
  if (exists) checkUnchanged(file, file);
  else createFolder(file);
  assertLocks(exists ? realpathSync(file) : file);
  if (!exists) create(file);
  const openLane = (): Lane => new Lane(file, { durability, readOnly: false });
  return { main: openLane(), readOnly: false, path: realpathSync(file), openLane };
}

function assertMayBeOurs(file: string): void {
  const status = statSync(file);
  if (status.isDirectory()) throw new DataJointError('access', `${file} is a folder, not a database file: name a file in it.`);
  if (!status.isFile()) throw new DataJointError('access', `${file} is no regular file: name a database file.`);
  // A database of the engine is never empty: it takes its name when it is complete.
  if (status.size === 0) throw new DataJointError('corrupt', `The file ${file} is empty and no DataJoint database: remove it, or name another file.`);
  // Only SQLite may open the file: closing any other handle of it would free the locks that this process holds on it. What a
  // log beside the file says is not in the file yet; without one, a connection that takes the file as it stands makes nothing.
  if (!existsSync(`${realpathSync(file)}-wal`)) checkUnchanged(asItStands(file), file);
}

/** The file for a connection that neither locks it nor makes files beside it. */
function asItStands(file: string): URL {
  const location = pathToFileURL(file);
  location.searchParams.set('immutable', '1');
  return location;
}

/** Makes a database under another name, and gives it its own once it is complete. Another process may be the first. */
function create(file: string): void {
  const made = `${file}-${randomUUID()}.new`;
  try {
    const lane = new Lane(made, { durability: 'full', readOnly: false });
    try {
      lane.exec('BEGIN IMMEDIATE');
      for (const sql of SYSTEM_TABLES) lane.exec(sql);
      lane.exec(`PRAGMA user_version = ${LAYOUT_VERSION}`);
      lane.exec('COMMIT');
      // The file alone gets the name. Closing would leave what fits into it no more in the log, and say nothing.
      lane.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      lane.close();
    }
    publish(made, file);
  } finally {
    for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(`${made}${ending}`, { force: true });
  }
}

/** Names a complete file, unless another has the name already. */
function publish(made: string, file: string): void {
  try {
    linkSync(made, file);
  } catch (error) {
    if (isCode(error, 'EEXIST')) return;
    // A file system without hard links.
    copyFileSync(made, file, constants.COPYFILE_EXCL);
  }
  if (process.platform !== 'win32') syncFolder(dirname(file));
}

/** After a power cut the name must not be gone while its content is there. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

const isCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;

/** Looks at the layout through a connection that changes nothing: SQLite turns a file to WAL for good. */
function checkUnchanged(location: string | URL, file: string): void {
  const lane = new Lane(location, { durability: 'full', readOnly: true });
  try {
    checkLayout(lane, file);
  } finally {
    lane.close();
  }
}

function openForBrowsing(file: string): OpenedFile {
  const options = { durability: 'full', readOnly: true } as const;
  let location: string | URL = file;
  if (!isWritable(dirname(file)) && !existsSync(`${file}-shm`) && !existsSync(`${file}-wal`)) {
    // Reading in WAL mode needs a shared-memory file. Where none can be made nobody can be writing either.
    location = asItStands(file);
  }
  const openLane = (): Lane => new Lane(location, options);
  const main = openLane();
  try {
    checkLayout(main, file);
  } catch (error) {
    main.close();
    throw error;
  }
  return { main, readOnly: true, path: realpathSync(file), openLane };
}

function checkLayout(lane: Lane, file: string): void {
  const number = (sql: string, column: string): number => Number(lane.all({ sql, values: [] })[0]?.[column] ?? 0);
  assertLayout(number('PRAGMA user_version', 'user_version'), file);
  if (number(COUNT_SYSTEM_TABLES, 'found') === SYSTEM_TABLES.length) return;
  throw new DataJointError('corrupt', `The file ${file} lacks tables that a DataJoint database has: restore it from a copy, or name another file.`);
}

/** @param found the layout version of a file */
function assertLayout(found: number, file: string): void {
  if (found === LAYOUT_VERSION) return;
  const reason =
    found > LAYOUT_VERSION
      ? 'was made by a newer version: update DataJoint Workbench'
      : 'is not a DataJoint database: name another file';
  throw new DataJointError('corrupt', `The file ${file} ${reason}.`);
}

/** Creates the folder; one named `.datajoint` keeps itself out of version control. */
function createFolder(file: string): void {
  const folder = dirname(file);
  try {
    mkdirSync(folder, { recursive: true });
    const ignore = join(folder, '.gitignore');
    if (basename(folder) === '.datajoint') writeNew(ignore, '*\n');
  } catch (cause) {
    throw writingError(folder, `The folder ${folder} for the database cannot be created: check its permissions.`, cause);
  }
}

/** Leaves what is there, also where it is a link that leads nowhere. */
function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
