import { type NamedTable, type Overview, type TableSummary } from '../../engine';
import { type ClassPlace, type LanguageName, newClass } from '../../pipeline';
import { usageError } from '../arguments';
import type { Command } from '../command';
import { browse } from '../database';
import { exitCodes } from '../exitCodes';
import { findTable } from '../tableArgument';
import type { Terminal } from '../terminal';
import { jsonText, stateText } from '../words';

const languages: readonly LanguageName[] = ['python', 'typescript'];

export const describe: Command = {
  name: 'describe',
  operands: 'TABLE',
  summary: 'show the definition of a table, or write its class',
  details: `The definition is the one that the database has; it parses back to the table. Tables without
a class in the files here, such as those of a virtual module, have one as well.

--class writes the class of the table with its parts, as a file of its own:
djw describe ephys.Session --class python > session.py`,
  options: {
    class: { value: 'LANGUAGE', help: `print the class, in ${languages.join(' or ')}` },
    json: { help: 'print the definition and the parents as JSON', without: '--class' },
  },
  minOperands: 1,
  maxOperands: 1,
  async run(args, context) {
    const [typed = ''] = args.positionals;
    const language = readLanguage(args.value('class'));
    await browse(context, async (overview) => {
      const table = await findTable(typed, overview);
      if (overview === null) return;
      if (language !== null) await printClass(overview, table, { language, home: null }, context.terminal);
      else await printDefinition(overview, table, args.has('json'), context.terminal);
    });
    return exitCodes.done;
  },
};

function readLanguage(value: string | undefined): LanguageName | null {
  const language = languages.find((each) => each === value);
  if (value !== undefined && language === undefined) throw usageError(`--class takes ${languages.join(' or ')}, not ${value}.`);
  return language ?? null;
}

async function printClass(overview: Overview, table: NamedTable, place: ClassPlace, terminal: Terminal): Promise<void> {
  const { text } = await newClass(overview, table, { classes: [] }, place, '');
  for (const line of text.trimEnd().split('\n')) terminal.line(line);
}

async function printDefinition(overview: Overview, table: NamedTable, json: boolean, terminal: Terminal): Promise<void> {
  const [found, summary] = await Promise.all([overview.definition(table.name), overview.table(table.name)]);
  if (found === null) throw usageError(`${table.name.schema}.${table.name.table} is a view: only tables have definitions.`);
  const parents = found.parents.map(({ name, className }) => `${name.schema}.${className}`);
  if (json) {
    terminal.line(jsonText({ schema: table.name.schema, table: table.className, tier: table.tier, definition: found.text, parents }));
    return;
  }
  terminal.line(terminal.paint.bold(`${table.name.schema}.${table.className}`) + terminal.paint.dim(`   ${table.tier}${state(summary)}`));
  if (parents.length > 0) terminal.line(terminal.paint.dim(`parents: ${parents.join(', ')}`));
  terminal.line('');
  for (const line of found.text.trimEnd().split('\n')) terminal.line(line);
}

const state = (summary: TableSummary | null): string => (summary === null ? '' : `   ${stateText(summary)}`);
