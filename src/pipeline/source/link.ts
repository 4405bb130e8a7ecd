/** Links the facts of a folder's files into table classes: which class is a table, of which tier, in which schema. */
import {
  type ClassFact,
  type ClassOrName,
  type FileFacts,
  type Path,
  type SourceLanguage,
  type TableTier,
  tierOfBase,
} from './facts';

export interface TableClass {
  /** `Trace`; `Peaks.Peak` for a part. */
  readonly className: string;
  readonly tier: TableTier;
  /** Null when the source builds the name while it runs, or hands the class to no schema. */
  readonly schemaName: string | null;
  /** Absolute path. */
  readonly file: string;
  /** The line of the word `class`, from 1. */
  readonly line: number;
  /** The line of `make` (or the first part of a three-part make), from 1; null without one in this file. */
  readonly makeLine: number | null;
  readonly customKeySource: boolean;
}

export interface SourceFile {
  readonly language: SourceLanguage;
  readonly facts: FileFacts;
}

/** What a path stands for, followed through imports and aliases. */
type Meaning =
  | { kind: 'engine'; name: string | null }
  | { kind: 'file'; file: string }
  | { kind: 'class'; file: string; fact: ClassFact }
  | { kind: 'schema'; name: string | null }
  | { kind: 'text'; text: string };

/** Longer chains of imports and aliases go in circles. */
const maxSteps = 64;

export function linkClasses(files: ReadonlyMap<string, SourceFile>): TableClass[] {
  return new Linker(files).link();
}

class Linker {
  constructor(private readonly files: ReadonlyMap<string, SourceFile>) {}

  link(): TableClass[] {
    const schemas = this.registrations();
    const bases = this.extendedClasses();
    const tables: TableClass[] = [];
    for (const [file, { facts }] of this.files) {
      for (const fact of facts.classes) {
        const tier = this.tierOf(file, fact);
        if (tier === null || tier === 'part') continue;
        const registered = schemas.has(fact);
        if (!registered && (fact.isAbstract || bases.has(fact) || fact.name === '')) continue;
        const schemaName = schemas.get(fact) ?? null;
        tables.push(this.table(file, fact, fact.name, tier, schemaName), ...this.parts(file, fact, schemaName));
      }
    }
    return tables.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
  }

  private table(
    file: string,
    fact: ClassFact,
    className: string,
    tier: TableTier,
    schemaName: string | null,
  ): TableClass {
    const lineage = this.lineageOf(file, fact);
    const make = lineage.find((ancestor) => ancestor.fact.makeLine !== null);
    return {
      className,
      tier,
      schemaName,
      file,
      line: fact.line,
      makeLine: make?.file === file ? make.fact.makeLine : null,
      customKeySource: lineage.some((ancestor) => ancestor.fact.customKeySource),
    };
  }

  private parts(file: string, master: ClassFact, schemaName: string | null): TableClass[] {
    return master.members.flatMap((member) => {
      const meaning = this.classMeaning(file, member.value);
      if (meaning?.kind !== 'class' || this.tierOf(meaning.file, meaning.fact) !== 'part') return [];
      const name = `${master.name}.${meaning.fact.name === '' ? member.name : meaning.fact.name}`;
      return [this.table(meaning.file, meaning.fact, name, 'part', schemaName)];
    });
  }

  /** Every class that some schema takes, with the schema's name. */
  private registrations(): Map<ClassFact, string | null> {
    const found = new Map<ClassFact, string | null>();
    for (const [file, { facts }] of this.files) {
      for (const fact of facts.classes) {
        for (const decorator of fact.decorators) {
          const schema = this.meaning(file, decorator);
          if (schema?.kind === 'schema') found.set(fact, schema.name);
        }
      }
      for (const { callee, target } of facts.registrations) {
        const schema = this.meaning(file, callee);
        if (schema?.kind !== 'schema') continue;
        const meaning = this.classMeaning(file, target);
        if (meaning?.kind === 'class') found.set(meaning.fact, schema.name);
      }
    }
    return found;
  }

  private extendedClasses(): Set<ClassFact> {
    const found = new Set<ClassFact>();
    for (const [file, { facts }] of this.files) {
      for (const fact of facts.classes) {
        const base = fact.base === null ? null : this.meaning(file, fact.base);
        if (base?.kind === 'class') found.add(base.fact);
      }
    }
    return found;
  }

