/** The password of the local server, where datajoint-python 2.3 reads it: `.secrets/` beside `datajoint.json`. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DataJointError } from '../engine';
import { accountName } from './commands';
import { writePrivate, writingProblem } from './files';

export const secretsFolder = (folder: string): string => path.join(folder, '.secrets');
export const userFile = (folder: string): string => path.join(secretsFolder(folder), 'database.user');
export const passwordFile = (folder: string): string => path.join(secretsFolder(folder), 'database.password');

export const newPassword = (): string => randomBytes(24).toString('base64url');

/** What `.secrets/` says now; null for what it does not. */
export function readAccount(folder: string): { readonly user: string | null; readonly password: string | null } {
  return { user: textOf(userFile(folder)), password: textOf(passwordFile(folder)) };
}

/**
 * The password of the account, kept in `.secrets/` from now on: the one that is there, else `known`, else a new one.
 * @throws DataJointError `usage` when `.secrets/` has another account, `access` or `storage_full`
 */
export function keepAccount(folder: string, known: string | null): string {
  const { user, password } = readAccount(folder);
  if (user !== null && user !== accountName) {
    throw new DataJointError('usage', `${userFile(folder)} names the account ${user} of another server: move it away first.`);
  }
  const kept = password ?? known ?? newPassword();
  if (/[\r\n\0]/.test(kept)) {
    throw new DataJointError('usage', `The password in ${passwordFile(folder)} has more than one line: remove the file to get a new one.`);
  }
  try {
    mkdirSync(secretsFolder(folder), { recursive: true, mode: 0o700 });
    if (user === null) writePrivate(userFile(folder), accountName);
    if (password === null) writePrivate(passwordFile(folder), kept);
    for (const file of [userFile(folder), passwordFile(folder)]) chmodSync(file, 0o600);
  } catch (cause) {
    throw writingProblem(folder, cause);
  }
  return kept;
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim() || null;
  } catch {
    return null;
  }
}
