/** Links the facts of a folder's files into table classes: which class is a table, of which tier, in which schema. */
import { type Binding, type ClassFact, type LanguageName, type MethodFact, type TableTier, tierOfBase } from './facts';
import type { FoundClass, Meaning } from './meaning';
import { Resolver, type SourceFile } from './resolver';
import { type SchemaName, SchemaNames, unknownName } from './schemaNames';

export interface TableClass {
  /** `Trace`; `Peaks.Peak` for a part. */
  readonly className: string;
  readonly tier: TableTier;
  /** Null when the source builds the name while it runs, or hands the class to no schema. */
  readonly schemaName: string | null;
  /**
   * What a name may be that the source builds or chooses, the likeliest first, `*` standing for what is not known:
   * `lab_ephys`, `*_ephys`. Empty for a name that is known, and where nothing is.
   */
  readonly schemaPatterns: readonly string[];
  /** Tells the schema objects of a folder from one another; null where the sources do not tell which takes the class. */
  readonly schemaObject: number | null;
  readonly language: LanguageName;
  /** The file whose import gives the schema its name, when that is another one: it has to be imported as well. */
  readonly activatedIn: string | null;
  /** Absolute path. */
  readonly file: string;
  /** The lines of the word `class` and of the class's end, from 1. */
  readonly line: number;
  readonly endLine: number;
  /** The line of `make` (or the first part of a three-part make), from 1; null without one in this file. */
  readonly makeLine: number | null;
  /** All methods that make rows and stand in this file, the one that populate calls first. */
  readonly makeMethods: readonly MethodFact[];
  /** The line of `definition` in this file, from 1. */
  readonly definitionLine: number | null;
  /** `own`: a class says which keys it is made for. `unknown`: what it extends, or what decorates it, is not among the sources. */
  readonly keySource: 'default' | 'own' | 'unknown';
  /** In a package that is installed, and that files of the folder import. */
  readonly isInstalled: boolean;
}

/** A name of a file that stands for a schema: a class of the file may be given to it. */
export interface SchemaVariable {
  readonly variable: string;
  /** Absolute path. */
  readonly file: string;
  readonly language: LanguageName;
  /** As those of a class. */
  readonly schemaName: string | null;
  readonly schemaPatterns: readonly string[];
  /** What the file calls the engine, `dj`; null where it has no name for it. */
  readonly engine: string | null;
}

export interface Linked {
  /** Sorted by file and line; parts follow their master. */
  readonly classes: readonly TableClass[];
  readonly schemas: readonly SchemaVariable[];
}

/** @param installed the files of installed packages, of which only classes with a schema of some name are tables here */
export function linkClasses(files: ReadonlyMap<string, SourceFile>, packages: readonly string[] = [], installed: ReadonlySet<string> = new Set()): Linked {
  const linker = new Linker(files, packages, installed);
  return { classes: linker.classes(), schemas: linker.schemas() };
}

/** The schema that takes a class. */
interface TakingSchema {
  readonly name: SchemaName;
  readonly object: number;
}

class Linker {
  private readonly resolver: Resolver;
  private readonly schemaNames: SchemaNames;

  constructor(
    private readonly files: ReadonlyMap<string, SourceFile>,
    packages: readonly string[],
    private readonly installed: ReadonlySet<string>,
  ) {
    this.resolver = new Resolver(files, packages);
    this.schemaNames = new SchemaNames(this.resolver);
  }

  /** The names of the folder's own files that are bound to a schema where they stand. */
  schemas(): SchemaVariable[] {
    return [...this.files].flatMap(([file, { facts, language }]) => {
      if (this.installed.has(file)) return [];
      const engine = [...facts.bindings.keys()].find((name) => isWholeEngine(this.resolver.meaning(file, [name]))) ?? null;
      return [...facts.bindings].flatMap(([variable, bound]) => {
        if (!bound.some(({ binding }) => binding.kind === 'call')) return [];
        const meaning = this.resolver.meaning(file, [variable]);
        if (meaning?.kind !== 'schema' || !bound.some(({ binding }) => binding === meaning.binding)) return [];
        const { name, patterns } = this.schemaNames.of(meaning);
        return [{ variable, file, language: language.name, schemaName: name, schemaPatterns: patterns, engine }];
      });
    });
  }

  classes(): TableClass[] {
    const schemas = this.registrations();
    const tables: TableClass[] = [];
    for (const [file, { facts }] of this.files) {
      for (const fact of facts.classes) {
        const lineage = this.lineageOf(file, fact);
        const tier = this.tierOf(lineage);
        if (tier === null || tier === 'part') continue;
        const schema = schemas.get(fact);
        if (schema === undefined && (fact.isAbstract || fact.name === '' || !this.mayBeTaken(facts, fact))) continue;
        const { name, object } = schema ?? { name: unknownName, object: null };
        // A package has more schemas than a pipeline activates.
        if (this.installed.has(file) && name.name === null && name.patterns.length === 0) continue;
        tables.push(this.table(lineage, fact.name, tier, name, object), ...this.parts(lineage, name, object));
      }
    }
    return tables.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
  }

