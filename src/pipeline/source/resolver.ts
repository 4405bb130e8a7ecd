/** What names of source files stand for, followed through imports, aliases and members. */
import path from 'node:path';
import type { Binding, ClassFact, ClassOrName, FileFacts, Path, SourceLanguage, TextFact } from './facts';

export interface SourceFile {
  readonly language: SourceLanguage;
  readonly facts: FileFacts;
}

/** A text as far as the sources tell it: literal pieces, and null for what only running tells. */
export type KnownText = readonly (string | null)[];

export interface FoundClass {
  readonly file: string;
  readonly fact: ClassFact;
}

export type Meaning =
  | { readonly kind: 'engine'; readonly name: string | null }
  /** A module, of the file that a language gives it, or without one a folder of modules. */
  | { readonly kind: 'module'; readonly module: string; readonly importer: string; readonly file: string | null }
  | ({ readonly kind: 'class' } & FoundClass)
  /** `binding` tells one schema from another; the name is null when it gets one later. */
  | { readonly kind: 'schema'; readonly binding: Binding; readonly name: KnownText | null }
  | { readonly kind: 'text'; readonly text: KnownText };

/** Longer chains of imports and aliases go in circles. */
const maxSteps = 64;

const unknownText: KnownText = [null];

export class Resolver {
  /** Every folder that has a source file, near or deep. */
  private readonly folders = new Set<string>();

  constructor(readonly files: ReadonlyMap<string, SourceFile>) {
    for (const file of files.keys()) {
      for (let folder = path.dirname(file); !this.folders.has(folder); folder = path.dirname(folder)) this.folders.add(folder);
    }
  }

  meaning(file: string, name: Path, steps = 0): Meaning | null {
    const [first, ...rest] = name;
    const source = this.files.get(file);
    const binding = first === undefined ? undefined : source?.facts.bindings.get(first);
    if (source === undefined || binding === undefined || steps > maxSteps) return null;
    let meaning = this.bound(source, file, binding, steps);
    for (const member of rest) meaning = this.memberOf(meaning, member, steps);
    return meaning;
  }

  classOf(file: string, value: ClassOrName, steps = 0): FoundClass | null {
    if (value.kind === 'class') return { file, fact: value.fact };
    const meaning = this.meaning(file, value.path, steps);
    return meaning?.kind === 'class' ? meaning : null;
  }

  /** A text with the names in it replaced by what they stand for. */
  textOf(file: string, text: TextFact, steps = 0): KnownText {
    return text.flatMap((piece): KnownText => {
      if (piece === null || typeof piece === 'string') return [piece];
      const meaning = this.meaning(file, piece, steps + 1);
      return meaning?.kind === 'text' ? meaning.text : unknownText;
    });
  }

  private bound(source: SourceFile, file: string, binding: Binding, steps: number): Meaning | null {
    switch (binding.kind) {
      case 'import':
        return this.imported(source, file, binding.module, binding.name, steps);
      case 'alias':
        return this.meaning(file, binding.path, steps + 1);
      case 'class':
        return { kind: 'class', file, fact: binding.fact };
      case 'text':
        return { kind: 'text', text: this.textOf(file, binding.text, steps) };
      case 'call':
        return this.called(file, binding, steps);
    }
  }

  private called(file: string, binding: Extract<Binding, { kind: 'call' }>, steps: number): Meaning | null {
    const callee = this.meaning(file, binding.callee, steps + 1);
    const { argument } = binding;
    if (callee?.kind === 'engine' && (callee.name === 'schema' || callee.name === 'Schema')) {
      return { kind: 'schema', binding, name: argument === null ? null : this.textOf(file, argument, steps) };
    }
    const [only] = argument ?? [];
    // A schema that takes in a class returns it.
    return callee?.kind === 'schema' && argument?.length === 1 && Array.isArray(only)
      ? this.meaning(file, only, steps + 1)
      : null;
  }

  private memberOf(owner: Meaning | null, name: string, steps: number): Meaning | null {
    switch (owner?.kind) {
      case 'engine':
        return { kind: 'engine', name: owner.name === null || owner.name === 'default' ? name : `${owner.name}.${name}` };
      case 'module':
        return this.memberOfModule(owner.module, owner.importer, owner.file, name, steps + 1);
      case 'class': {
        const member = owner.fact.members.find((candidate) => candidate.name === name);
        const found = member === undefined ? null : this.classOf(owner.file, member.value, steps + 1);
        return found === null ? null : { kind: 'class', ...found };
      }
      default:
        return null;
    }
  }

  private imported(source: SourceFile, file: string, module: string, name: string | null, steps: number): Meaning | null {
    // The engine's default export is the engine as a whole.
    if (source.language.isEngine(module)) return { kind: 'engine', name: name === 'default' ? null : name };
    const candidates = source.language.moduleFiles(module, file);
    const target = candidates.find((candidate) => this.files.has(candidate)) ?? null;
    if (target === null && !candidates.some((candidate) => this.isFolder(candidate, source.language.packageFile))) return null;
    if (name !== null) return this.memberOfModule(module, file, target, name, steps + 1);
    return { kind: 'module', module, importer: file, file: target };
  }

  /** Is it the missing package file of a folder with sources? */
  private isFolder(candidate: string, packageFile: string | null): boolean {
    return path.basename(candidate) === packageFile && this.folders.has(path.dirname(candidate));
  }

  private memberOfModule(module: string, importer: string, file: string | null, name: string, steps: number): Meaning | null {
    const exported = file === null ? null : this.exported(file, name, steps);
    const source = this.files.get(importer);
    if (exported !== null || source === undefined || steps > maxSteps) return exported;
    const submodule = source.language.submodule(module, name, file);
    return submodule === null ? null : this.imported(source, importer, submodule, null, steps + 1);
  }

  private exported(file: string, name: string, steps: number): Meaning | null {
    const source = this.files.get(file);
    if (source === undefined || steps > maxSteps) return null;
    const { exports, passedOn } = source.facts;
    const own = exports.get(name);
    if (own !== undefined) return this.meaning(file, own, steps + 1);
    // A CommonJS file exports by assignment: there, any name may be meant.
    if (source.language.exportsEverything || (exports.size === 0 && passedOn.length === 0)) {
      const meaning = this.meaning(file, [name], steps + 1);
      if (meaning !== null) return meaning;
    }
    for (const module of passedOn) {
      const meaning = this.imported(source, file, module, name, steps + 1);
      if (meaning !== null) return meaning;
    }
    return null;
  }
}
