/** Options of the commands that call make(). */
import type { PopulateOptions } from '../engine';
import { integer, usageError, wholeNumber } from './arguments';
import type { Arguments, OptionSpecs } from './command';

export const workOptions = {
  processes: { value: 'N', help: 'share the work among N processes: for make() that computes' },
  concurrency: { value: 'N', help: 'make N keys at once in each process: for make() that waits' },
  priority: { value: 'N', help: 'only jobs of this priority or more urgent (lower); new jobs get it' },
  'make-kwargs': { value: 'JSON', help: 'an object that make() gets as its second argument' },
} satisfies OptionSpecs;

/** @throws DataJointError `usage` */
export function readWork(args: Arguments): PopulateOptions {
  const numbers = {
    processes: wholeNumber(args, 'processes'),
    concurrency: wholeNumber(args, 'concurrency'),
    priority: integer(args, 'priority'),
    makeKwargs: makeKwargs(args.value('make-kwargs')),
  };
  return Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined));
}

function makeKwargs(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // Told below, like any other text that is no object.
  }
  throw usageError(`--make-kwargs takes a JSON object such as '{"scale": 2}', not ${text}.`);
}
