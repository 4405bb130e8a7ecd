/** The names of schemas, also of those that get theirs after their tables: `schema.activate('ephys')`. */
import type { ActivationFact, ActivatorCall, Binding } from './facts';
import type { KnownText, Meaning, Resolver } from './resolver';

export interface SchemaName {
  /** Null when the source builds the name while it runs. */
  readonly name: string | null;
  /** What is known of such a name, `*` standing for the rest: `*_ephys`. Null when nothing is. */
  readonly pattern: string | null;
  /** The file that gives it its name later, as it is imported; null for a schema that has its name from the start. */
  readonly activatedIn: string | null;
}

export const unknownName: SchemaName = { name: null, pattern: null, activatedIn: null };

export class SchemaNames {
  private readonly activated = new Map<Binding, SchemaName>();

  constructor(private readonly resolver: Resolver) {
    const calls = [...resolver.files].flatMap(([file, { facts }]) => facts.activatorCalls.map((call) => ({ file, call })));
    for (const [file, { facts }] of resolver.files) {
      for (const activation of facts.activations) {
        const schema = resolver.meaning(file, activation.schema);
        if (schema?.kind !== 'schema') continue;
        const { text, activatedIn } = this.activatedAs(file, activation, calls);
        const name = schemaName(text, activatedIn);
        if (best(name) > best(this.activated.get(schema.binding) ?? unknownName)) this.activated.set(schema.binding, name);
      }
    }
  }

  of(schema: Extract<Meaning, { kind: 'schema' }>): SchemaName {
    return schema.name === null ? (this.activated.get(schema.binding) ?? unknownName) : schemaName(schema.name, null);
  }

  private activatedAs(
    file: string,
    activation: ActivationFact,
    calls: readonly { readonly file: string; readonly call: ActivatorCall }[],
  ): { readonly text: KnownText; readonly activatedIn: string | null } {
    const [only] = activation.name;
    const parameter =
      activation.name.length === 1 && Array.isArray(only) && only.length === 1
        ? (activation.within?.parameters.indexOf(String(only[0])) ?? -1)
        : -1;
    if (parameter === -1 || activation.within === null) {
      return { text: this.resolver.textOf(file, activation.name), activatedIn: activation.within === null ? file : null };
    }
    for (const { file: caller, call } of calls) {
      if (!this.isFunction(caller, call, file, activation.within.name)) continue;
      const given = call.named.get(activation.within.parameters[parameter] ?? '') ?? call.positional[parameter];
      if (given !== undefined) return { text: this.resolver.textOf(caller, given), activatedIn: caller };
    }
    return { text: [null], activatedIn: null };
  }

  /** Does the call mean the function `name` of `file`? */
  private isFunction(caller: string, { callee }: ActivatorCall, file: string, name: string): boolean {
    if (callee.at(-1) !== name) return false;
    if (callee.length === 1) return caller === file;
    const owner = this.resolver.meaning(caller, callee.slice(0, -1));
    return owner?.kind === 'module' && owner.file === file;
  }
}

/** How much is known. */
const best = ({ name, pattern, activatedIn }: SchemaName): number =>
  (name !== null ? 4 : pattern !== null ? 2 : 0) + (activatedIn === null ? 0 : 1);

function schemaName(text: KnownText, activatedIn: string | null): SchemaName {
  if (text.every((piece) => piece !== null)) return { name: text.join(''), pattern: null, activatedIn };
  const pattern = text.map((piece) => piece ?? '*').join('');
  return { name: null, pattern: /^\**$/.test(pattern) ? null : pattern.replace(/\*+/g, '*'), activatedIn };
}

/** True when a schema's name in the database is one that the pattern may become. */
export function fitsPattern(name: string, pattern: string): boolean {
  const pieces = pattern.split('*').map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pieces.join('.*')}$`, 's').test(name);
}
