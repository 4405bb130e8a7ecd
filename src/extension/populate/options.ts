/** What a person may ask of a populate. */
export interface PopulateOptions {
  readonly reserveJobs: boolean;
  readonly suppressErrors: boolean;
  /** Null: until nothing is left. */
  readonly maxCalls: number | null;
  /** An SQL condition, or JSON of an object or a list of objects; empty: all keys. */
  readonly restriction: string;
  /** A file with keys in JSON: only those. */
  readonly keysFile?: string;
}

/** Reserved, so that errors are recorded with their stacks; suppressed, so that one bad key does not stop the others. */
export const defaultOptions: PopulateOptions = {
  reserveJobs: true,
  suppressErrors: true,
  maxCalls: null,
  restriction: '',
};

/** The arguments of `djw populate` for a table, given as `schema.ClassName`, whose class is in `pipeline`. */
export function populateArguments(table: string, pipeline: string, options: PopulateOptions): string[] {
  const args = [table];
  if (options.restriction !== '') args.push(options.restriction);
  if (options.keysFile !== undefined) args.push('--keys-from', options.keysFile);
  args.push('--pipeline', pipeline);
  if (options.reserveJobs) args.push('--reserve-jobs');
  if (options.suppressErrors) args.push('--suppress-errors');
  // The views tell of the errors; the terminal need not call the run a failure.
  if (options.reserveJobs && options.suppressErrors) args.push('--errors-ok');
  if (options.maxCalls !== null) args.push('--max-calls', String(options.maxCalls));
  return args;
}

/** The arguments of `djw populate` for one key, which is reserved, and whose error is not suppressed. */
export function debugArguments(table: string, pipeline: string, restriction: string): string[] {
  const options = { reserveJobs: true, suppressErrors: false, maxCalls: 1, restriction };
  // The person has seen the error: the terminal need not call the run a failure.
  return [...populateArguments(table, pipeline, options), '--errors-ok'];
}

/** Null when `text` can be used; else what is wrong with it. Empty means no limit. */
export function maxCallsProblem(text: string): string | null {
  return text.trim() === '' || /^[1-9]\d*$/.test(text.trim()) ? null : 'A whole number above 0, or nothing for all keys.';
}

/** Null when `text` can be used; else what is wrong with it. */
export function restrictionProblem(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed.includes('${')) return '"${" cannot be passed to a terminal task.';
  if (!/^[{[]/.test(trimmed)) return null;
  try {
    JSON.parse(trimmed);
    return null;
  } catch (thrown) {
    return `This starts like JSON but is not: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  }
}

/** Reads options that an earlier session stored; anything unexpected gives the defaults. */
export function readOptions(stored: unknown): PopulateOptions {
  if (typeof stored !== 'object' || stored === null) return defaultOptions;
  const { reserveJobs, suppressErrors, maxCalls, restriction } = stored as Record<string, unknown>;
  return {
    reserveJobs: typeof reserveJobs === 'boolean' ? reserveJobs : defaultOptions.reserveJobs,
    suppressErrors: typeof suppressErrors === 'boolean' ? suppressErrors : defaultOptions.suppressErrors,
    maxCalls: typeof maxCalls === 'number' && Number.isInteger(maxCalls) && maxCalls > 0 ? maxCalls : null,
    restriction: typeof restriction === 'string' && restrictionProblem(restriction) === null ? restriction : '',
  };
}
