/** From the operands of `djw worker` to tables that can be populated, what others depend on first. */
import { registeredTables } from '../engine';
import { linkTo, type LoadedClass, loadPipeline, type TableClass } from '../pipeline';
import { usageError } from './arguments';
import type { Context } from './command';
import { useDatabase } from './database';
import { isPopulated, type Populated } from './populatedTable';
import { assertPythonIsUsed, isPythonFile, loadPython, type NamedClass, namedClass } from './pythonTables';
import { chooseClass, chooseLoaded, declaredClasses, notPopulated } from './tableArgument';
import { fileText } from './words';

export interface WorkerTable {
  readonly table: Populated;
  readonly label: string;
  readonly schema: string;
  /** The file that declares it; absolute. */
  readonly file: string;
}

/** A class that could not be loaded. */
export interface Unloaded {
  /** `schema.Class`. */
  readonly table: string;
  readonly thrown: unknown;
}

export interface WorkerTables {
  readonly tables: readonly WorkerTable[];
  readonly unloaded: readonly Unloaded[];
}

/**
 * Opens the database and loads what is needed.
 * @param operands table classes, or schemas: every table of theirs that has a populate()
 * @throws DataJointError `usage` for a name that nothing has, or that names nothing to populate; what loading throws, when
 * no class can be loaded
 */
export async function workerTables(
  operands: readonly string[],
  pipeline: string | undefined,
  context: Context,
): Promise<WorkerTables> {
  const classes = pipeline === undefined ? await declaredClasses(context) : [];
  const inPython = new Map<string, NamedClass[]>();
  for (const typed of operands) inPython.set(typed, await pythonClasses(typed, pipeline, classes, context));
  const others = operands.filter((typed) => inPython.get(typed)?.length === 0);
  const files = new Map(others.map((typed) => [typed, pipeline === undefined ? filesOf(typed, classes, context.cwd) : [pipeline]]));
  assertPythonIsUsed([...[...inPython.values()].flat().map(({ file }) => file), ...[...files.values()].flat()], context);
  const tables: WorkerTable[] = [];
  const unloaded: Unloaded[] = [];
  for (const named of new Set([...inPython.values()].flat())) {
    try {
      const { binding } = await loadPython(named, context, 'djw worker');
      tables.push(workerTable(binding, named.file));
    } catch (thrown) {
      unloaded.push({ table: named.schemaName === null ? named.className : `${named.schemaName}.${named.className}`, thrown });
    }
  }
  const [failed] = unloaded;
  if (failed !== undefined && tables.length === 0 && files.size === 0) throw failed.thrown;
  await useDatabase(context, 'djw worker');
  const loaded = new Map<LoadedClass, string>();
  for (const each of new Set([...files.values()].flat())) {
    const { file } = await loadPipeline(each);
    for (const binding of registeredTables()) if (!loaded.has(binding)) loaded.set(binding, file);
  }
  const found = new Set<LoadedClass>();
  for (const [typed, [file = '']] of files) {
    for (const binding of bindingsOf(typed, [...loaded.keys()], fileText(file, context.cwd))) found.add(binding);
  }
  const ordered = await inOrder([...tables, ...[...found].map((binding) => workerTable(binding, loaded.get(binding) ?? ''))]);
  return { tables: ordered, unloaded };
}

/** The Python classes that an operand means; none when it means others. */
async function pythonClasses(
  typed: string,
  pipeline: string | undefined,
  classes: readonly TableClass[],
  context: Context,
): Promise<NamedClass[]> {
  if (pipeline !== undefined) return isPythonFile(pipeline) ? [await namedClass(typed, pipeline, context)] : [];
  const ofSchema = classes.filter((each) => each.language === 'python' && ['schema', 'pattern'].includes(linkTo(each, typed) ?? 'other'));
  if (ofSchema.length > 0) return ofSchema.filter(({ tier }) => tier === 'imported' || tier === 'computed');
  const chosen = classes.some(({ schemaName }) => schemaName === typed) ? null : chooseClass(typed, classes, context.cwd);
  return chosen?.language === 'python' ? [chosen] : [];
}

/** The files that declare a table, or the tables of a schema. */
function filesOf(typed: string, classes: readonly TableClass[], cwd: string): string[] {
  const ofSchema = classes.filter(({ schemaName }) => schemaName === typed);
  return ofSchema.length > 0 ? ofSchema.map(({ file }) => file) : [chooseClass(typed, classes, cwd).file];
}

function bindingsOf(typed: string, loaded: readonly LoadedClass[], file: string): LoadedClass[] {
  const ofSchema = loaded.filter(({ name }) => name.schema === typed);
  if (ofSchema.length === 0) return [chooseLoaded(typed, loaded, file)];
  const populated = ofSchema.filter(({ table }) => isPopulated(table));
  if (populated.length === 0) throw usageError(`Schema ${typed} has no Imported or Computed table: there is nothing to populate.`);
  return populated;
}

function workerTable({ table, label, tier, name }: LoadedClass, file: string): WorkerTable {
  if (!isPopulated(table)) throw notPopulated(label, tier);
  return { table, label, schema: name.schema, file };
}

/** A table has more ancestors than any table that it depends on; one that cannot be prepared comes last. */
async function inOrder(tables: readonly WorkerTable[]): Promise<WorkerTable[]> {
  const counted = await Promise.all(tables.map(async (each) => ({ each, ancestors: await ancestorCount(each) })));
  return counted.sort((a, b) => (a.ancestors < b.ancestors ? -1 : a.ancestors > b.ancestors ? 1 : 0)).map(({ each }) => each);
}

/** What keeps a table from being prepared is told when it is its turn to be populated. */
async function ancestorCount({ table }: WorkerTable): Promise<number> {
  try {
    return (await table.ancestors()).length;
  } catch {
    return Infinity;
  }
}
