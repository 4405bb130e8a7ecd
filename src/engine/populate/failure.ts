/** An error as job rows and error lists tell it: `RangeError: gain is zero`, or just the name when there is no message. */
export function failureMessage(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `${typeof thrown} thrown: ${String(thrown)}`;
  const name = errorName(thrown);
  return thrown.message === '' ? name : `${name}: ${thrown.message}`;
}

/** The stack, with the stacks of all causes. A thrown value that is no error has only itself to show. */
export function failureStack(thrown: unknown): string {
  const parts: string[] = [];
  const seen = new Set<unknown>();
  for (let error = thrown; error !== undefined && error !== null && !seen.has(error); error = error instanceof Error ? error.cause : undefined) {
    seen.add(error);
    parts.push(error instanceof Error ? (error.stack ?? failureMessage(error)) : failureMessage(error));
  }
  return parts.join('\nCaused by: ');
}

const errorName = (error: Error): string => (error.name !== 'Error' ? error.name : error.constructor.name || 'Error');

/** Thrown into the running key when a person or the system stops the worker. The name is what the job row will say. */
export class Interruption extends Error {
  constructor(readonly reason: 'KeyboardInterrupt' | 'SystemExit') {
    super(reason === 'SystemExit' ? 'SIGTERM received' : '');
    this.name = reason;
  }
}
