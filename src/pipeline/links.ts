/** The classes of the sources and the tables of a database, as they belong together where all of both are known. */
import { findClasses, findTables, type FoundClass, type LinkedBy, type NamedTable } from './findClasses';
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
  const classesNamed = grouped(classes, ({ className }) => className);
  const tablesNamed = grouped(tables, ({ className }) => className);
  const found = new Map(classes.map((each) => [each, findTables(each, tablesNamed.get(each.className) ?? [])]));
  const sizes = countBySchema(tables);
  const likely = new Map(
    [...grouped(classes, ownerOf)].map(([owner, members]) => [owner, likelySchemas(members.flatMap((member) => found.get(member) ?? []), sizes)]),
  );
  const isLikely = (tableClass: TableClass, schema: string): boolean => tableClass.schemaName !== null || likely.get(ownerOf(tableClass))?.has(schema) === true;
  return {
    classesOf: (table) => findClasses(classesNamed.get(table.className) ?? [], table).filter(({ tableClass }) => isLikely(tableClass, table.name.schema)),
    isStored: (tableClass) => (found.get(tableClass) ?? []).some(({ table }) => isLikely(tableClass, table.name.schema)),
  };
}

/** A schema object, or a file whose classes no known one takes. */
const ownerOf = ({ schemaObject, file }: TableClass): number | string => schemaObject ?? file;

/**
 * The schemas that the classes of one schema object may be in.
 * @param found the tables that may be theirs
 * @param sizes the number of tables of each schema
 */
function likelySchemas(found: readonly { readonly table: NamedTable; readonly by: LinkedBy }[], sizes: ReadonlyMap<string, number>): ReadonlySet<string> {
  const same = countBySchema(new Set(found.map(({ table }) => table)));
  const half = [...same].filter(([schema, count]) => 2 * count >= (sizes.get(schema) ?? 0));
  if (!found.some(({ by }) => by === 'name')) return new Set(half.map(([schema]) => schema));
  const most = Math.max(0, ...half.map(([, count]) => count));
  return new Set(half.flatMap(([schema, count]) => (count === most ? [schema] : [])));
}

function countBySchema(tables: Iterable<NamedTable>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { name } of tables) counts.set(name.schema, (counts.get(name.schema) ?? 0) + 1);
  return counts;
}

function grouped<Item, Key>(items: Iterable<Item>, keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [item]);
    else known.push(item);
  }
  return groups;
}
