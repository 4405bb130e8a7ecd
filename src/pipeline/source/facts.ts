/**
 * What one source file says, told without its language: what its names stand for, which classes it has, and which of
 * them it hands to a schema. A language turns text into this; linking the files of a folder turns this into tables.
 */

/** A dotted name as written: `dj.Computed` is `['dj', 'Computed']`. */
export type Path = readonly string[];

/** A class of the source, table or not. */
export interface ClassFact {
  /** The class's own name, or the name it is bound to; empty when it has none. */
  readonly name: string;
  readonly isAbstract: boolean;
  /** What it extends; null when it extends nothing or something that is no plain name. */
  readonly base: Path | null;
  readonly decorators: readonly Path[];
  /** The line of the word `class`, from 1. */
  readonly line: number;
  /** The line of `make`, `makeTuples` or the first of the three parts of make, from 1. */
  readonly makeLine: number | null;
  readonly customKeySource: boolean;
  /** Static members that hold a class, or a name that may stand for one. */
  readonly members: readonly MemberFact[];
}

export interface MemberFact {
  readonly name: string;
  readonly value: ClassOrName;
}

/** A class written in place, or a name that may stand for one. */
export type ClassOrName =
  { readonly kind: 'class'; readonly fact: ClassFact } | { readonly kind: 'name'; readonly path: Path };

/** What a name stands for. */
export type Binding =
  /** `name` null: the whole module. */
  | { readonly kind: 'import'; readonly module: string; readonly name: string | null }
  | { readonly kind: 'alias'; readonly path: Path }
  | { readonly kind: 'class'; readonly fact: ClassFact }
  | { readonly kind: 'text'; readonly text: string }
  /** The result of a call whose first argument is a text (`dj.schema('ephys')`), a name, or something else (null). */
  | { readonly kind: 'call'; readonly callee: Path; readonly argument: string | { readonly path: Path } | null };

export interface FileFacts {
  /** Scopes are not told apart: in a pipeline file, one name means one thing. The first binding wins. */
  readonly bindings: ReadonlyMap<string, Binding>;
  /** Exported name to what it stands for in this file; `default` for the default export. */
  readonly exports: ReadonlyMap<string, Path>;
  /** Modules whose every export this file passes on. */
  readonly passedOn: readonly string[];
  readonly classes: readonly ClassFact[];
  /** Calls with one class as argument: `schema(Trace)`. */
  readonly registrations: readonly { readonly callee: Path; readonly target: ClassOrName }[];
}

/** Reads one language's sources. */
export interface SourceLanguage {
  /** File name endings, dot included. */
  readonly extensions: readonly string[];
  /** A quick look at the text: may it declare tables? A false "no" loses tables, a false "yes" only costs time. */
  mayDeclareTables(text: string): boolean;
  /** Never throws: what cannot be understood is passed over. */
  read(text: string): FileFacts;
  /** The files, as absolute paths in order of preference, that `module` may mean when `file` imports it; none when it is a package. */
  moduleFiles(module: string, file: string): readonly string[];
  /** The package name that the engine has in this language. */
  readonly enginePackage: string;
}

export const tierOfBase: Readonly<Record<string, TableTier>> = {
  Manual: 'manual',
  Lookup: 'lookup',
  Imported: 'imported',
  Computed: 'computed',
  Part: 'part',
};

export type TableTier = 'manual' | 'lookup' | 'imported' | 'computed' | 'part';
