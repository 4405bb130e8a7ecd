/** From a table in a database to the class in the sources that makes it. */
import type { PipelineIndex, TableClass } from './source';

export interface FoundClass {
  readonly tableClass: TableClass;
  /** `schema`: schema and class agree. `name`: the source does not tell its schema, only the class name agrees. */
  readonly by: 'schema' | 'name';
}

/**
 * The classes that may stand for a table, the surest first; none when the sources have no such class.
 * @param className `Trace`, or `Peaks.Peak` for a part
 */
export function findClasses(index: PipelineIndex, schemaName: string, className: string): FoundClass[] {
  const named = index.classes.filter((candidate) => candidate.className === className);
  const sure = named.filter((candidate) => candidate.schemaName === schemaName);
  const likely = named.filter((candidate) => candidate.schemaName === null);
  return [
    ...sure.map((tableClass) => ({ tableClass, by: 'schema' }) as const),
    ...likely.map((tableClass) => ({ tableClass, by: 'name' }) as const),
  ];
}

/** The best of `findClasses`, or null. */
export function findMake(index: PipelineIndex, schemaName: string, className: string): FoundClass | null {
  return findClasses(index, schemaName, className)[0] ?? null;
}
