/** What comes out of Python, as errors of this side. */
import { DataJointError } from '../../engine';
import type { WireError } from './wire';

/** An exception of make(): the name is the exception's class, the stack is Python's traceback. */
export class PythonError extends Error {
  /** The database's own number, for those that pass by themselves. */
  readonly errno: number | undefined;

  constructor(readonly wire: WireError) {
    super(wire.message?.toWellFormed() ?? '');
    this.name = wire.type ?? 'Exception';
    this.stack = (wire.traceback ?? '').toWellFormed();
    this.errno = wire.numbers?.find((number) => passing.has(number));
  }
}

/** Deadlock, lock timeout, and a snapshot that is out of date. */
const passing = new Set([1020, 1205, 1213]);

/** The error to throw for what Python says of a make(); one that passes by itself is known as such to the engine. */
export function makeError(wire: WireError): Error {
  const error = new PythonError(wire);
  if (error.errno === undefined) return error;
  return new DataJointError('busy', `Another session held what make() needed: ${error.name}: ${error.message}`, { cause: error });
}

/** How a Python process ended without being asked to. */
export interface PythonExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What Python wrote about its own crash, a stack included; usually empty. */
  readonly crash: string;
}

/** Python has ended. The sentence says how, as far as it can be told. */
export class PythonEnded extends Error {
  override readonly name: string = 'PythonEnded';
  /** Why it could not be started. */
  override readonly cause: Error | undefined;

  constructor(
    readonly exit: PythonExit,
    /** Why it could not be started, or the sentence to say instead of that of its exit. */
    why: Error | { readonly sentence: string } | null = null,
  ) {
    super(endSentence(exit, why));
    this.cause = why instanceof Error ? why : undefined;
    this.stack = exit.crash === '' ? `${this.name}: ${this.message}` : `${this.name}: ${this.message}\n\n${exit.crash}`;
  }
}

function endSentence({ code, signal }: PythonExit, why: Error | { readonly sentence: string } | null): string {
  if (why instanceof Error) return `Python could not be started: ${why.message}.`;
  if (why !== null) return why.sentence;
  switch (signal) {
    case 'SIGSEGV':
    case 'SIGBUS':
      return `Python crashed (${signal}): a compiled library that make() uses reached for memory that is not its own.`;
    case 'SIGABRT':
    case 'SIGILL':
    case 'SIGFPE':
      return `Python crashed (${signal}) inside a compiled library that make() uses.`;
    case 'SIGKILL':
      return 'Python was killed (SIGKILL): the system ran out of memory, or somebody ended it.';
    case null:
      return `make() ended its Python process with exit code ${String(code)} (os._exit?): raise an error instead.`;
    default:
      return `Python was ended by ${signal}.`;
  }
}
