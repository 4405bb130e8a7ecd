/** From the TABLE of a command line to a class that is loaded, or to a table of the database. */
import path from 'node:path';
import type { DataJointError, NamedTable, Overview } from '../engine';
import { findClasses, indexPipeline, linkTo, type LoadedClass, loadPipeline, type PythonTable, type TableClass } from '../pipeline';
import { usageError } from './arguments';
import type { Context } from './command';
import { useDatabase } from './database';
import { assertPythonIsUsed, isPythonFile, loadPython, namedClass } from './pythonTables';
import { readSources } from './sources';
import { didYouMean } from './suggest';
import { fileText } from './words';

/**
 * Opens the database and loads the pipeline file that declares `typed`: the given one, or the one found in the folder.
 * @param typed `Trace`, `Peaks.Peak` or `ephys.Trace`
 * @param program for those who list sessions: `djw populate`
 * @param chosen the class, where it is known already
 * @throws DataJointError `usage` for a name that no class or several classes have; what opening and loading throw
 */
export async function loadTable(
  typed: string,
  pipeline: string | undefined,
  context: Context,
  program: string,
  chosen?: TableClass,
): Promise<{ file: string; binding: LoadedClass; python: PythonTable | null }> {
  const found = chosen ?? (pipeline === undefined ? await declaredClass(typed, context) : null);
  // Known from the sources: neither a database nor a Python has to be started for it.
  if (found !== null && found.tier !== 'imported' && found.tier !== 'computed') throw notPopulated(found.className, found.tier);
  const declaring = pipeline ?? found?.file ?? '';
  if (isPythonFile(declaring)) {
    const named = found ?? (await namedClass(typed, declaring, context));
    const python = await loadPython(named, context, program);
    return { file: named.file, binding: python.binding, python };
  }
  assertPythonIsUsed([declaring], context);
  // Before the pipeline, which may use it, and after the search, so that a mistyped name creates no database.
  await useDatabase(context, program);
  const { file, classes } = await loadPipeline(declaring);
  return { file, binding: chooseLoaded(typed, classes, fileText(file, context.cwd)), python: null };
}

/** Of a table without make(). */
export const notPopulated = (label: string, tier: string): DataJointError =>
  usageError(`${label} is a ${tier} table: only Imported and Computed tables are populated.`);

/**
 * The one of the loaded tables that `typed` names.
 * @param file where they come from, for people
 * @throws DataJointError `usage`
 */
export function chooseLoaded(typed: string, classes: readonly LoadedClass[], file: string): LoadedClass {
  const matching = classes.filter((candidate) => matches(typed, candidate.name.schema, candidate.label));
  const [found, second] = matching;
  if (found === undefined) {
    const names = classes.flatMap(({ label, name }) => [label, `${name.schema}.${label}`]);
    throw usageError(`${file} gives no table ${typed} to a schema.${didYouMean(typed, names)}`);
  }
  if (second !== undefined) {
    throw usageError(
      `${typed} may mean ${matching.map((each) => `${each.name.schema}.${each.label}`).join(' or ')}: write one of them.`,
    );
  }
  return found;
}

/** The table classes in the files of a folder. @throws DataJointError `usage` when there are none */
export async function declaredClasses(context: Pick<Context, 'cwd' | 'python'>): Promise<readonly TableClass[]> {
  const { classes } = await readSources(context);
  if (classes.length > 0) return classes;
  throw usageError(
    `No file in ${context.cwd} declares tables. Go to the pipeline's folder, or name its file with --pipeline FILE.`,
  );
}

/** The class in the files of a folder that `typed` names. @throws DataJointError `usage` */
export async function declaredClass(typed: string, context: Context): Promise<TableClass> {
  return chooseClass(typed, await declaredClasses(context), context.cwd);
}

/** The one of the classes in the files that `typed` names. @throws DataJointError `usage` */
export function chooseClass(typed: string, classes: readonly TableClass[], cwd: string): TableClass {
  const ranked = classes.map((candidate) => ({ candidate, rank: rankOf(typed, candidate) })).filter(({ rank }) => rank > 0);
  const surest = Math.max(...ranked.map(({ rank }) => rank));
  const matching = ranked.flatMap(({ candidate, rank }) => (rank === surest ? [candidate] : []));
  const [found, second] = matching;
  if (found === undefined) {
    throw usageError(
      `No table ${typed} in the files here.${didYouMean(
        typed,
        classes.flatMap((each) => [each.className, qualified(each)]),
      )} See djw list.`,
    );
  }
  if (second !== undefined) {
    const places = matching.map((each) => `${qualified(each)} (${fileText(each.file, cwd)}:${each.line})`);
    const sameName = qualified(found) === qualified(second);
    throw usageError(
      `${typed} may mean ${places.join(' or ')}: ${sameName ? 'choose with --pipeline FILE' : 'write the schema as well'}.`,
    );
  }
  return found;
}

/** The file that declares a table of a script that is running, for its worker processes: the script only where no other does. */
export async function declaringFile(
  { schema, label }: { readonly schema: string; readonly label: string },
  script: string,
  cwd: string,
): Promise<{ readonly file: string; readonly isProgram: boolean }> {
  const folders = [...new Set([cwd, path.dirname(script)])];
  for (const folder of folders) {
    const found = findClasses((await indexPipeline(folder)).classes, { name: { schema }, className: label });
    const other = found.find(({ tableClass }) => tableClass.file !== script);
    if (other !== undefined) return { file: other.tableClass.file, isProgram: false };
  }
  return { file: script, isProgram: true };
}

/**
 * The table of the database that `typed` names.
 * @throws DataJointError `usage` when there is none or more than one
 */
export async function findTable(typed: string, overview: Overview | null): Promise<NamedTable> {
  const tables = overview === null ? [] : await overview.names();
  const matching = tables.filter((candidate) => matches(typed, candidate.name.schema, candidate.className));
  const [found, second] = matching;
  if (found === undefined) {
    if (tables.length === 0)
      throw usageError(`There is no table ${typed}: the database is empty. Tables appear when they are first used.`);
    throw usageError(
      `The database has no table ${typed}.${didYouMean(
        typed,
        tables.flatMap(({ className, name }) => [className, `${name.schema}.${className}`]),
      )} See djw list.`,
    );
  }
  if (second !== undefined) {
    throw usageError(
      `${typed} may mean ${matching.map((each) => `${each.name.schema}.${each.className}`).join(' or ')}: write one of them.`,
    );
  }
  return found;
}

const matches = (typed: string, schema: string, className: string): boolean => typed === className || typed === `${schema}.${className}`;

/** How sure it is that a class is meant; 0 for one that is not. */
function rankOf(typed: string, candidate: TableClass): number {
  const { className } = candidate;
  if (typed === className) return 3;
  const by = typed.endsWith(`.${className}`) ? linkTo(candidate, typed.slice(0, -className.length - 1)) : null;
  return by === null ? 0 : { schema: 3, pattern: 2, name: 1 }[by];
}

/** With its schema as far as the source tells it. */
function qualified({ schemaName, schemaPatterns, className }: TableClass): string {
  const schema = schemaName ?? schemaPatterns[0];
  return schema === undefined ? className : `${schema}.${className}`;
}
