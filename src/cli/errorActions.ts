/** What is done with errored jobs from the command line: made pending again, set aside, or removed. */
import { existsSync } from 'node:fs';
import { createOverview, type Key, type Overview, type TableName } from '../engine';
import type { Context } from './command';
import { chosenSpec, useDatabase } from './database';
import { findTable } from './tableArgument';
import { plural } from './words';

export type ErrorAction = 'retry' | 'ignore' | 'clear';

const pageSize = 500;
/** A statement for each so many keys. */
const groupSize = 200;

export interface ErrorActionOptions {
  readonly action: ErrorAction;
  /** As on the command line. */
  readonly table: string;
  /** Only jobs whose message contains it. */
  readonly matching: string | null;
}

/**
 * Acts on the errored jobs of a table.
 * @returns how many jobs have changed, 0 also when a person declined, and the sentence about it
 * @throws DataJointError `usage` for an unknown table
 */
export async function actOnErrors({ action, table: typed, matching }: ErrorActionOptions, context: Context): Promise<{ changed: number; text: string }> {
  const spec = chosenSpec(context);
  // To look for errors creates no database.
  const overview = spec.kind === 'embedded' && !existsSync(spec.file) ? null : createOverview(await useDatabase(context, `djw ${action}`));
  const { name, className } = await findTable(typed, overview);
  const keys = overview === null ? [] : await failedKeys(overview, name, matching);
  if (overview === null || keys.length === 0) return { changed: 0, text: `No errors in ${className}${matching === null ? '' : ` whose message contains "${matching}"`}.` };
  if (action === 'clear' && !(await isConfirmed(className, keys.length, context))) return { changed: 0, text: 'Nothing is removed.' };
  let changed = 0;
  for (let at = 0; at < keys.length; at += groupSize) changed += await overview[action](name, keys.slice(at, at + groupSize));
  return { changed, text: outcome(action, className, changed) };
}

async function failedKeys(overview: Overview, table: TableName, matching: string | null): Promise<Key[]> {
  const keys: Key[] = [];
  for (let offset = 0; ; offset += pageSize) {
    const { jobs, total } = await overview.jobs(table, 'error', { limit: pageSize, offset });
    keys.push(...jobs.filter(({ message }) => matching === null || message.includes(matching)).map(({ key }) => key));
    if (jobs.length === 0 || offset + jobs.length >= total) return keys;
  }
}

/** A message with its stack is nowhere else. */
async function isConfirmed(className: string, count: number, { terminal }: Context): Promise<boolean> {
  if (!terminal.asks) return true;
  terminal.line(`This would remove ${plural(count, 'errored job')} of ${className} with their stacks.`);
  return /^y(es)?$/i.test(await terminal.question('Go on? [y/N]'));
}

function outcome(action: ErrorAction, className: string, changed: number): string {
  const jobs = `${className}: ${plural(changed, 'job')} ${changed === 1 ? 'is' : 'are'}`;
  switch (action) {
    case 'retry':
      return `${jobs} pending again: djw populate ${className} --reserve-jobs makes ${changed === 1 ? 'it' : 'them'}.`;
    case 'ignore':
      return `${jobs} set aside (ignore): no worker makes ${changed === 1 ? 'it' : 'them'}.`;
    case 'clear':
      return `${jobs} removed: djw refresh ${className} adds one for each key that is still to do.`;
  }
}
