/**
 * Whether the file system keeps the locks that an embedded database lives by. Some refuse every lock (an NFS without its lock
 * service), some grant every lock to everybody (https://sqlite.org/howtocorrupt.html, 2.1 to 2.3); two writers destroy the
 * file there within seconds.
 */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { DataJointError } from '../../errors';
import { isLockConflict } from './errors';
import { lock, makeSessionFolder } from './sessionLocks';

/** Long for a Node that starts, also on a busy machine. */
const CHILD_MS = 20_000;

/**
 * Tries a lock of this process against another process, once for each boot of the machine and file system: that takes a tenth
 * of a second.
 * @param file the database file, which need not be there; its folder is
 * @throws DataJointError `access` where locks are refused, or keep nobody out
 */
export function assertLocks(file: string): void {
  const folder = makeSessionFolder(file);
  const known = join(folder, 'locks-tested');
  const here = `${hostname()} ${textOf('/proc/sys/kernel/random/boot_id')?.trim() ?? 'any'} ${String(statSync(folder).dev)}\n`;
  if (textOf(known) === here) return;
  const outcome = tryLock(folder, otherProcess);
  if (outcome === 'refused') throw noLocks(file);
  if (outcome === 'shared') {
    throw new DataJointError(
      'access',
      `The file system of ${file} only pretends to lock files, and two programs at once would destroy the database: keep it on a local disk, or use a database server.`,
    );
  }
  // What could not be tried is tried again next time.
  if (outcome === 'kept') writeWhole(known, here);
}

/** What to say instead of "locked by another process" where even a file of its own cannot be locked; else null. */
export function lockRefusal(file: string): DataJointError | null {
  return tryLock(dirname(file), () => 'kept') === 'refused' ? noLocks(file) : null;
}

const noLocks = (file: string): DataJointError =>
  new DataJointError('access', `The file system of ${file} refuses to lock files (ENOLCK): keep the database on a local disk, or use a database server.`);

type Outcome = 'kept' | 'shared' | 'refused' | 'unknown';

/** @param other tries the lock of the file that this process has locked */
function tryLock(folder: string, other: (probe: string) => Outcome): Outcome {
  const probe = join(folder, `${randomUUID()}.lock-test`);
  let held: DatabaseSync | null = null;
  try {
    held = lock(probe);
    return other(probe);
  } catch (error) {
    return isLockConflict(error) ? 'refused' : 'unknown';
  } finally {
    held?.close();
    remove(probe);
  }
}

const KEPT = 10;
const SHARED = 11;
/** Two handles of one process never meet at the system's locks, so another process has to try. */
const TRY = `
const { DatabaseSync } = require('node:sqlite');
let code = ${SHARED};
try { new DatabaseSync(process.argv[1]).exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE'); }
catch (error) { code = (error.errcode & 255) === 5 ? ${KEPT} : 1; }
process.exit(code);`;

function otherProcess(probe: string): Outcome {
  // In the editor the program is the editor, which is a Node with this variable.
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' };
  const args = ['--disable-warning=ExperimentalWarning', '-e', TRY, probe];
  const { status } = spawnSync(process.execPath, args, { env, stdio: 'ignore', timeout: CHILD_MS, windowsHide: true });
  if (status === KEPT) return 'kept';
  return status === SHARED ? 'shared' : 'unknown';
}

function remove(probe: string): void {
  for (const ending of ['', '-journal']) rmSync(`${probe}${ending}`, { force: true });
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function writeWhole(file: string, text: string): void {
  const fresh = `${file}-${randomUUID()}`;
  writeFileSync(fresh, text, { flag: 'wx' });
  renameSync(fresh, file);
}
