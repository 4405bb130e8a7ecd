/**
 * What one source file says, told without its language: what its names stand for, which classes it has, and which of
 * them it hands to a schema. A language turns text into this; linking the files of a folder turns this into tables.
 */

/** A dotted name as written: `dj.Computed` is `['dj', 'Computed']`. */
export type Path = readonly string[];

/** A text put together of pieces: literal, the value of a name, or something that only running tells (null). */
export type TextFact = readonly (string | Path | null)[];

/** A class of the source, table or not. */
export interface ClassFact {
  /** The class's own name, or the name it is bound to; empty when it has none. */
  readonly name: string;
  readonly isAbstract: boolean;
  /** What it extends, in order; without what is no plain name. */
  readonly bases: readonly Path[];
  readonly decorators: readonly Path[];
  /** The lines of the word `class` and of the class's end, from 1. */
  readonly line: number;
  readonly endLine: number;
  /** The methods that make rows, the one that populate calls first. */
  readonly makeMethods: readonly MethodFact[];
  /** The line of `definition`, from 1. */
  readonly definitionLine: number | null;
  readonly customKeySource: boolean;
  /** Static members that hold a class, or a name that may stand for one. */
  readonly members: readonly MemberFact[];
}

/** Lines from 1. */
export interface MethodFact {
  readonly name: string;
  readonly line: number;
  readonly endLine: number;
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
  | { readonly kind: 'text'; readonly text: TextFact }
  /** The result of a call with its first argument, `dj.schema('ephys')`; null without one. */
  | { readonly kind: 'call'; readonly callee: Path; readonly argument: TextFact | null };

/** A schema that gets its name later: `schema.activate('ephys')`. */
export interface ActivationFact {
  readonly schema: Path;
  readonly name: TextFact;
  /** The function that does it and its parameters, when it is not done as the file is imported. */
  readonly within: { readonly name: string; readonly parameters: readonly string[] } | null;
}

/** A call of a function that may activate schemas: `session.activate(prefix + 'session')`. */
export interface ActivatorCall {
  readonly callee: Path;
  readonly positional: readonly TextFact[];
  readonly named: ReadonlyMap<string, TextFact>;
}

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
  readonly activations: readonly ActivationFact[];
  readonly activatorCalls: readonly ActivatorCall[];
}

export type LanguageName = 'typescript' | 'python';

/** Reads one language's sources. */
export interface SourceLanguage {
  readonly name: LanguageName;
  /** File name endings, dot included. */
  readonly extensions: readonly string[];
  /** A quick look at the text: may it declare tables? A false "no" loses tables, a false "yes" only costs time. */
  mayDeclareTables(text: string): boolean;
  /** Never throws: what cannot be understood is passed over. */
  read(text: string): FileFacts;
  /** The files, as absolute paths in order of preference, that `module` may mean when `file` imports it; none when it is a package. */
  moduleFiles(module: string, file: string): readonly string[];
  /**
   * The module that `name` is when `module` is a folder of modules; null where a language has no such thing, and when
   * `file`, which is the module's own, tells that it is none.
   */
  submodule(module: string, name: string, file: string | null): string | null;
  /** The file that makes a folder a module and may be missing; null where a language has no such thing. */
  readonly packageFile: string | null;
  /** True for the engine's own module, or a part of it. */
  isEngine(module: string): boolean;
  /** Every name of a file can be imported, not only what it exports. */
  readonly exportsEverything: boolean;
}

/** `Entry`, `Ingest` and `Compute` are what datajoint-python 2.3.4 and later call Manual, Imported and Computed. */
export const tierOfBase: Readonly<Record<string, TableTier>> = {
  Manual: 'manual',
  Entry: 'manual',
  Lookup: 'lookup',
  Imported: 'imported',
  Ingest: 'imported',
  Computed: 'computed',
  Compute: 'computed',
  Part: 'part',
};

export type TableTier = 'manual' | 'lookup' | 'imported' | 'computed' | 'part';
