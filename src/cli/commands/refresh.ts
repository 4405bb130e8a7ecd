import type { Command } from '../command';
import { exitCodes } from '../exitCodes';
import { populatedTable } from '../populatedTable';
import { pythonOptions } from '../pythonTables';
import { jsonText, plural } from '../words';

export const refresh: Command = {
  name: 'refresh',
  operands: 'TABLE',
  summary: 'bring the job queue of TABLE up to date',
  details: `Adds a pending job for every key that is still to do, removes jobs whose key is gone,
and frees the jobs of workers that are no longer there.`,
  options: {
    pipeline: { value: 'FILE', help: 'the file that declares TABLE' },
    ...pythonOptions,
    json: { help: 'print the counts as JSON' },
  },
  minOperands: 1,
  maxOperands: 1,
  async run(args, context) {
    if (args.has('json')) context.terminal.keepOutputClean();
    const { table, label } = await populatedTable(
      args.positionals[0] ?? '',
      args.value('pipeline'),
      context,
      'djw refresh',
    );
    const { added, removed, orphaned, rePended } = await table.jobs.refresh();
    if (args.has('json')) context.terminal.line(jsonText({ added, removed, orphaned, re_pended: rePended }));
    else {
      const changes = [`${plural(added, 'job')} added`, `${removed} removed`, `${orphaned} freed from lost workers`];
      if (rePended > 0) changes.push(`${rePended} to be done again`);
      context.terminal.line(`${label}: ${changes.join(', ')}.`);
    }
    return exitCodes.done;
  },
};
