import { DataJointError, type ErrorCode } from '../errors';

/** Errors that say nothing of the table that was asked for: whatever is asked next meets them too. */
const OF_THE_DATABASE: ReadonlySet<ErrorCode> = new Set(['connection_lost', 'unreachable', 'busy', 'storage_full']);

/**
 * The sentence about one table, queue or schema that cannot be read, so that the others can be shown.
 * @throws what was thrown, when it is about the database as a whole or about no database at all
 */
export function problemOf(thrown: unknown): string {
  if (!(thrown instanceof DataJointError) || OF_THE_DATABASE.has(thrown.code)) throw thrown;
  return thrown.message;
}
