import type { RefreshOptions } from '../../engine';
import { duration, integer } from '../arguments';
import type { Arguments, Command } from '../command';
import { exitCodes } from '../exitCodes';
import { populatedTable } from '../populatedTable';
import { pythonOptions } from '../pythonTables';
import { conditionsOf } from '../restriction';
import { jsonText, plural } from '../words';

export const refresh: Command = {
  name: 'refresh',
  operands: 'TABLE [RESTRICTION…]',
  summary: 'bring the job queue of TABLE up to date',
  details: `Adds a pending job for every key that is still to do (within the RESTRICTIONs, see djw
populate --help), removes jobs whose key is gone, and frees the jobs of workers that are no
longer there. A TIME is 90 (seconds), 30m or 8h, by the server's clock.`,
  options: {
    pipeline: { value: 'FILE', help: 'the file that declares TABLE' },
    delay: { value: 'TIME', help: 'new jobs may run only after this time' },
    priority: { value: 'N', help: 'the priority of new jobs; lower runs sooner' },
    'stale-timeout': { value: 'TIME', help: 'remove jobs without a key when they are older; 0 keeps them' },
    'orphan-timeout': { value: 'TIME', help: 'free reserved jobs that are older, whether their worker lives or not' },
    ...pythonOptions,
    json: { help: 'print the counts as JSON' },
  },
  minOperands: 1,
  maxOperands: Infinity,
  async run(args, context) {
    const [typed = '', ...restrictions] = args.positionals;
    const options = readOptions(args);
    if (args.has('json')) context.terminal.keepOutputClean();
    const { table, label } = await populatedTable(typed, args.value('pipeline'), context, 'djw refresh');
    const conditions = await conditionsOf(restrictions, table, label);
    const { added, removed, orphaned, rePended } = await table.jobs.refresh(...conditions, options);
    if (args.has('json')) context.terminal.line(jsonText({ added, removed, orphaned, re_pended: rePended }));
    else {
      const changes = [`${plural(added, 'job')} added`, `${removed} removed`, `${orphaned} freed from lost workers`];
      if (rePended > 0) changes.push(`${rePended} to be done again`);
      context.terminal.line(`${label}: ${changes.join(', ')}.`);
    }
    return exitCodes.done;
  },
};

function readOptions(args: Arguments): RefreshOptions {
  const given = {
    delay: duration(args, 'delay'),
    priority: integer(args, 'priority'),
    staleTimeout: duration(args, 'stale-timeout'),
    orphanTimeout: duration(args, 'orphan-timeout'),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
