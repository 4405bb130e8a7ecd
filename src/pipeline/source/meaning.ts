/** What a name of a source file stands for, and what several such meanings come to. */
import type { Binding, BoundName, ClassFact, Parameter } from './facts';

/** A text as far as the sources tell it: literal pieces, one of several texts, and null for what only running tells. */
export type KnownText = readonly (string | null | { readonly oneOf: readonly KnownText[] })[];

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
  | { readonly kind: 'function'; readonly file: string; readonly parameters: readonly Parameter[]; readonly results: readonly Binding[] }
  | { readonly kind: 'text'; readonly text: KnownText };

/** What the parameters of the running function stand for. */
export type Scope = ReadonlyMap<string, KnownText>;

/** What a name may mean at a place: what was said last, and before that as far as it may still hold. */
export function lastOf(bound: readonly BoundName[], before: number): readonly BoundName[] {
  const earlier = bound.filter(({ position }) => position < before);
  // Half-typed code may use a name before it says what it is.
  const known = earlier.length === 0 ? bound : earlier;
  const certain = known.findLastIndex(({ isConditional }) => !isConditional);
  return known.slice(Math.max(0, certain));
}

/** One meaning of several: of schemas and of texts all may be meant, of others the first is. */
export function oneOf(meanings: readonly Meaning[]): Meaning | null {
  const [first, ...others] = meanings;
  if (first === undefined || others.length === 0) return first ?? null;
  if (first.kind === 'text') return { kind: 'text', text: [{ oneOf: meanings.flatMap((each) => (each.kind === 'text' ? [each.text] : [])) }] };
  if (first.kind !== 'schema') return first;
  const schemas = meanings.filter((each) => each.kind === 'schema');
  const named = schemas.flatMap(({ name }) => (name === null ? [] : [name]));
  if (named.length < schemas.length || named.length === 1) return first;
  return { kind: 'schema', binding: first.binding, name: [{ oneOf: named }] };
}
