/** The Imported or Computed class that a command is about. */
import { Computed, type Connection, Imported } from '../engine';
import type { LoadedClass, PythonTable, StackContext, TableClass } from '../pipeline';
import type { Context } from './command';
import { ownCode } from './ownCode';
import { loadTable, notPopulated } from './tableArgument';

export type Populated = typeof Computed | typeof Imported;

export interface PopulatedTable {
  readonly table: Populated;
  /** The file that declares it; absolute. */
  readonly file: string;
  /** For a class of a Python file. */
  readonly python: PythonTable | null;
  readonly label: string;
  /** `schema.Class`. */
  readonly qualified: string;
  /** Null before the class has used the database. */
  readonly connection: () => Connection | null;
  readonly stackContext: StackContext;
}

/** @throws DataJointError `usage` for a table without make(), and what `loadTable` throws */
export async function populatedTable(
  typed: string,
  pipeline: string | undefined,
  context: Context,
  program: string,
  chosen?: TableClass,
): Promise<PopulatedTable> {
  const { file, binding, python } = await loadTable(typed, pipeline, context, program, chosen);
  const { table, label, tier } = binding;
  if (!isPopulated(table)) throw notPopulated(label, tier);
  return {
    table,
    file,
    python,
    label,
    qualified: `${binding.name.schema}.${label}`,
    connection: () => binding.connection,
    stackContext: ownCode(context.cwd, file),
  };
}

/** True for classes that have a populate(). */
export function isPopulated(table: LoadedClass['table']): table is LoadedClass['table'] & Populated {
  return table.prototype instanceof Computed || table.prototype instanceof Imported;
}
