/** Whether the server answers, and who uses it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DataJointError, openDatabase, serverKeyFingerprint } from '../engine';
import { accountName } from './commands';
import type { ServerFiles } from './files';
import { serverHost } from './settings';

/** How to log in to a local server. */
export interface Login {
  readonly port: number;
  readonly password: string;
  /** The key that the server has; null for MariaDB, which needs none. */
  readonly serverKey: string | null;
}

/**
 * Logs in and leaves again. A server with another password refuses that; a program that only pretends to be a server may not.
 * @throws DataJointError `unreachable`, `access` or `connection_lost`
 */
export async function ping(login: Login): Promise<void> {
  await (await open(login)).close();
}

/** Whether others have sessions. A server that is too crowded to say so is used; one that refuses the login is anybody's. */
export async function isUsed(login: Login): Promise<boolean> {
  try {
    const database = await open(login);
    try {
      const sessions = await database.sessions.list();
      return sessions.some(({ own, command }) => !own && command !== 'Daemon');
    } finally {
      await database.close();
    }
  } catch (error) {
    return !(error instanceof DataJointError && error.code === 'access');
  }
}

/**
 * The key of the folder's own server, by which the password is sent to no other that listens on its port. MySQL makes it with
 * its data, which nobody else reads.
 */
export function serverKeyOf({ data }: ServerFiles): string | null {
  try {
    return serverKeyFingerprint(readFileSync(path.join(data, 'public_key.pem')));
  } catch {
    return null;
  }
}

const open = ({ port, password, serverKey }: Login) =>
  openDatabase({ kind: 'server', host: serverHost, port, user: accountName, password, tls: false, ...(serverKey === null ? {} : { serverKey }) }, { program: 'djw server', readOnly: true });
