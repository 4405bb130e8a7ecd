/** The names of schemas, also of those that get theirs after their tables: `schema.activate('ephys')`. */
import type { ActivationFact, Binding, CallStatement, FileFacts, Within } from './facts';
import type { KnownText, Meaning, Scope } from './meaning';
import type { Resolver } from './resolver';

export interface SchemaName {
  /** Null when the source builds the name while it runs, or chooses one of several. */
  readonly name: string | null;
  /**
   * What such a name may be, the likeliest first, `*` standing for what is not known: `lab_ephys` for a default of the
   * environment, then `*_ephys`. Empty when nothing is known.
   */
  readonly patterns: readonly string[];
  /** The file that gives it its name later, as it is imported; null for a schema that has its name from the start. */
  readonly activatedIn: string | null;
}

export const unknownName: SchemaName = { name: null, patterns: [], activatedIn: null };

/** A call of one function may come from many places, and each of those from many. */
const mostCalls = 32;
const mostCallers = 6;
/** Combinations of texts of which each may be one of several. */
const mostPatterns = 8;

interface Call extends CallStatement {
  readonly file: string;
}

/** What a function's parameters stand for in one call. */
interface Run {
  readonly scope: Scope;
  /** The file whose import leads to the call; null when nothing of the folder does it as it is imported. */
  readonly importedFile: string | null;
}

export class SchemaNames {
  private readonly activated = new Map<Binding, SchemaName>();
  /** By the last name of what they call. */
  private readonly calls = new Map<string, Call[]>();

  constructor(private readonly resolver: Resolver) {
    for (const [file, { facts }] of resolver.files) {
      for (const statement of facts.calls) {
        const { callee } = statement.call;
        for (const name of new Set([callee.at(-1) ?? '', ...(callee.length === 1 ? importedAs(facts, callee[0] ?? '') : [])])) {
          const known = this.calls.get(name);
          if (known === undefined) this.calls.set(name, [{ ...statement, file }]);
          else known.push({ ...statement, file });
        }
      }
    }
    for (const [file, { facts }] of resolver.files) {
      for (const activation of facts.activations) {
        const schema = resolver.meaning(file, activation.schema);
        if (schema?.kind !== 'schema') continue;
        const known = this.activated.get(schema.binding);
        const found = [...(known === undefined ? [] : [known]), ...this.activatedAs(file, activation)];
        this.activated.set(schema.binding, surest(found));
      }
    }
  }

  of(schema: Extract<Meaning, { kind: 'schema' }>): SchemaName {
    return schema.name === null ? (this.activated.get(schema.binding) ?? unknownName) : schemaName(schema.name, null);
  }

  private activatedAs(file: string, { name, within }: ActivationFact): SchemaName[] {
    return this.runsOf(file, within, 0).map(({ scope, importedFile }) => schemaName(this.resolver.textOf(file, name, scope), importedFile));
  }

  /** The calls that run the code of a function, or the import of its file. */
  private runsOf(file: string, within: Within | null, depth: number): Run[] {
    if (within === null) return [{ scope: new Map(), importedFile: file }];
    const calls = depth > mostCallers ? [] : (this.calls.get(within.name) ?? []).filter((each) => this.isFunction(each, file, within.name));
    if (calls.length === 0) return [{ scope: this.scopeOf(file, within, null, new Map()), importedFile: null }];
    return calls
      .slice(0, mostCalls)
      .flatMap((call) =>
        this.runsOf(call.file, call.within, depth + 1).map(({ scope, importedFile }) => ({
          scope: this.scopeOf(file, within, call, scope),
          importedFile,
        })),
      )
      .slice(0, mostCalls);
  }

  private scopeOf(file: string, { parameters }: Within, statement: Call | null, outer: Scope): Scope {
    return new Map(
      parameters.map((parameter, at) => {
        const given = statement?.call.named.get(parameter.name) ?? statement?.call.positional[at];
        if (statement !== null && given !== undefined) return [parameter.name, this.resolver.textOf(statement.file, given, outer)];
        return [parameter.name, parameter.default === null ? [null] : this.resolver.textOf(file, parameter.default)];
      }),
    );
  }

  /** Does the call mean the function `name` of `file`? */
  private isFunction({ file: caller, call: { callee } }: Call, file: string, name: string): boolean {
    if (caller === file && callee.length === 1) return callee[0] === name;
    const meaning = this.resolver.meaning(caller, callee);
    return meaning?.kind === 'function' && meaning.file === file;
  }
}

/** `from session import activate as activate_session`: what a name is called where it comes from. */
const importedAs = ({ bindings }: FileFacts, name: string): string[] =>
  (bindings.get(name) ?? []).flatMap(({ binding }) => (binding.kind === 'import' && binding.name !== null ? [binding.name] : []));

/** The name that is given as a file is imported; of several such names none is certain. */
function surest(names: readonly SchemaName[]): SchemaName {
  const most = Math.max(...names.map(knownOf));
  const best = names.filter((each) => knownOf(each) === most);
  const [first = unknownName] = best;
  const patterns = [...new Set(best.flatMap(patternsOf))];
  return patterns.length < 2 ? first : { ...first, name: null, patterns };
}

/** How much is known: most of all that it happens as a file is imported, which what functions do may never. */
const knownOf = ({ name, patterns, activatedIn }: SchemaName): number => (activatedIn === null ? 0 : 4) + (name !== null ? 2 : patterns.length > 0 ? 1 : 0);

function schemaName(text: KnownText, activatedIn: string | null): SchemaName {
  if (text.every((piece) => typeof piece === 'string')) return { name: text.join(''), patterns: [], activatedIn };
  const open = text.map((piece) => (typeof piece === 'string' ? piece : '*')).join('');
  const patterns = [...combinations(text), open].map((pattern) => pattern.replace(/\*+/g, '*'));
  return { name: null, patterns: [...new Set(patterns)].filter((pattern) => !/^\**$/.test(pattern)), activatedIn };
}

/** The texts that come of it, `*` standing for what is not known. */
function combinations(text: KnownText): string[] {
  return text.reduce<string[]>(
    (found, piece) => {
      const endings = piece === null ? ['*'] : typeof piece === 'string' ? [piece] : piece.oneOf.flatMap(combinations);
      return found.flatMap((start) => endings.map((ending) => start + ending)).slice(0, mostPatterns);
    },
    [''],
  );
}

/** All that a name may be, `*` standing for what is not known. */
const patternsOf = ({ name, patterns }: Pick<SchemaName, 'name' | 'patterns'>): readonly string[] => (name === null ? patterns : [name]);

/** True when a schema's name in the database is one that the pattern may become. */
export function fitsPattern(name: string, pattern: string): boolean {
  const [start = '', ...others] = pattern.split('*');
  const end = others.pop();
  if (end === undefined) return name === pattern;
  if (!name.startsWith(start) || !name.endsWith(end) || name.length < start.length + end.length) return false;
  // The first place of each piece leaves the most room for the next.
  let from = start.length;
  for (const piece of others) {
    const found = name.indexOf(piece, from);
    if (found === -1) return false;
    from = found + piece.length;
  }
  return from <= name.length - end.length;
}
