/** From a table in a database to the class in the sources that makes it, and back. */
import { fitsPattern, type PipelineIndex, type TableClass } from './source';

/**
 * How a class and a table belong together. `schema`: both names agree. `pattern`: the source builds its schema's name
 * while it runs, and what is known of it fits. `name`: the source does not tell its schema, only the class name agrees.
 */
export type LinkedBy = 'schema' | 'pattern' | 'name';

export interface FoundClass {
  readonly tableClass: TableClass;
  readonly by: LinkedBy;
}

/** A table of a database, as far as its class is concerned. */
export interface NamedTable {
  readonly name: { readonly schema: string };
  /** `Trace`, or `Peaks.Peak` for a part. */
  readonly className: string;
}

const surest: readonly LinkedBy[] = ['schema', 'pattern', 'name'];

/**
 * The classes that may stand for a table, the surest first; none when the sources have no such class.
 * @param className `Trace`, or `Peaks.Peak` for a part
 */
export function findClasses(index: Pick<PipelineIndex, 'classes'>, schemaName: string, className: string): FoundClass[] {
  const found = index.classes.flatMap((tableClass) => {
    const by = tableClass.className === className ? linkTo(tableClass, schemaName) : null;
    return by === null ? [] : [{ tableClass, by }];
  });
  return found.sort((a, b) => surest.indexOf(a.by) - surest.indexOf(b.by));
}

/** The best of `findClasses`, or null. */
export function findMake(index: PipelineIndex, schemaName: string, className: string): FoundClass | null {
  return findClasses(index, schemaName, className)[0] ?? null;
}

/** The tables that a class may stand for, the surest first: several when only the name of the class agrees. */
export function findTables<Table extends NamedTable>(
  tableClass: TableClass,
  tables: readonly Table[],
): { readonly table: Table; readonly by: LinkedBy }[] {
  const found = tables.flatMap((table) => {
    const by = table.className === tableClass.className ? linkTo(tableClass, table.name.schema) : null;
    return by === null ? [] : [{ table, by }];
  });
  return found.sort((a, b) => surest.indexOf(a.by) - surest.indexOf(b.by));
}

function linkTo({ schemaName, schemaPattern }: TableClass, schema: string): LinkedBy | null {
  if (schemaName !== null) return schemaName === schema ? 'schema' : null;
  if (schemaPattern === null) return 'name';
  return fitsPattern(schema, schemaPattern) ? 'pattern' : null;
}
