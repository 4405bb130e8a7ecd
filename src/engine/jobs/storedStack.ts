/**
 * The stack that a job keeps: a blob of text, or of MATLAB's structs, which anybody who may write the queue has chosen.
 * Nothing larger than these limits is read, unpacked or handed on.
 */
import { type Fragment, raw } from '../algebra';
import { unpack } from '../codecs';
import type { Connection, SqlRow } from '../database';
import { messageOf } from '../errors';
import { cutMiddle } from './cutText';
import { MOST_OF_KEY } from './schemaWide';

/** Largest stored stack that is read, in bytes; a failure that this engine records takes less than 1 MB. */
const MOST_STORED = 4 * 1024 * 1024;
/** Largest text that is unpacked, in bytes; of other values, each of which takes many times its bytes, as much as is shown. */
const MOST_TEXT = 4 * 1024 * 1024;
const MOST_VALUES = 256 * 1024;
/** Longest array of numbers that is written out: a line's number is one element. */
const MOST_ELEMENTS = 16;
/**
 * Longest stack that is shown and parsed, in characters. Of a longer one its beginning and its end are kept: Python's error
 * stands at the end, V8's frames stand after a long message.
 */
export const MOST_OF_STACK = 256 * 1024;
/** Longest message of a job that is read, in characters; datajoint-python keeps 2047. */
const MOST_OF_MESSAGE = 4096;
/** Longest name of a user, host, table or version that is read, in characters. */
const MOST_OF_NAME = 255;

/** The columns to select for a stack, which `storedStack` reads; a stack that is too large is not sent at all. */
export function stackColumns({ dialect }: Connection): Fragment {
  const column = dialect.quoteIdentifier('error_stack');
  return raw(`CASE WHEN OCTET_LENGTH(${column}) <= ${String(MOST_STORED)} THEN ${column} END AS stack, OCTET_LENGTH(${column}) AS stack_bytes`);
}

/** A column of names, of which no more is sent than the columns that DataJoint declares hold: another table's may hold more. */
export function nameColumn({ dialect }: Connection, name: string): string {
  const column = dialect.quoteIdentifier(name);
  return `SUBSTR(${column}, 1, ${String(MOST_OF_NAME)}) AS ${column}`;
}

/** A column of packed keys; null where one is larger than a key, which is not sent at all. */
export function keyBlobColumn({ dialect }: Connection, name: string): string {
  const column = dialect.quoteIdentifier(name);
  return `CASE WHEN OCTET_LENGTH(${column}) <= ${String(MOST_OF_KEY)} THEN ${column} END AS ${column}`;
}

/** The column of a job's message, of which no more is sent than anybody reads. */
export function messageColumn({ dialect }: Connection): string {
  const column = dialect.quoteIdentifier('error_message');
  return `SUBSTR(${column}, 1, ${String(MOST_OF_MESSAGE)})`;
}

/**
 * The text of a stack, at most `MOST_OF_STACK` characters; null where the job has none. One that cannot be read is said to
 * be so instead of hiding the job.
 * @param row with the columns of `stackColumns`
 */
export function storedStack(row: SqlRow): string | null {
  const { stack: stored = null, stack_bytes: bytes = null } = row;
  if (bytes === null) return null;
  if (stored === null) return `The stored stack cannot be read: it has ${String(bytes)} bytes, more than the ${String(MOST_STORED)} that are read.`;
  try {
    const stack = stored instanceof Uint8Array ? unpack(stored, { text: MOST_TEXT, values: MOST_VALUES }) : stored;
    return cutMiddle(typeof stack === 'string' ? stack : textOf(stack), MOST_OF_STACK);
  } catch (error) {
    return `The stored stack cannot be read: ${messageOf(error)}`;
  }
}

/** MATLAB's structs and other values as JSON, which the readers of stacks know. */
function textOf(stack: unknown): string {
  return JSON.stringify(stack, (_, part: unknown) => brief(part));
}

/** No stack holds long numbers or arrays of them. */
function brief(part: unknown): unknown {
  if (typeof part === 'bigint') return String(BigInt.asIntN(64, part) === part ? part : '…');
  return ArrayBuffer.isView(part) && part.byteLength > MOST_ELEMENTS * 8 ? `[${String(part.byteLength)} bytes]` : part;
}
