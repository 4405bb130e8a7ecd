/** What names of source files stand for, followed through imports, aliases, calls and members. */
import path from 'node:path';
import {
  type Binding,
  type CallFact,
  type ClassOrName,
  type FileFacts,
  maxTextLength,
  type Parameter,
  type Path,
  type SourceLanguage,
  type TextFact,
  type TextPiece,
} from './facts';
import { type FoundClass, type KnownText, lastOf, type Meaning, oneOf, type Scope } from './meaning';

export interface SourceFile {
  readonly language: SourceLanguage;
  readonly facts: FileFacts;
}

/** One search, from the name that was asked for to what it stands for. */
interface Search {
  readonly scope: Scope;
  /** Only what a file says before this place of it counts; Infinity for all of it. */
  readonly before: number;
  /** How many names led here. */
  readonly depth: number;
  /** How many more names it may look at. */
  readonly budget: { left: number };
  /** What names of files are that come by a star, null while it is being found out: stars may go in circles. */
  readonly stars: Map<string, Meaning | null>;
}

/** Longer chains of imports and aliases go in circles. */
const maxDepth = 64;
/** Sources can be written so that their names branch, and their texts grow, without end. */
const maxNames = 2000;
const maxPieces = 64;

const noScope: Scope = new Map();
const unknownText: KnownText = [null];

export class Resolver {
  /** Every folder that has a source file, near or deep. */
  private readonly folders = new Set<string>();
  /** By importing file and module. */
  private readonly moduleFiles = new Map<string, string | null>();

  /** @param packages folders of installed packages */
  constructor(
    readonly files: ReadonlyMap<string, SourceFile>,
    private readonly packages: readonly string[] = [],
  ) {
    for (const file of files.keys()) {
      for (let folder = path.dirname(file); !this.folders.has(folder); folder = path.dirname(folder)) this.folders.add(folder);
    }
  }

  /** @param before the place in the file where the name is used, counted in characters; without one, its meaning at the file's end */
  meaning(file: string, name: Path, before = Infinity): Meaning | null {
    return this.find(file, name, { scope: noScope, before, depth: 0, budget: { left: maxNames }, stars: new Map() });
  }

  classOf(file: string, value: ClassOrName, before = Infinity): FoundClass | null {
    return this.findClass(file, value, { scope: noScope, before, depth: 0, budget: { left: maxNames }, stars: new Map() });
  }

  /** A text with the names in it replaced by what they stand for. */
  textOf(file: string, text: TextFact, scope = noScope): KnownText {
    return this.findText(file, text, { scope, before: Infinity, depth: 0, budget: { left: maxNames }, stars: new Map() });
  }

  private find(file: string, name: Path, search: Search): Meaning | null {
    const [first, ...rest] = name;
    const source = this.files.get(file);
    if (first === undefined || source === undefined || search.depth > maxDepth || --search.budget.left < 0) return null;
    const next = { ...search, depth: search.depth + 1 };
    const given = search.scope.get(first);
    let meaning: Meaning | null = given === undefined ? this.named(source, file, first, next) : { kind: 'text', text: given };
    for (const member of rest) meaning = this.memberOf(meaning, member, next);
    return meaning;
  }

  private findClass(file: string, value: ClassOrName, search: Search): FoundClass | null {
    if (value.kind === 'class') return { file, fact: value.fact };
    const meaning = this.find(file, value.path, search);
    return meaning?.kind === 'class' ? meaning : null;
  }

  private findText(file: string, text: TextFact, search: Search): KnownText {
    const found = text.flatMap((piece) => this.findPiece(file, piece, search));
    return found.length > maxPieces ? unknownText : found;
  }

  private findPiece(file: string, piece: TextPiece, search: Search): KnownText {
    if (piece === null || search.budget.left <= 0) return unknownText;
    if (typeof piece === 'string') return [piece.length > maxTextLength ? null : piece];
    if ('oneOf' in piece) return [{ oneOf: piece.oneOf.map((text) => this.findText(file, text, search)) }];
    const meaning = 'callee' in piece ? this.called(file, { kind: 'call', call: piece, argument: null }, search) : this.find(file, piece, search);
    return meaning?.kind === 'text' ? meaning.text : unknownText;
  }

