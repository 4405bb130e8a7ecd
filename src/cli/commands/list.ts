import type { SchemaTables, TableSummary } from '../../engine';
import { type Links, linkTables, type TableClass, withKnownTotal } from '../../pipeline';
import type { Command, Context } from '../command';
import { browse } from '../database';
import { exitCodes } from '../exitCodes';
import { readSources } from '../sources';
import { complainOf } from '../terminal';
import { fileText, jsonText, plural, stateText } from '../words';

export const list: Command = {
  name: 'list',
  operands: '',
  summary: 'show the tables of the database and of the files here',
  details: `Each table with its rows, or how much of it is done, and where its class is. A class whose
table is not in the database yet is listed too: its table appears when it is first used.
A class with a key source of its own is made for some of the keys of its parents: "8 of ≤ 12, own
key source". djw progress TABLE asks the class how many they are.`,
  options: { json: { help: 'print the tables as JSON' } },
  minOperands: 0,
  maxOperands: 0,
  async run(args, context) {
    const index = await readSources(context);
    const [schemas, label] = await browse(
      context,
      async (overview, where) => [overview === null ? [] : await overview.allTables(), where] as const,
    );
    const tables = schemas.flatMap((each) => each.tables);
    const links = linkTables(index.classes, tables);
    const rows = [
      ...tables.map((table) => storedRow(withKnownTotal(table, links), links)),
      ...index.classes.filter((each) => !links.isStored(each)).map(sourceRow),
    ];
    if (args.has('json')) context.terminal.line(jsonText(rows.map(forScripts)));
    else show(rows, label, context);
    complainOf(schemas.flatMap(unreadSchema), context.terminal);
    return exitCodes.done;
  },
};

interface ListRow {
  readonly schema: string;
  readonly className: string;
  readonly tier: string;
  readonly state: string;
  readonly errors: number;
  /** What is wrong with the table, in one sentence. */
  readonly problem: string | null;
  readonly source: TableClass | null;
  readonly table: TableSummary | null;
}

function storedRow(table: TableSummary, links: Links): ListRow {
  return {
    schema: table.name.schema,
    className: table.className,
    tier: table.tier,
    state: stateText(table),
    errors: table.jobs?.error ?? 0,
    problem: table.problem ?? table.progress?.problem ?? null,
    source: links.classesOf(table)[0]?.tableClass ?? null,
    table,
  };
}

function sourceRow(source: TableClass): ListRow {
  const { className, tier, schemaName, schemaPatterns } = source;
  return {
    schema: schemaName ?? schemaPatterns[0] ?? '(schema not known)',
    className,
    tier,
    state: 'not declared',
    errors: 0,
    problem: null,
    source,
    table: null,
  };
}

function show(rows: readonly ListRow[], label: string, { terminal, cwd }: Context): void {
  if (rows.length === 0) {
    terminal.line(`No tables: ${fileText(label, cwd)} has none and no file in ${cwd} declares any.`);
    return;
  }
  const width = (of: (row: ListRow) => string): number => Math.max(...rows.map((row) => of(row).length));
  const [nameWidth, stateWidth] = [width(indented), width((row) => row.state)];
  for (const schema of new Set(rows.map((row) => row.schema))) {
    terminal.line(`${terminal.paint.bold(schema)}   ${terminal.paint.dim(fileText(label, cwd))}`);
    for (const row of rows.filter((each) => each.schema === schema)) {
      const name = `  ${indented(row).padEnd(nameWidth)}   ${row.tier.padEnd(8)}`;
      const atMost = row.table?.progress?.atMost ?? null;
      const source = atMost === null ? '' : terminal.paint.dim('   own key source');
      const errors = row.errors === 0 ? '' : `   ${terminal.paint.red(plural(row.errors, 'error'))}`;
      const problem = row.problem === null ? '' : `   ${terminal.paint.red(row.problem)}`;
      const place =
        row.source === null ? '' : `   ${fileText(row.source.file, cwd)}:${row.source.makeLine ?? row.source.line}`;
      terminal.line(`${name}   ${row.state.padStart(stateWidth)}${terminal.paint.dim(place)}${source}${errors}${problem}`);
    }
  }
}

const unreadSchema = ({ schema }: SchemaTables): string[] =>
  schema.problem === null ? [] : [`Schema ${schema.name} cannot be read: ${schema.problem}`];

/** A part by its own name, under its master. */
function indented({ className }: ListRow): string {
  const dot = className.indexOf('.');
  return dot === -1 ? className : `  ${className.slice(dot + 1)}`;
}

function forScripts({ schema, className, tier, source, table, problem }: ListRow): object {
  const progress = table?.progress ?? null;
  return {
    schema: table === null ? (source?.schemaName ?? null) : schema,
    table: className,
    tier,
    rows: table?.rows ?? null,
    progress: progress === null ? null : { done: progress.done, total: progress.total, more_than: progress.moreThan, at_most: progress.atMost },
    jobs: table?.jobs ?? null,
    problem,
    file: source?.file ?? null,
    line: source?.line ?? null,
    make_line: source?.makeLine ?? null,
  };
}
