import { DataJointError } from '../../errors';

/** The server's error number; 0 for an error that is not the server's. */
export function errnoOf(error: unknown): number {
  return error instanceof Error && 'errno' in error && typeof error.errno === 'number' && error.errno > 0
    ? error.errno
    : 0;
}

/** The code of a network error; of several attempts (IPv6, IPv4) that of the first. */
export function codeOf(thrown: unknown): string {
  if (thrown instanceof AggregateError) return codeOf(thrown.errors[0]);
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}

/** ER_SERVER_SHUTDOWN, ER_CONNECTION_KILLED, CR_SERVER_GONE_ERROR, CR_SERVER_LOST, and timeouts of idle sessions. */
const LOST = new Set([1053, 1927, 2006, 2013, 3169, 4031]);
const LOST_CODES = new Set(['PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'PROTOCOL_ERROR']);

/** True for an error after which the session is of no use. */
export function isLost(thrown: unknown): boolean {
  if (thrown instanceof DataJointError) return thrown.code === 'connection_lost';
  const isFatal = thrown instanceof Error && 'fatal' in thrown && thrown.fatal === true;
  return LOST.has(errnoOf(thrown)) || LOST_CODES.has(codeOf(thrown)) || (isFatal && errnoOf(thrown) === 0);
}

/** ER_QUERY_INTERRUPTED, ER_STATEMENT_TIMEOUT, ER_QUERY_TIMEOUT. */
const INTERRUPTED = new Set([1317, 1969, 3024]);

/** True for the number of an error that says that a statement was stopped before it ended. */
export function isInterrupted(errno: number): boolean {
  return INTERRUPTED.has(errno);
}
