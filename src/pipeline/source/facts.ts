/**
 * What one source file says, told without its language: what its names stand for, which classes it has, and which of
 * them it hands to a schema. A language turns text into this; linking the files of a folder turns this into tables.
 */

/** A dotted name as written: `dj.Computed` is `['dj', 'Computed']`. */
export type Path = readonly string[];

/** A text put together of pieces. */
export type TextFact = readonly TextPiece[];

/**
 * Literal, the value of a name, the result of a call, one of several texts, or null for what only running tells. Of several
 * texts none is certain: `os.getenv('PREFIX', 'lab_')` may be something else as well.
 */
export type TextPiece = string | Path | CallFact | { readonly oneOf: readonly TextFact[] } | null;

/** A call, its arguments as texts. */
export interface CallFact {
  readonly callee: Path;
  readonly positional: readonly TextFact[];
  readonly named: ReadonlyMap<string, TextFact>;
}

/** Texts that stand for more, such as a bundled script, are no names. */
export const maxTextLength = 200;

/** A class of the source, table or not. */
export interface ClassFact {
  /** The class's own name, or the name it is bound to; empty when it has none. */
  readonly name: string;
  readonly isAbstract: boolean;
  /** What it extends, in order; without what is no plain name. */
  readonly bases: readonly Path[];
  readonly decorators: readonly Path[];
  /** Where in the file, counted in characters. */
  readonly position: number;
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

/** One place of a file that gives a name its meaning. */
export interface BoundName {
  readonly binding: Binding;
  /** Where in the file, counted in characters; a name means what the last place before its use says. */
  readonly position: number;
  /** In a branch or a loop: what the name meant before may still hold. */
  readonly isConditional: boolean;
}

/** What a name stands for. */
export type Binding =
  /** `name` null: the whole module. */
  | { readonly kind: 'import'; readonly module: string; readonly name: string | null }
  | { readonly kind: 'alias'; readonly path: Path }
  | { readonly kind: 'class'; readonly fact: ClassFact }
  | { readonly kind: 'text'; readonly text: TextFact }
  /** The result of a call; `argument` is the first one, `dj.schema('ephys')`, null without one and for none. */
  | { readonly kind: 'call'; readonly call: CallFact; readonly argument: TextFact | null }
  /** A function with what its `return` statements give. */
  | { readonly kind: 'function'; readonly parameters: readonly Parameter[]; readonly results: readonly Binding[] };

export interface Parameter {
  readonly name: string;
  /** Null without one. */
  readonly default: TextFact | null;
}

export interface RegistrationFact {
  readonly callee: Path;
  readonly target: ClassOrName;
  /** Where in the file, counted in characters. */
  readonly position: number;
}

/** A schema that gets its name later: `schema.activate('ephys')`. */
export interface ActivationFact {
  readonly schema: Path;
  readonly name: TextFact;
  readonly within: Within | null;
}

/** The function that a statement stands in; it does not run as the file is imported. */
export interface Within {
  readonly name: string;
  readonly parameters: readonly Parameter[];
}

/** A call as a statement, which may activate schemas: `session.activate(prefix + 'session')`. */
export interface CallStatement {
  readonly call: CallFact;
  readonly within: Within | null;
}

export interface FileFacts {
  /** Names of the file, in order; a name of a function's own only where the file has none of that name. */
  readonly bindings: ReadonlyMap<string, readonly BoundName[]>;
  /** Exported name to what it stands for in this file; `default` for the default export. */
  readonly exports: ReadonlyMap<string, Path>;
  /** Modules whose every export this file passes on. */
  readonly passedOn: readonly string[];
  /** Modules of packages that are imported as `import a.b`, which binds `a`. */
  readonly submodules: readonly string[];
  readonly classes: readonly ClassFact[];
  /** Calls with one class as argument: `schema(Trace)`. */
  readonly registrations: readonly RegistrationFact[];
  readonly activations: readonly ActivationFact[];
  readonly calls: readonly CallStatement[];
  /** What `from file import *` brings, as `__all__` lists it; null without such a list. */
  readonly publicNames: ReadonlySet<string> | null;
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
  /**
   * The files, as absolute paths in order of preference, that `module` may mean when `file` imports it; none when it is a package.
   * @param packages folders of installed packages, which are searched last
   */
  moduleFiles(module: string, file: string, packages: readonly string[]): readonly string[];
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
