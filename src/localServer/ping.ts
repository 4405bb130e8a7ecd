/** Whether the server answers, and who uses it. */
import { DataJointError, openDatabase } from '../engine';
import { accountName } from './commands';
import { serverHost } from './settings';

/** How to log in to a local server. */
export interface Login {
  readonly port: number;
  readonly password: string;
  /** The file of the certificate that the folder's own server has. Another that answers gets no login. */
  readonly certificate: string;
}

/**
 * Logs in and leaves again, once the server has proved that it is the folder's own.
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

const open = ({ port, password, certificate }: Login) =>
  openDatabase(
    { kind: 'server', host: serverHost, port, user: accountName, password, tls: true, tlsFiles: { ca: certificate } },
    { program: 'djw server', readOnly: true },
  );
