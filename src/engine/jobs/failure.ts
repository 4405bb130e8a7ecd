import { DataJointError } from '../errors';

/** What a failed make leaves in its job row. */
export interface Failure {
  /** `RangeError: gain is zero`. Cut to what the row can hold. */
  readonly message: string;
  readonly stack: string;
  /** Seconds. */
  readonly duration: number;
}

/**
 * Records an error by `record`, which gets its message. A column may be in a character set without some characters of
 * the message: then those become question marks, for an error must be recorded in any case.
 */
export async function recorded(message: string, record: (message: string) => Promise<unknown>): Promise<void> {
  for (const beyond of [/[^\u0000-\u00ff]/gu, /[^\u0000-\u007f]/gu]) {
    try {
      await record(message);
      return;
    } catch (error) {
      if (!(error instanceof DataJointError) || error.code !== 'invalid_value') throw error;
      message = message.replace(beyond, '?');
    }
  }
  await record(message);
}

const TRUNCATED = '...truncated';

/** At most `length` characters, counted as the database counts them, the last ones saying that it was cut. */
export function truncated(message: string, length: number): string {
  const characters = [...message];
  if (characters.length <= length) return message;
  return characters.slice(0, length - TRUNCATED.length).join('') + TRUNCATED;
}
