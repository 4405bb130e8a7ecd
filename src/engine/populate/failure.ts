import { inspect } from 'node:util';
import { cutMiddle } from './cutMiddle';

/** More of a stack than this says nothing more, and servers refuse very large values. */
const MOST_STACK = 1_000_000;
/** Of one error of a chain: a message that is longer hides no frame, neither its own error's nor another's. */
const MOST_ERROR = 200_000;
const MOST_PRINTED_VALUE = 10_000;

/** An error as job rows and error lists tell it: `RangeError: gain is zero`, or just the name when there is no message. */
export function failureMessage(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `${typeof thrown} thrown: ${textOf(thrown)}`;
  const name = errorName(thrown);
  const message = textOf(thrown.message);
  return message === '' ? name : `${name}: ${message}`;
}

/** The stack, with the stacks of all causes. A thrown value that is no error has only itself to show. */
export function failureStack(thrown: unknown): string {
  const parts: string[] = [];
  const seen = new Set<unknown>();
  for (let error = thrown; error !== undefined && error !== null && !seen.has(error); error = error instanceof Error ? error.cause : undefined) {
    seen.add(error);
    parts.push(error instanceof Error ? stackOf(error) : failureMessage(error));
  }
  return cutMiddle(parts.map((part) => cutMiddle(part, MOST_ERROR)).join('\nCaused by: '), MOST_STACK);
}

/** What a job row keeps of a failed make: the stack, then what make() printed last. */
export function failureReport(thrown: unknown, printed: readonly string[]): string {
  const stack = failureStack(thrown);
  // The mark keeps a printed stack from being read as the error's own.
  return printed.length === 0 ? stack : [stack, '', 'Printed by make() before:', ...printed.map((line) => `| ${line}`)].join('\n');
}

const errorName = (error: Error): string => {
  const name = textOf(error.name);
  return name !== 'Error' ? name : error.constructor.name || 'Error';
};

function stackOf(error: Error): string {
  const { stack } = error;
  return typeof stack === 'string' && stack !== '' ? stack : failureMessage(error);
}

/** Whatever was thrown as text: also an object without a prototype, or one whose own text cannot be had. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return inspect(value, { depth: 3, breakLength: Infinity }).slice(0, MOST_PRINTED_VALUE);
  } catch {
    return 'a value that cannot be shown';
  }
}

/** Thrown into the running key when a person or the system stops the worker. The name is what the job row will say. */
export class Interruption extends Error {
  constructor(readonly reason: 'KeyboardInterrupt' | 'SystemExit') {
    super(reason === 'SystemExit' ? 'SIGTERM received' : '');
    this.name = reason;
  }
}
