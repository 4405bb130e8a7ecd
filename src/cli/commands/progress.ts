import type { TableProgress } from '../../engine';
import type { TableClass } from '../../pipeline';
import type { Arguments, Command, Context } from '../command';
import { browse } from '../database';
import { exitCodes } from '../exitCodes';
import { populatedTable } from '../populatedTable';
import { percent } from '../progressLine';
import { pythonOptions } from '../pythonTables';
import { declaredClass } from '../tableArgument';
import { jsonText } from '../words';

export const progress: Command = {
  name: 'progress',
  operands: 'TABLE',
  summary: 'say how many keys of TABLE are done',
  details: `Counts the keys that TABLE is to be made for, and those that have a row. No Python is started for a
class that is made for all keys of its parents.`,
  options: {
    pipeline: { value: 'FILE', help: 'the file that declares TABLE' },
    ...pythonOptions,
    json: { help: 'print {"done": …, "remaining": …, "total": …}' },
  },
  minOperands: 1,
  maxOperands: 1,
  async run(args, context) {
    if (args.has('json')) context.terminal.keepOutputClean();
    const typed = args.positionals[0] ?? '';
    const pipeline = args.value('pipeline');
    const chosen = pipeline === undefined ? await declaredClass(typed, context) : undefined;
    const counted = chosen === undefined ? null : await countedInDatabase(chosen, context);
    if (chosen !== undefined && counted !== null) return say(chosen.className, counted.done, counted.total, args, context);
    const { table, label } = await populatedTable(typed, pipeline, context, 'djw progress', chosen);
    const { remaining, total } = await table.progress();
    return say(label, total - remaining, total, args, context);
  },
};

function say(label: string, done: number, total: number, args: Arguments, { terminal }: Context): number {
  const remaining = total - done;
  if (args.has('json')) terminal.line(jsonText({ done, remaining, total }));
  else terminal.line(`${label}: ${done} of ${total} done (${percent(done, total)}), ${remaining} to do.`);
  return exitCodes.done;
}

/** The progress of a Python class as the database alone tells it; null where the class has to be asked. */
async function countedInDatabase(
  { className, language, schemaName, keySource }: TableClass,
  context: Context,
): Promise<(TableProgress & { readonly total: number }) | null> {
  if (language !== 'python' || schemaName === null || keySource !== 'default') return null;
  const summary = await browse(context, async (overview) => {
    const found = (await overview?.names())?.find((table) => table.name.schema === schemaName && table.className === className);
    return found === undefined ? null : ((await overview?.table(found.name)) ?? null);
  });
  const counts = summary?.progress ?? null;
  if (counts === null || counts.total === null || counts.problem !== null) return null;
  return { ...counts, total: counts.total };
}