  /** A class and the classes of the folder that it extends, nearest first. */
  private lineageOf(file: string, fact: ClassFact): { file: string; fact: ClassFact }[] {
    const lineage = [{ file, fact }];
    for (let step = 0; step < maxSteps; step++) {
      const last = lineage[lineage.length - 1];
      const base = last?.fact.base ? this.meaning(last.file, last.fact.base) : null;
      if (base?.kind !== 'class' || lineage.some((known) => known.fact === base.fact)) break;
      lineage.push(base);
    }
    return lineage;
  }

  private tierOf(file: string, fact: ClassFact): TableTier | null {
    const root = this.lineageOf(file, fact).at(-1);
    const base = root?.fact.base ? this.meaning(root.file, root.fact.base) : null;
    return base?.kind === 'engine' && base.name !== null ? (tierOfBase[base.name] ?? null) : null;
  }

  private meaning(file: string, path: Path, steps = 0): Meaning | null {
    const [first, ...rest] = path;
    const source = this.files.get(file);
    const binding = first === undefined ? undefined : source?.facts.bindings.get(first);
    if (source === undefined || binding === undefined || steps > maxSteps) return null;
    let meaning: Meaning | null = null;
    if (binding.kind === 'import') meaning = this.imported(source, file, binding.module, binding.name, steps);
    else if (binding.kind === 'alias') meaning = this.meaning(file, binding.path, steps + 1);
    else if (binding.kind === 'class') meaning = { kind: 'class', file, fact: binding.fact };
    else if (binding.kind === 'text') meaning = { kind: 'text', text: binding.text };
    else {
      const callee = this.meaning(file, binding.callee, steps + 1);
      if (callee?.kind === 'engine' && (callee.name === 'schema' || callee.name === 'Schema')) {
        meaning = { kind: 'schema', name: this.textOf(file, binding.argument, steps) };
      } else if (callee?.kind === 'schema' && binding.argument !== null && typeof binding.argument !== 'string') {
        meaning = this.meaning(file, binding.argument.path, steps + 1);
      }
    }
    for (const name of rest) meaning = this.memberOf(meaning, name, steps);
    return meaning;
  }

  private classMeaning(file: string, value: ClassOrName, steps = 0): Meaning | null {
    return value.kind === 'class' ? { kind: 'class', file, fact: value.fact } : this.meaning(file, value.path, steps);
  }

  private textOf(file: string, argument: string | { readonly path: Path } | null, steps: number): string | null {
    if (argument === null || typeof argument === 'string') return argument;
    const meaning = this.meaning(file, argument.path, steps + 1);
    return meaning?.kind === 'text' ? meaning.text : null;
  }

  private memberOf(owner: Meaning | null, name: string, steps: number): Meaning | null {
    switch (owner?.kind) {
      case 'engine':
        return {
          kind: 'engine',
          name: owner.name === null || owner.name === 'default' ? name : `${owner.name}.${name}`,
        };
      case 'file':
        return this.exported(owner.file, name, steps + 1);
      case 'class': {
        const member = owner.fact.members.find((candidate) => candidate.name === name);
        return member === undefined ? null : this.classMeaning(owner.file, member.value, steps + 1);
      }
      default:
        return null;
    }
  }

  private imported(
    source: SourceFile,
    file: string,
    module: string,
    name: string | null,
    steps: number,
  ): Meaning | null {
    // The engine's default export is the engine as a whole.
    if (module === source.language.enginePackage) return { kind: 'engine', name: name === 'default' ? null : name };
    const target = source.language.moduleFiles(module, file).find((candidate) => this.files.has(candidate));
    if (target === undefined) return null;
    return name === null ? { kind: 'file', file: target } : this.exported(target, name, steps + 1);
  }

  private exported(file: string, name: string, steps: number): Meaning | null {
    const source = this.files.get(file);
    if (source === undefined || steps > maxSteps) return null;
    const path = source.facts.exports.get(name);
    if (path !== undefined) return this.meaning(file, path, steps + 1);
    for (const module of source.facts.passedOn) {
      const meaning = this.imported(source, file, module, name, steps + 1);
      if (meaning !== null) return meaning;
    }
    // A CommonJS file exports by assignment: there, any name may be meant.
    return source.facts.exports.size === 0 && source.facts.passedOn.length === 0
      ? this.meaning(file, [name], steps + 1)
      : null;
  }
}
