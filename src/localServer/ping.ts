/** Whether the server answers, and who uses it. */
import { openDatabase } from '../engine';
import { accountName } from './commands';
import { serverHost } from './settings';

/** How to log in to a local server. */
export interface Login {
  readonly port: number;
  readonly password: string;
}

/**
 * Logs in, which only the server with this password lets one do, and leaves again.
 * @throws DataJointError `unreachable`, `access` or `connection_lost`
 */
export async function ping(login: Login): Promise<void> {
  await (await open(login)).close();
}

/** How many sessions others have. @throws DataJointError as `ping` */
export async function countUsers(login: Login): Promise<number> {
  const database = await open(login);
  try {
    const sessions = await database.sessions.list();
    return sessions.filter(({ own, command }) => !own && command !== 'Daemon').length;
  } finally {
    await database.close();
  }
}

const open = ({ port, password }: Login) =>
  openDatabase({ kind: 'server', host: serverHost, port, user: accountName, password, tls: false }, { program: 'djw server', readOnly: true });
