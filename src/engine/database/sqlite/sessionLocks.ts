import { existsSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DataJointError } from '../../errors';
import { isLockConflict, writingError } from './errors';

/**
 * The lock files of sessions: `<folder>/<id>.lock`, each a tiny SQLite file that its session keeps under an exclusive
 * lock. The operating system frees the lock the moment the process dies, however it dies, so a process that gets the lock has
 * proof of death. A lock file is never opened by other means: closing any handle of it would free the lock.
 */
export class SessionLocks {
  readonly #held = new Map<number, DatabaseSync>();

  /** @param file the database file */
  constructor(private readonly file: string) {}

  /** @throws DataJointError `access` where no lock file can be made. */
  hold(id: number): void {
    makeSessionFolder(this.file);
    assertNoLink(this.#path(id));
    try {
      const handle = lock(this.#path(id));
      this.#held.set(id, handle);
      handles.add(handle);
    } catch (cause) {
      throw notMade(this.file, cause);
    }
  }

  release(id: number): void {
    const handle = this.#held.get(id);
    if (handle === undefined) return;
    handle.close();
    handles.delete(handle);
    this.#held.delete(id);
    this.forget(id);
  }

  /** Whether a living process holds the lock; null when this cannot be told. */
  isHeld(id: number): boolean | null {
    if (this.#held.has(id)) return true;
    const path = this.#path(id);
    try {
      if (!existsSync(path)) return false;
      assertNoLink(path);
      probe(path);
      return false;
    } catch (error) {
      if (isLockConflict(error)) return true;
      return existsSync(path) ? null : false;
    }
  }

  forget(id: number): void {
    rmSync(this.#path(id), { force: true });
    rmSync(`${this.#path(id)}-journal`, { force: true });
  }

  close(): void {
    for (const id of [...this.#held.keys()]) this.release(id);
  }

  #path(id: number): string {
    return lockFileOf(this.file, id);
  }
}

/** Where the sessions of a database file keep their lock files. */
export const sessionFolderOf = (file: string): string => `${file}-sessions`;

/** @throws DataJointError `access` where it cannot be made, or is a link */
export function makeSessionFolder(file: string): string {
  const folder = sessionFolderOf(file);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw notMade(file, cause);
  }
  assertNoLink(folder);
  return folder;
}

const notMade = (file: string, cause: unknown): DataJointError =>
  writingError(file, `This session's lock file cannot be made: check that the folder ${sessionFolderOf(file)} may be written.`, cause);

/** The lock file of a session of a database file. */
export const lockFileOf = (file: string, id: number): string => join(sessionFolderOf(file), `${id}.lock`);

/**
 * Every lock that this process holds. Without this a database that a program no longer refers to, though it lives, would
 * be collected as garbage and its lock freed with it.
 */
const handles = new Set<DatabaseSync>();

/** A lock file is made by a session; a link in its place leads to a file that is none. */
function assertNoLink(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  throw new DataJointError('access', `${path} is a link to another place: remove it, then try again.`);
}

/** Makes a file and locks it. @throws SQLite's error, which `isLockConflict` for a lock that another has */
export function lock(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Takes a shared lock for a moment, so that two who probe at once do not take each other for the holder. */
function probe(path: string): void {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    database.exec('PRAGMA busy_timeout = 0; SELECT 1 FROM sqlite_master');
  } finally {
    database.close();
  }
}
