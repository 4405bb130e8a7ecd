/** What a failed make leaves in its job row. */
export interface Failure {
  /** `RangeError: gain is zero`. Cut to what the row can hold. */
  readonly message: string;
  readonly stack: string;
  /** Seconds. */
  readonly duration: number;
}

const TRUNCATED = '...truncated';

/** At most `length` characters, counted as the database counts them, the last ones saying that it was cut. */
export function truncated(message: string, length: number): string {
  const characters = [...message];
  if (characters.length <= length) return message;
  return characters.slice(0, length - TRUNCATED.length).join('') + TRUNCATED;
}
