/** The password of the local server, where datajoint-python 2.3 reads it: `.secrets/` beside `datajoint.json`. */
import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DataJointError } from '../engine';
import { accountName } from './commands';
import { makePrivateFolder, writePrivate, writingProblem } from './files';

export const secretsFolder = (folder: string): string => path.join(folder, '.secrets');
export const userFile = (folder: string): string => path.join(secretsFolder(folder), 'database.user');
export const passwordFile = (folder: string): string => path.join(secretsFolder(folder), 'database.password');

export const newPassword = (): string => randomBytes(24).toString('base64url');

/** What `.secrets/` says now; null for what it does not. */
export function readAccount(folder: string): { readonly user: string | null; readonly password: string | null } {
  return { user: textOf(userFile(folder)), password: textOf(passwordFile(folder)) };
}

/**
 * The password of the account, kept in `.secrets/` from now on: the one that is there, else `known`, else a new one. Git
 * ignores the folder from its first moment on.
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
    makePrivateFolder(secretsFolder(folder));
    if (user === null) writePrivate(userFile(folder), accountName);
    if (password === null) writePrivate(passwordFile(folder), kept);
    for (const file of [userFile(folder), passwordFile(folder)]) chmodSync(file, 0o600);
  } catch (cause) {
    throw cause instanceof DataJointError ? cause : writingProblem(folder, cause);
  }
  return kept;
}

/**
 * Gives the account a new password. Each start of the server has its own: what another program has learned of the one before,
 * by listening on the port of a server that had ended, opens nothing.
 * @throws DataJointError `access` or `storage_full`
 */
export function renewPassword(folder: string): string {
  const password = newPassword();
  try {
    makePrivateFolder(secretsFolder(folder));
    writePrivate(passwordFile(folder), password);
    return password;
  } catch (cause) {
    throw cause instanceof DataJointError ? cause : writingProblem(folder, cause);
  }
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim() || null;
  } catch {
    return null;
  }
}
