/** What make() does to its process beside its own work: what it prints, and attempts to end the process. */
import { DataJointError } from '../errors';
import { currentMake } from './makeScope';

let watching = false;

/** Begins to watch, once and for good: outside a make() nothing is different. */
export function watchMakes(): void {
  if (watching) return;
  watching = true;
  for (const stream of [process.stdout, process.stderr]) recordPrinted(stream);
  keepAlive();
}

function recordPrinted(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream);
  stream.write = ((...args: Parameters<typeof write>) => {
    const [text] = args;
    currentMake()?.printed.add(typeof text === 'string' ? text : Buffer.from(text).toString());
    return write(...args);
  }) as typeof write;
}

/** A make() that ends the process would take the other jobs of this worker with it. */
function keepAlive(): void {
  const exit = process.exit.bind(process);
  process.exit = ((code?: number | string | null) => {
    const make = currentMake();
    if (make === null) return exit(code);
    const reason = new DataJointError(
      'not_allowed',
      `make() of ${make.target.label} called process.exit(${code === undefined ? '' : String(code)}), which would end its worker: throw an error instead.`,
    );
    make.fail(reason);
    throw reason;
  });
}

/**
 * For the program's handlers of errors that nobody caught: whether this one came out of a make(), from a promise that it
 * did not await or from a callback. Then it has been dealt with: it is the error of that make's job while the job runs,
 * and afterwards a warning. To be called in the handler itself, where Node knows the make() that the error belongs to.
 */
export function claimStray(thrown: unknown, kind: 'rejection' | 'exception'): boolean {
  const make = currentMake();
  if (make === null) return false;
  make.stray(thrown, kind === 'rejection' ? 'did not await a promise that failed' : 'threw in a callback');
  return true;
}
