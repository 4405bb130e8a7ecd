import { accessSync, constants, existsSync, mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DataJointError } from '../../errors';
import { Lane } from './lane';
import type { DriverOptions } from './inlineDriver';
import { LAYOUT_VERSION, SYSTEM_TABLES } from './system';

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
 * browsing when the file exists and cannot be written.
 * @throws DataJointError `access` or `corrupt`; SQLite's own errors otherwise.
 */
export function openFile({ file, durability, readOnly }: DriverOptions): OpenedFile {
  const exists = existsSync(file);
  if (exists && statSync(file).isDirectory()) {
    throw new DataJointError('access', `${file} is a folder, not a database file: name a file in it.`);
  }
  if (readOnly || (exists && !(isWritable(file) && isWritable(dirname(file))))) {
    if (!exists) throw new DataJointError('access', `There is no database file ${file}.`);
    return openForBrowsing(file);
  }
  if (!exists) createFolder(file);
  const openLane = (): Lane => new Lane(file, { durability, readOnly: false });
  const main = openLane();
  try {
    laySystemTables(main, file);
  } catch (error) {
    main.close();
    throw error;
  }
  return { main, readOnly: false, path: realpathSync(file), openLane };
}

function openForBrowsing(file: string): OpenedFile {
  const options = { durability: 'full', readOnly: true } as const;
  let location: string | URL = file;
  if (!isWritable(dirname(file)) && !existsSync(`${file}-shm`) && !existsSync(`${file}-wal`)) {
    // Reading in WAL mode needs a shared-memory file. Where none can be made nobody can be writing either.
    location = pathToFileURL(file);
    location.searchParams.set('immutable', '1');
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

function laySystemTables(lane: Lane, file: string): void {
  if (layoutOf(lane) === LAYOUT_VERSION) return;
  lane.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have laid them while this one waited.
    if (layoutOf(lane) === 0 && isEmpty(lane)) {
      for (const sql of SYSTEM_TABLES) lane.exec(sql);
      lane.exec(`PRAGMA user_version = ${LAYOUT_VERSION}`);
    }
    checkLayout(lane, file);
    lane.exec('COMMIT');
  } catch (error) {
    lane.rollback();
    throw error;
  }
}

function checkLayout(lane: Lane, file: string): void {
  const found = layoutOf(lane);
  if (found === LAYOUT_VERSION) return;
  const reason =
    found > LAYOUT_VERSION
      ? 'was made by a newer version: update DataJoint Workbench'
      : 'is not a DataJoint database: name another file';
  throw new DataJointError('corrupt', `The file ${file} ${reason}.`);
}

function layoutOf(lane: Lane): number {
  return Number(lane.all({ sql: 'PRAGMA user_version', values: [] })[0]?.['user_version'] ?? 0);
}

function isEmpty(lane: Lane): boolean {
  return lane.all({ sql: 'SELECT 1 AS found FROM sqlite_master LIMIT 1', values: [] }).length === 0;
}

/** Creates the folder; one named `.datajoint` keeps itself out of version control. */
function createFolder(file: string): void {
  const folder = dirname(file);
  try {
    mkdirSync(folder, { recursive: true });
    const ignore = join(folder, '.gitignore');
    if (basename(folder) === '.datajoint' && !existsSync(ignore)) writeFileSync(ignore, '*\n');
  } catch (cause) {
    throw new DataJointError(
      'access',
      `The folder ${folder} for the database cannot be created: check its permissions.`,
      { cause },
    );
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
