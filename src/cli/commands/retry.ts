import type { Command } from '../command';
import { actOnErrors } from '../errorActions';
import { exitCodes } from '../exitCodes';
import { jsonText } from '../words';

export const retry: Command = {
  name: 'retry',
  operands: 'TABLE',
  summary: 'make the failed jobs of TABLE pending again',
  details: `The same as djw errors TABLE --retry: djw populate TABLE --reserve-jobs, or a worker, then
makes these keys again. Other jobs stay as they are.`,
  options: {
    matching: { value: 'TEXT', help: 'only jobs whose message contains TEXT' },
    json: { help: 'print how many jobs have changed, as JSON' },
  },
  minOperands: 1,
  maxOperands: 1,
  async run(args, context) {
    const [table = ''] = args.positionals;
    const { changed, text } = await actOnErrors({ action: 'retry', table, matching: args.value('matching') ?? null }, context);
    context.terminal.line(args.has('json') ? jsonText({ changed }) : text);
    return exitCodes.done;
  },
};
