/** The class of a table that has none in the sources: what it says, and where it is to stand. */
import { DataJointError, type NamedTable, type Overview } from '../../engine';
import { fitsPattern, type LanguageName, type PipelineIndex, type SchemaVariable } from '../source';
import type { WrittenMaster, WrittenTable } from './layout';
import { PythonReferences, pythonClass, pythonFile } from './pythonClass';
import { typescriptClass, typescriptFile } from './typescriptClass';

/** Where a class is to stand. */
export interface ClassPlace {
  readonly language: LanguageName;
  /** Of the file that has the schema; null for a file of its own. */
  readonly home: SchemaVariable | null;
}

/** A class as text of its place. */
export interface NewClass {
  /** What is added at the end of the file of its place; without one, all of a file. */
  readonly text: string;
  /** A name for a file of its own. */
  readonly fileName: string;
}

/**
 * Where the class of a table of `schema` is to stand: in the file that has this schema, else in a file of its own in the
 * language of the folder's classes.
 * @param fallback the language of a folder without classes
 */
export function placeOf(index: Pick<PipelineIndex, 'classes' | 'schemas'>, schema: string, fallback: LanguageName): ClassPlace {
  const home = index.schemas.find(({ schemaName }) => schemaName === schema) ?? index.schemas.find((each) => each.schemaName === null && each.schemaPatterns.some((pattern) => fitsPattern(schema, pattern))) ?? null;
  if (home !== null) return { language: home.language, home };
  const python = index.classes.filter(({ language }) => language === 'python').length;
  const isEven = 2 * python === index.classes.length;
  return { language: isEven ? fallback : 2 * python > index.classes.length ? 'python' : 'typescript', home: null };
}

/**
 * Writes the class of a table, with its parts. As datajoint-python 0.14.10 `Schema.save`, tables of other schemas are named
 * through virtual modules in Python.
 * @param table a part stands for its master
 * @param text of the file of the place; empty for a new file
 * @throws DataJointError `unknown_table` when the table is gone, `corrupt` for a damaged one, `not_allowed` for one whose name no class has
 * @example await newClass(overview, trace, index, { language: 'python', home: null }, '') // { text: 'import datajoint as dj …', fileName: 'ephys.py' }
 */
export async function newClass(overview: Overview, table: NamedTable, index: Pick<PipelineIndex, 'classes'>, place: ClassPlace, text: string): Promise<NewClass> {
  const { schema } = table.name;
  const names = (await overview.names()).filter(({ name }) => name.schema === schema);
  const master = table.tier === 'part' ? masterAmong(names, table) : table;
  const references = place.language === 'python' ? new PythonReferences(master, classesIn(index, place), text) : null;
  const written = async (each: NamedTable): Promise<WrittenTable> => {
    const className = each.className.split('.').at(-1) ?? '';
    const found = await overview.definition(each.name, references === null ? { spelling: 'portable' } : { nameOf: (name) => references.nameOf(overview.named(name)) });
    if (found === null) throw new DataJointError('unknown_table', `${schema}.${each.className} is not in the database any more.`);
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(className)) throw new DataJointError('not_allowed', `No class can have the name of table ${each.name.table}.`);
    return { className, tier: each.tier, definition: found.text };
  };
  const parts: WrittenTable[] = [];
  for (const each of names) if (isPartOf(each, master)) parts.push(await written(each));
  const all: WrittenMaster = { ...(await written(master)), parts };
  const extension = place.language === 'python' ? 'py' : 'ts';
  const fileName = `${schema.replaceAll(/\W+/g, '_').slice(0, 60)}.${extension}`;
  if (references !== null) return { fileName, text: place.home === null ? pythonFile(schema, all, references) : pythonClass(place.home, all, references) };
  return { fileName, text: place.home === null ? typescriptFile(schema, all) : typescriptClass(place.home, all) };
}

const isPartOf = ({ name, tier }: NamedTable, master: NamedTable): boolean => tier === 'part' && name.table.startsWith(`${master.name.table}__`);

function masterAmong(names: readonly NamedTable[], part: NamedTable): NamedTable {
  const found = names.find((each) => each.tier !== 'part' && isPartOf(part, each));
  if (found === undefined) throw new DataJointError('unknown_table', `The database has no master of ${part.name.schema}.${part.className}.`);
  return found;
}

/** The classes of the place's schema that its file has already. */
const classesIn = ({ classes }: Pick<PipelineIndex, 'classes'>, { home }: ClassPlace): ReadonlySet<string> =>
  new Set(home === null ? [] : classes.flatMap(({ file, schemaName, className }) => (file === home.file && schemaName === home.schemaName ? [className] : [])));
