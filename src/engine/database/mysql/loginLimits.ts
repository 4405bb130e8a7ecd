/** How long a server may take for each step of a connection, and how much it may send before it has let one in. */
import type { Socket } from 'node:net';
import { DataJointError } from '../../errors';

/** From the first packet to the login, in milliseconds. */
export const LOGIN_MS = 10_000;
/** For the settings of a session after the login, in milliseconds. */
export const SETTINGS_MS = 10_000;
/** Bytes before the login: a greeting, certificates and a few packets. */
const MOST_BYTES = 256 * 1024;
const LOOK_EVERY_MS = 20;

/**
 * Ends a login whose server sends more than any login takes.
 * @returns what ends the watch
 */
export function watchSize(socket: Socket, tooMuch: (error: Error) => void): () => void {
  const look = (): void => {
    if (socket.bytesRead <= MOST_BYTES) return;
    end();
    tooMuch(Object.assign(new Error('too much before the login'), { code: 'DJW_LOGIN_TOO_LARGE' }));
  };
  const end = (): void => {
    clearInterval(timer);
    socket.off('data', look);
  };
  // What is encrypted never comes by here as data.
  const timer = setInterval(look, LOOK_EVERY_MS);
  socket.on('data', look);
  return end;
}

/**
 * Waits for the first answers of a session.
 * @param give called when they do not come in time: what ends the session
 * @throws DataJointError `unreachable` for a server that lets one in and then says nothing
 */
export async function inTime<T>(work: Promise<T>, place: string, give: () => void, milliseconds = SETTINGS_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const message = `The server ${place} takes the login and then says nothing for ${String(milliseconds / 1000)} seconds: check that it is a MySQL or MariaDB server, and its load.`;
      reject(new DataJointError('unreachable', message));
      give();
    }, milliseconds);
  });
  // What is given up fails later, and nobody waits for that.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