  /** What a name of the file stands for. */
  private named(source: SourceFile, file: string, name: string, search: Search): Meaning | null {
    const bound = source.facts.bindings.get(name);
    if (bound === undefined) return source.language.exportsEverything ? this.starred(source, file, name, search) : null;
    const meanings = lastOf(bound, search.before).flatMap(({ binding, position, isConditional }) => {
      // Inside a function, all of the file has been read by then.
      const before = isConditional && search.before === Infinity ? Infinity : position;
      return this.bound(source, file, binding, { ...search, before }) ?? [];
    });
    return oneOf(meanings);
  }

  /** A name that comes by `from module import *`. */
  private starred(source: SourceFile, file: string, name: string, search: Search): Meaning | null {
    const place = `${file}\n${name}`;
    const known = search.stars.get(place);
    if (known !== undefined) return known;
    search.stars.set(place, null);
    const meaning = this.throughStars(source, file, name, search);
    search.stars.set(place, meaning);
    return meaning;
  }

  private throughStars(source: SourceFile, file: string, name: string, search: Search): Meaning | null {
    for (const module of source.facts.passedOn.toReversed()) {
      const target = this.moduleFile(source, file, module);
      const publicNames = target === null ? null : (this.files.get(target)?.facts.publicNames ?? null);
      if (publicNames === null ? name.startsWith('_') : !publicNames.has(name)) continue;
      const meaning = this.imported(source, file, module, name, search);
      if (meaning !== null) return meaning;
    }
    return null;
  }

  private bound(source: SourceFile, file: string, binding: Binding, search: Search): Meaning | null {
    switch (binding.kind) {
      case 'import':
        return this.imported(source, file, binding.module, binding.name, search);
      case 'alias':
        return this.find(file, binding.path, search);
      case 'class':
        return { kind: 'class', file, fact: binding.fact };
      case 'text':
        return { kind: 'text', text: this.findText(file, binding.text, search) };
      case 'function':
        return { ...binding, file };
      case 'call':
        return this.called(file, binding, search);
    }
  }

  private called(file: string, binding: Extract<Binding, { kind: 'call' }>, search: Search): Meaning | null {
    const callee = this.find(file, binding.call.callee, search);
    switch (callee?.kind) {
      case 'engine':
        return callee.name === 'schema' || callee.name === 'Schema' ? this.schema(file, binding, search) : null;
      case 'class':
        return this.isSchemaClass(callee, search) ? this.schema(file, binding, search) : null;
      case 'schema': {
        const [only, ...more] = binding.call.positional;
        if (only === undefined) return callee;
        const [name] = only;
        // A schema that takes in a class returns it.
        return more.length === 0 && only.length === 1 && Array.isArray(name) ? this.find(file, name as Path, search) : null;
      }
      case 'function':
        return this.resultOf(file, callee, binding, search);
      default:
        return null;
    }
  }

  private schema(file: string, binding: Extract<Binding, { kind: 'call' }>, search: Search): Meaning {
    return { kind: 'schema', binding, name: binding.argument === null ? null : this.findText(file, binding.argument, search) };
  }

  /** A subclass of the engine's Schema. */
  private isSchemaClass({ file, fact }: FoundClass, search: Search): boolean {
    return fact.bases.some((base) => {
      const meaning = this.find(file, base, { ...search, scope: noScope, before: fact.position, depth: search.depth + 1 });
      return meaning?.kind === 'engine' ? meaning.name === 'Schema' || meaning.name === 'schema' : meaning?.kind === 'class' && this.isSchemaClass(meaning, { ...search, depth: search.depth + 1 });
    });
  }

