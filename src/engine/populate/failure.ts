import { inspect } from 'node:util';
import { beginning, cutMiddle } from '../jobs';

/** More of a stack than this says nothing more, and in UTF-8 it is less than the 1 MB that the most careful servers take. */
const MOST_STACK = 300_000;
/** Of one error of a chain: a message that is longer hides no frame, neither its own error's nor another's. */
const MOST_ERROR = 60_000;
/** A getter may give another cause each time. */
const MOST_CAUSES = 100;
const MOST_PRINTED_VALUE = 10_000;
const UNSHOWN = 'a value that cannot be shown';

/** An error as job rows and error lists tell it: `RangeError: gain is zero`, or just the name when there is no message. */
export function failureMessage(thrown: unknown): string {
  const error = asError(thrown);
  if (error === null) return `${typeof thrown} thrown: ${textOf(thrown)}`;
  const name = errorName(error);
  const message = asked(() => textOf(error.message), UNSHOWN);
  return message === '' ? name : `${name}: ${message}`;
}

/** The stack, with the stacks of all causes. A thrown value that is no error has only itself to show. */
export function failureStack(thrown: unknown): string {
  const parts: string[] = [];
  const seen = new Set<unknown>();
  for (let cause = thrown; cause !== undefined && cause !== null && !seen.has(cause) && seen.size < MOST_CAUSES; ) {
    seen.add(cause);
    const error = asError(cause);
    parts.push(error === null ? failureMessage(cause) : stackOf(error));
    cause = error === null ? undefined : asked(() => error.cause, undefined);
  }
  return cutMiddle(parts.map((part) => cutMiddle(part, MOST_ERROR)).join('\nCaused by: '), MOST_STACK);
}

/**
 * What make() threw, safe to look at: a Proxy or a getter may throw again when it is asked what it is. Such a value is
 * stood for by an error with as much of it as can be read; every other stays what it is.
 */
export function readable(thrown: unknown): unknown {
  const isReadable = asked(() => (thrown instanceof Error ? [thrown.name, thrown.message, thrown.stack, thrown.cause] : []), null) !== null;
  if (isReadable) return thrown;
  const error = asError(thrown);
  const name = error === null ? 'Error' : errorName(error);
  const message = error === null ? failureMessage(thrown) : asked(() => textOf(error.message), UNSHOWN);
  const stack = failureStack(thrown);
  return Object.defineProperties(new Error(message), { name: { value: name }, stack: { value: stack } });
}

/** What a job row keeps of a failed make: the stack, then what make() printed last. */
export function failureReport(thrown: unknown, printed: readonly string[]): string {
  const stack = failureStack(thrown);
  // The mark keeps a printed stack from being read as the error's own.
  return printed.length === 0 ? stack : [stack, '', 'Printed by make() before:', ...printed.map((line) => `| ${line}`)].join('\n');
}

/** The answer, or `otherwise` where asking throws. */
function asked<T>(ask: () => T, otherwise: T): T {
  try {
    return ask();
  } catch {
    return otherwise;
  }
}

const asError = (thrown: unknown): Error | null => asked(() => (thrown instanceof Error ? thrown : null), null);

function errorName(error: Error): string {
  const name = asked(() => textOf(error.name), 'Error');
  return name === 'Error' ? asked(() => textOf(error.constructor.name), '') || 'Error' : name;
}

function stackOf(error: Error): string {
  const stack = asked<unknown>(() => error.stack, '');
  return typeof stack === 'string' && stack !== '' ? stack : failureMessage(error);
}

/** Whatever was thrown as text: also an object without a prototype, or one whose own text cannot be had. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return asked(() => beginning(inspect(value, { depth: 3, breakLength: Infinity }), MOST_PRINTED_VALUE), UNSHOWN);
}

/** Thrown into the running key when a person or the system stops the worker. The name is what the job row will say. */
export class Interruption extends Error {
  constructor(readonly reason: 'KeyboardInterrupt' | 'SystemExit') {
    super(reason === 'SystemExit' ? 'SIGTERM received' : '');
    this.name = reason;
  }
}
