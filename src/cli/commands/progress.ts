import type { Command } from '../command';
import { exitCodes } from '../exitCodes';
import { populatedTable } from '../populatedTable';
import { percent } from '../progressLine';
import { pythonOptions } from '../pythonTables';
import { jsonText } from '../words';

export const progress: Command = {
  name: 'progress',
  operands: 'TABLE',
  summary: 'say how many keys of TABLE are done',
  details: 'Counts the keys that TABLE is to be made for, and those that have a row.',
  options: {
    pipeline: { value: 'FILE', help: 'the file that declares TABLE' },
    ...pythonOptions,
    json: { help: 'print {"done": …, "remaining": …, "total": …}' },
  },
  minOperands: 1,
  maxOperands: 1,
  async run(args, context) {
    if (args.has('json')) context.terminal.keepOutputClean();
    const { table, label } = await populatedTable(
      args.positionals[0] ?? '',
      args.value('pipeline'),
      context,
      'djw progress',
    );
    const { remaining, total } = await table.progress();
    const done = total - remaining;
    if (args.has('json')) context.terminal.line(jsonText({ done, remaining, total }));
    else context.terminal.line(`${label}: ${done} of ${total} done (${percent(done, total)}), ${remaining} to do.`);
    return exitCodes.done;
  },
};
