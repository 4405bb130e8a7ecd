import { type Condition, EXPRESSION, type Key } from '../algebra';
import { DataJointError } from '../errors';
import type { Waiting } from '../jobs';

export interface PopulateOptions {
  /** Share the work with other workers through the job queue. */
  readonly reserveJobs?: boolean;
  /** The most make() calls. */
  readonly maxCalls?: number;
  /** The most keys to consider, after restrictions and after leaving out what is done. */
  readonly limit?: number;
  /** Go on after an error instead of throwing it. */
  readonly suppressErrors?: boolean;
  /** Return the error objects instead of their messages. */
  readonly returnExceptionObjects?: boolean;
  /** Show progress where the program that runs has a way to show it. */
  readonly displayProgress?: boolean;
  /** Passed to make() as its second argument. */
  readonly makeKwargs?: Readonly<Record<string, unknown>>;
  /** How many keys are made at once in this process, each in a transaction of its own: for make() that waits a lot. */
  readonly concurrency?: number;
  /**
   * How many processes share the work, each with a session of its own: for make() that computes a lot. Each loads the file
   * that declares the table; where that is the running program, it stops there before its first use of the database.
   */
  readonly processes?: number;
  /** Reserved mode: only jobs of this priority or more urgent (lower). */
  readonly priority?: number;
  /** Reserved mode: refresh the queue first. By default as `jobs.auto_refresh` says. */
  readonly refresh?: boolean;
  /** Stops: the running key fails with the abort's reason, keys that were not started go back to the queue. */
  readonly signal?: AbortSignal;
  /** Once it is aborted no further key is begun; those that are being made are made to the end. */
  readonly enough?: AbortSignal;
  /** Told of every key as it ends. */
  readonly onProgress?: (event: PopulateEvent) => void;
}

/** What populate reports while it runs. `done` and `total` count keys of this run; `key` is as fetched. */
export type PopulateEvent =
  /** `waiting`: where nothing can be made now, the jobs of the queue whose time comes later. */
  | { readonly type: 'start'; readonly total: number; readonly waiting?: Waiting }
  | {
      readonly type: 'done' | 'skipped' | 'error';
      readonly key: Key;
      /** What the key took. */
      readonly seconds: number;
      /** Which of several processes made it, from 1. */
      readonly worker?: number;
      readonly done: number;
      readonly total: number;
      /** The stack, those of its causes, and what make() printed last. */
      readonly error?: { readonly message: string; readonly stack: string };
    }
  | { readonly type: 'end'; readonly done: number; readonly total: number };

export interface PopulateResult {
  /** Keys whose make() inserted a row. */
  readonly successCount: number;
  /** Keys whose make() returned without inserting anything, or found at its insert that another worker had entered the row. */
  readonly skippedCount: number;
  /** Key and message (or the thrown value, with `returnExceptionObjects`) of each failed make(). */
  readonly errorList: [Key, unknown][];
}

const OPTIONS: Record<keyof PopulateOptions, true> = {
  reserveJobs: true,
  maxCalls: true,
  limit: true,
  suppressErrors: true,
  returnExceptionObjects: true,
  displayProgress: true,
  makeKwargs: true,
  concurrency: true,
  processes: true,
  priority: true,
  refresh: true,
  signal: true,
  enough: true,
  onProgress: true,
};

/**
 * Tells restrictions from options: a last plain object whose every name is an option is the options.
 * @throws DataJointError `usage` for an object that mixes option names with others, or a number that is none.
 */
export function splitPopulateArguments(args: readonly (Condition | PopulateOptions)[]): {
  restrictions: Condition[];
  options: PopulateOptions;
} {
  const last = args.at(-1);
  if (!isPlainObject(last)) return { restrictions: [...args] as Condition[], options: {} };
  const names = Object.keys(last);
  const camelCase = names.filter((name) => /[A-Z]/.test(name) && name in OPTIONS);
  const strangers = names.filter((name) => !(name in OPTIONS));
  if (camelCase.length > 0 && strangers.length > 0) {
    throw new DataJointError('usage', `populate has no option "${strangers[0] ?? ''}". Give restrictions before the options, as arguments of their own.`);
  }
  if (strangers.length > 0) return { restrictions: [...args] as Condition[], options: {} };
  const options = last as PopulateOptions;
  for (const [name, least] of [['maxCalls', 0], ['limit', 0], ['concurrency', 1], ['processes', 1], ['priority', -128]] as const) {
    const given = options[name];
    if (given !== undefined && (!Number.isSafeInteger(given) || given < least)) {
      throw new DataJointError('usage', `populate needs a whole number from ${String(least)} on as ${name}, not ${String(given)}.`);
    }
  }
  return { restrictions: args.slice(0, -1) as Condition[], options };
}

function isPlainObject(candidate: unknown): candidate is object {
  if (typeof candidate !== 'object' || candidate === null || EXPRESSION in candidate) return false;
  const prototype: unknown = Object.getPrototypeOf(candidate);
  return prototype === Object.prototype || prototype === null;
}
