/** From a table in a database to the classes in the sources that may make it, and back. */
import { fitsPattern, type TableClass } from './source';

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
  /** Absent where it is not known. */
  readonly tier?: string;
}

const surest: readonly LinkedBy[] = ['schema', 'pattern', 'name'];

/** The classes that may stand for a table, the surest first; none when the sources have no such class. */
export function findClasses(classes: readonly TableClass[], table: NamedTable): FoundClass[] {
  const found = classes.flatMap((tableClass) => {
    const by = isNamedLike(tableClass, table) ? linkTo(tableClass, table.name.schema) : null;
    return by === null ? [] : [{ tableClass, by }];
  });
  const { schema } = table.name;
  return found.sort((a, b) => surest.indexOf(a.by) - surest.indexOf(b.by) || likelihood(b.tableClass, schema) - likelihood(a.tableClass, schema));
}

/** The tables that a class may stand for, the surest first: several when only the name of the class agrees. */
export function findTables<Table extends NamedTable>(
  tableClass: TableClass,
  tables: readonly Table[],
): { readonly table: Table; readonly by: LinkedBy }[] {
  const found = tables.flatMap((table) => {
    const by = isNamedLike(tableClass, table) ? linkTo(tableClass, table.name.schema) : null;
    return by === null ? [] : [{ table, by }];
  });
  return found.sort((a, b) => surest.indexOf(a.by) - surest.indexOf(b.by));
}

const isNamedLike = (tableClass: TableClass, { className, tier }: NamedTable): boolean =>
  tableClass.className === className && (tier === undefined || tier === tableClass.tier);

/** May the class be one of this schema's, as far as its source tells? Null where it is one of another. */
export function linkTo({ schemaName, schemaPatterns }: TableClass, schema: string): LinkedBy | null {
  if (schemaName !== null) return schemaName === schema ? 'schema' : null;
  if (schemaPatterns.length === 0) return 'name';
  return schemaPatterns.some((pattern) => fitsPattern(schema, pattern)) ? 'pattern' : null;
}

/** The more of the name a source tells, the likelier it is that name. */
const likelihood = ({ schemaPatterns }: TableClass, schema: string): number =>
  Math.max(0, ...schemaPatterns.filter((pattern) => fitsPattern(schema, pattern)).map((pattern) => pattern.replaceAll('*', '').length));