  /** What a function of the sources returns when it is called so. */
  private resultOf(file: string, callee: Extract<Meaning, { kind: 'function' }>, binding: Extract<Binding, { kind: 'call' }>, search: Search): Meaning | null {
    const source = this.files.get(callee.file);
    if (source === undefined) return null;
    const scope = this.scopeOf(file, callee.parameters, binding.call, search);
    const inside = { ...search, scope, before: Infinity, depth: search.depth + 1 };
    const result = oneOf(callee.results.flatMap((each) => this.bound(source, callee.file, each, inside) ?? []));
    // Two calls make two schemas.
    return result?.kind === 'schema' && result.name !== null ? { ...result, binding } : result;
  }

  private scopeOf(file: string, parameters: readonly Parameter[], call: CallFact, search: Search): Scope {
    return new Map(parameters.map((parameter, at) => {
      const given = call.named.get(parameter.name) ?? call.positional[at] ?? parameter.default;
      return [parameter.name, given === null ? unknownText : this.findText(file, given, search)];
    }));
  }

  private memberOf(owner: Meaning | null, name: string, search: Search): Meaning | null {
    switch (owner?.kind) {
      case 'engine':
        return { kind: 'engine', name: owner.name === null || owner.name === 'default' ? name : `${owner.name}.${name}` };
      case 'module':
        return this.memberOfModule(owner.module, owner.importer, owner.file, name, search);
      case 'class': {
        const member = owner.fact.members.find((candidate) => candidate.name === name);
        const found = member === undefined ? null : this.findClass(owner.file, member.value, { ...search, scope: noScope, before: Infinity });
        return found === null ? null : { kind: 'class', ...found };
      }
      default:
        return null;
    }
  }

  private imported(source: SourceFile, file: string, module: string, name: string | null, search: Search): Meaning | null {
    // The engine's default export is the engine as a whole.
    if (source.language.isEngine(module)) return { kind: 'engine', name: name === 'default' ? null : name };
    const target = this.moduleFile(source, file, module);
    if (target === null && !source.language.moduleFiles(module, file, this.packages).some((candidate) => this.isFolder(candidate, source.language.packageFile))) return null;
    if (name !== null) return this.memberOfModule(module, file, target, name, search);
    return { kind: 'module', module, importer: file, file: target };
  }

  private moduleFile(source: SourceFile, file: string, module: string): string | null {
    const imported = `${file}\n${module}`;
    const known = this.moduleFiles.get(imported);
    if (known !== undefined) return known;
    const target = source.language.moduleFiles(module, file, this.packages).find((candidate) => this.files.has(candidate)) ?? null;
    this.moduleFiles.set(imported, target);
    return target;
  }

  /** Is it the missing package file of a folder with sources? */
  private isFolder(candidate: string, packageFile: string | null): boolean {
    return path.basename(candidate) === packageFile && this.folders.has(path.dirname(candidate));
  }

  private memberOfModule(module: string, importer: string, file: string | null, name: string, search: Search): Meaning | null {
    // Another file knows nothing of the function that runs in this one.
    const there = { ...search, scope: noScope, before: Infinity, depth: search.depth + 1 };
    const exported = file === null ? null : this.exported(file, name, there);
    const source = this.files.get(importer);
    if (exported !== null || source === undefined || there.depth > maxDepth) return exported;
    const submodule = source.language.submodule(module, name, file);
    return submodule === null ? null : this.imported(source, importer, submodule, null, there);
  }

  private exported(file: string, name: string, search: Search): Meaning | null {
    const source = this.files.get(file);
    if (source === undefined || search.depth > maxDepth) return null;
    const { exports, passedOn } = source.facts;
    const own = exports.get(name);
    if (own !== undefined) return this.find(file, own, search);
    // A CommonJS file exports by assignment: there, any name may be meant.
    if (source.language.exportsEverything || (exports.size === 0 && passedOn.length === 0)) return this.find(file, [name], search);
    for (const module of passedOn) {
      const meaning = this.imported(source, file, module, name, search);
      if (meaning !== null) return meaning;
    }
    return null;
  }
}
