/** The classes of the sources and the tables of a database, as they belong together where all of both are known. */
import { findClasses, findTables, type FoundClass, type NamedTable } from './findMake';
import type { TableClass } from './source';

export interface Links {
  /** The classes that may stand for a table, the surest first. */
  classesOf(table: NamedTable): FoundClass[];
  /** Whether the table of a class is in the database. */
  isStored(tableClass: TableClass): boolean;
}

/**
 * Links classes and tables as `findClasses` does, and leaves out what only looks alike: a schema object whose name the
 * sources do not tell stands for schemas of which at least half the tables are its classes, of the same tiers; where they tell
 * nothing of its name, for the one schema that has most of its classes. A server that several pipelines share has tables of
 * the same name in each.
 * @param tables all of the database
 */
export function linkTables(classes: readonly TableClass[], tables: readonly NamedTable[]): Links {
  const owners = new Map<number | string, TableClass[]>();
  for (const each of classes) owners.set(ownerOf(each), [...(owners.get(ownerOf(each)) ?? []), each]);
  const schemas = new Map([...owners].map(([owner, members]) => [owner, likelySchemas(members, tables)]));
  const isLikely = (tableClass: TableClass, schema: string): boolean => tableClass.schemaName !== null || schemas.get(ownerOf(tableClass))?.has(schema) === true;
  return {
    classesOf: (table) => findClasses({ classes }, table).filter(({ tableClass }) => isLikely(tableClass, table.name.schema)),
    isStored: (tableClass) => findTables(tableClass, tables).some(({ table }) => isLikely(tableClass, table.name.schema)),
  };
}

/** A schema object, or a file whose classes no known one takes. */
const ownerOf = ({ schemaObject, file }: TableClass): number | string => schemaObject ?? file;

/** The schemas that the classes of one schema object may be in. */
function likelySchemas(members: readonly TableClass[], tables: readonly NamedTable[]): ReadonlySet<string> {
  const all = countBySchema(tables);
  const found = members.flatMap((member) => findTables(member, tables));
  const same = countBySchema(new Set(found.map(({ table }) => table)));
  const half = [...same].filter(([schema, count]) => 2 * count >= (all.get(schema) ?? 0));
  if (!found.some(({ by }) => by === 'name')) return new Set(half.map(([schema]) => schema));
  const most = Math.max(0, ...half.map(([, count]) => count));
  return new Set(half.flatMap(([schema, count]) => (count === most ? [schema] : [])));
}

function countBySchema(tables: Iterable<NamedTable>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { name } of tables) counts.set(name.schema, (counts.get(name.schema) ?? 0) + 1);
  return counts;
}
