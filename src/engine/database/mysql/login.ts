import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { type Connection, type ConnectionOptions, createConnection } from 'mysql2';
import { watchSize } from './loginLimits';

const KEEP_ALIVE_MS = 60_000;

/** Connects and logs in. @throws mysql2's error */
export async function logIn(options: ConnectionOptions): Promise<{ connection: Connection; socket: Socket }> {
  // A socket of our own, because mysql2 closes one only after all that was sent to it has been read.
  const { host = 'localhost', port = 0 } = options;
  const keepAlive = { keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
  const socket = connectSocket({ host, port, noDelay: true, ...keepAlive });
  const connection = createConnection({ ...options, host: nameToVerify(host), stream: () => socket });
  readAnswersAsUtf8(connection);
  // Errors that come after the end concern nobody, and without a listener they would end the process.
  connection.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error): void => {
      endWatch();
      connection.destroy();
      reject(isLate(error) ? silent(socket, error) : error);
      socket.destroy();
    };
    const endWatch = watchSize(socket, fail);
    connection.once('error', fail);
    connection.once('connect', () => {
      endWatch();
      connection.off('error', fail);
      resolve();
    });
  });
  return { connection, socket };
}

const isLate = (error: Error): boolean => 'code' in error && error.code === 'ETIMEDOUT';

/** Which step of a login a server has kept waiting: it is no question of the network once it has taken the connection. */
function silent(socket: Socket, error: Error): Error {
  if (socket.connecting) return error;
  const step = socket.bytesWritten > 0 ? 'LOGIN' : socket.bytesRead > 0 ? 'GREETING' : 'START';
  return Object.assign(new Error(`no end of the ${step.toLowerCase()}`, { cause: error }), { code: `DJW_SILENT_${step}` });
}

/**
 * mysql2 takes the encoding of a server's answers from the greeting, which has the lower 8 bits of a collation's id alone:
 * those of utf8mb4_0900_bin (309) are those of macroman_bin (53). What a session reads is what it sets: UTF-8.
 */
function readAnswersAsUtf8(connection: Connection): void {
  Object.defineProperty(connection, 'serverEncoding', { get: () => 'utf8', set: () => undefined });
}

/**
 * The host as mysql2 must have it to compare it with the server's certificate. It compares no addresses; one that ends
 * like a fully qualified name passes for a name there, and Node compares it as the address that it is.
 */
function nameToVerify(host: string): string {
  return isIP(host) === 0 ? host : `${host}.`;
}