  private table(lineage: Lineage, className: string, tier: TableTier, schema: SchemaName, schemaObject: number | null): TableClass {
    const [{ file, fact }] = lineage;
    const maker = lineage.find((ancestor) => ancestor.fact.makeMethods.length > 0);
    const definer = lineage.find((ancestor) => ancestor.fact.definitionLine !== null);
    const makeMethods = maker?.file === file ? maker.fact.makeMethods : [];
    return {
      className,
      tier,
      schemaName: schema.name,
      schemaPatterns: schema.patterns,
      schemaObject,
      activatedIn: schema.activatedIn === file ? null : schema.activatedIn,
      language: this.files.get(file)?.language.name ?? 'typescript',
      file,
      line: fact.line,
      endLine: fact.endLine,
      makeLine: makeMethods[0]?.line ?? null,
      makeMethods,
      definitionLine: definer?.file === file ? definer.fact.definitionLine : null,
      keySource: this.keySourceOf(lineage),
      isInstalled: this.installed.has(file),
    };
  }

  private parts(master: Lineage, schema: SchemaName, schemaObject: number | null): TableClass[] {
    const found = new Map<string, TableClass>();
    for (const { file, fact } of master) {
      for (const member of fact.members) {
        const part = this.resolver.classOf(file, member.value);
        const lineage = part === null ? null : this.lineageOf(part.file, part.fact);
        if (lineage === null || found.has(member.name) || this.tierOf(lineage) !== 'part') continue;
        const name = `${master[0].fact.name}.${lineage[0].fact.name === '' ? member.name : lineage[0].fact.name}`;
        found.set(member.name, this.table(lineage, name, 'part', schema, schemaObject));
      }
    }
    return [...found.values()];
  }

  /**
   * May a schema take the class that the sources do not tell? One that nothing decorates and that is handed to nothing is
   * there for others to extend.
   */
  private mayBeTaken(facts: SourceFile['facts'], fact: ClassFact): boolean {
    return fact.decorators.length > 0 || facts.registrations.some(({ target }) => (target.kind === 'class' ? target.fact === fact : target.path.at(-1) === fact.name));
  }

  /** Every class that some schema takes, with the schema's name. */
  private registrations(): Map<ClassFact, TakingSchema> {
    const found = new Map<ClassFact, TakingSchema>();
    const objects = new Map<Binding, number>();
    const taking = (schema: Extract<Meaning, { kind: 'schema' }>): TakingSchema => {
      const object = objects.get(schema.binding) ?? objects.size + 1;
      objects.set(schema.binding, object);
      return { name: this.schemaNames.of(schema), object };
    };
    for (const [file, { facts }] of this.files) {
      for (const fact of facts.classes) {
        for (const decorator of fact.decorators) {
          const schema = this.resolver.meaning(file, decorator, fact.position);
          if (schema?.kind === 'schema') found.set(fact, taking(schema));
        }
      }
      for (const { callee, target, position } of facts.registrations) {
        const schema = this.resolver.meaning(file, callee, position);
        if (schema?.kind !== 'schema') continue;
        const taken = this.resolver.classOf(file, target, position);
        if (taken !== null) found.set(taken.fact, taking(schema));
      }
    }
    return found;
  }

  /** A class and the classes of the folder that it extends, each before what it extends. */
  private lineageOf(file: string, fact: ClassFact): Lineage {
    const lineage: Lineage = [{ file, fact }];
    const visit = (found: FoundClass): void => {
      for (const path of found.fact.bases) {
        const base = this.resolver.meaning(found.file, path, found.fact.position);
        if (base?.kind !== 'class' || lineage.some((known) => known.fact === base.fact)) continue;
        lineage.push(base);
        visit(base);
      }
    };
    visit(lineage[0]);
    return lineage;
  }

  private keySourceOf(lineage: Lineage): TableClass['keySource'] {
    if (lineage.some(({ fact }) => fact.customKeySource)) return 'own';
    const isKnown = lineage.every(({ file, fact }) => {
      const kindOf = (path: readonly string[]): string | undefined => this.resolver.meaning(file, path, fact.position)?.kind;
      return fact.bases.every((base) => ['class', 'engine'].includes(kindOf(base) ?? '')) && fact.decorators.every((decorator) => kindOf(decorator) === 'schema');
    });
    return isKnown ? 'default' : 'unknown';
  }

  private tierOf(lineage: Lineage): TableTier | null {
    for (const { file, fact } of lineage) {
      const tiers = fact.bases.flatMap((path) => {
        const base = this.resolver.meaning(file, path, fact.position);
        return base?.kind === 'engine' ? (tierOfBase[base.name?.split('.').at(-1) ?? ''] ?? []) : [];
      });
      // `class Camera(dj.Lookup, dj.Part)` is a part.
      const [tier] = tiers.includes('part') ? (['part'] as const) : tiers;
      if (tier !== undefined) return tier;
    }
    return null;
  }
}

const isWholeEngine = (meaning: Meaning | null): boolean => meaning?.kind === 'engine' && meaning.name === null;

type Lineage = [FoundClass, ...FoundClass[]];
