import type { TableSpec } from '../database';
import { DataJointError, type ErrorCode } from '../errors';
import { beginning, cutMiddle } from './cutText';

/** What a failed make leaves in its job row. */
export interface Failure {
  /** `RangeError: gain is zero`. Cut to what the row can hold. */
  readonly message: string;
  readonly stack: string;
  /** Seconds. */
  readonly duration: number;
}

/** What a job row is to say of a failure. Without a stack it keeps the one that it has: none. */
export interface Recording {
  readonly message: string;
  readonly stack: string | null;
}

/** The most characters of a message in the queues that datajoint-python declares. */
export const MESSAGE_LENGTH = 2047;

const TRUNCATED = '...truncated';
/** Of a stack that could not be stored whole: some queues keep no more than 64 kB. */
const SHORT_STACK = 10_000;
/** The smallest thing that can be said: every column of a queue holds it. */
const UNSTORABLE: Recording = { message: 'The error of this make() could not be stored.', stack: null };
/** Failures that have nothing to do with what is recorded: the same again may succeed. */
const PASSING: readonly ErrorCode[] = ['busy', 'connection_lost', 'unreachable'];

/**
 * Records a failure by `record`, whatever the make() said: it is well-formed text that the column is long enough for, and
 * where the database refuses it all the same (a character set without some characters, a stack that is too large), it is
 * offered less and less, down to one short sentence.
 * @throws what keeps even that from being stored: the database is away, or the account may not write
 */
export async function recorded(queue: TableSpec, failure: Failure, record: (recording: Recording) => Promise<unknown>): Promise<void> {
  const message = truncated(storable(failure.message), messageLength(queue));
  const stack = storable(failure.stack);
  const offers: readonly Recording[] = [
    { message, stack },
    { message: message.replace(/[^\u0000-\u00ff]/gu, '?'), stack },
    { message: message.replace(/[^\t\n\u0020-\u007e]/gu, '?'), stack: cutMiddle(stack, SHORT_STACK) },
  ];
  for (const offer of offers) {
    try {
      await record(offer);
      return;
    } catch (error) {
      if (error instanceof DataJointError && PASSING.includes(error.code)) throw error;
    }
  }
  await record(UNSTORABLE);
}

/** The most characters that a message may have in a queue; DataJoint for MATLAB declares 1,023. */
function messageLength({ attributes }: TableSpec): number {
  const column = attributes.find(({ name }) => name === 'error_message')?.column;
  return column?.kind === 'varchar' ? column.length : MESSAGE_LENGTH;
}

/** The text without what no database stores: halves of characters, and U+0000, which ends texts in some. */
const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\u2400');

/** At most `length` characters, counted as the database counts them, the last ones saying that it was cut. */
export function truncated(message: string, length: number): string {
  // No character has more than two code units: of a message of millions the rest is never looked at.
  const characters = [...beginning(message, 2 * length + 2)];
  if (characters.length <= length) return message;
  return characters.slice(0, length - TRUNCATED.length).join('') + TRUNCATED;
}
