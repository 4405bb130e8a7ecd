/**
 * The types of query results: which attributes each operator gives to the compiler. `Q` and `Other` are queries or table
 * classes; `K` and `S` are primary key and secondary attributes, object types of fetched values. The rules are those of
 * `Heading` and `projection`. Where a name could be any (an index signature), what is known of the others is kept.
 */
import type { KeyOf, Row, SecondaryOf, Simplify, TypedTable } from '../definition';
import type { Queryable } from './condition';

/** Where a query keeps its attributes for the compiler. It has no value. */
export declare const ATTRIBUTES: unique symbol;

/** What the compiler knows of a query's attributes. */
export interface Attributes<K extends object, S extends object> {
  readonly key: K;
  readonly secondary: S;
}

/** The primary key of a query or table class. */
export type KeyIn<Q extends Queryable> = Q extends TypedTable
  ? KeyOf<Q>
  : Q extends { readonly [ATTRIBUTES]?: Attributes<infer K, object> }
    ? K
    : Row;

/** The secondary attributes of a query or table class. */
export type SecondaryIn<Q extends Queryable> = Q extends TypedTable
  ? SecondaryOf<Q>
  : Q extends { readonly [ATTRIBUTES]?: Attributes<object, infer S> }
    ? S
    : Row;

/** A row of a query or table class. */
export type RowIn<Q extends Queryable> = Simplify<KeyIn<Q> & SecondaryIn<Q>>;

/** What can be fetched by name: an attribute, or `KEY` for the primary key. */
export type Name<Q extends Queryable> = [string & keyof RowIn<Q>] extends [infer N] ? N | 'KEY' : never;

/** Two names or more, among which `Also` may stand. */
export type Names<Q extends Queryable, Also = never> = readonly [Name<Q>, Name<Q>, ...(Name<Q> | Also)[]];

/** The value of an attribute, or of `KEY`. */
export type Value<Q extends Queryable, N> = N extends 'KEY' ? KeyIn<Q> : N extends keyof RowIn<Q> ? RowIn<Q>[N] : unknown;

/** The values of several attributes, in their order. */
export type Values<Q extends Queryable, N extends readonly unknown[]> = { -readonly [I in keyof N]: Value<Q, N[I]> };

/** The columns of several attributes, in their order; options among the arguments give none. */
export type Columns<Q extends Queryable, Arguments extends readonly unknown[]> = Arguments extends readonly [infer First, ...infer Rest]
  ? First extends string
    ? [Value<Q, First>[], ...Columns<Q, Rest>]
    : Columns<Q, Rest>
  : [];

/** The primary key of a join: the one that determines the other side, else both. */
export type JoinKey<Q extends Queryable, Other extends Queryable> = [keyof KeyIn<Other>] extends [keyof RowIn<Q>]
  ? KeyIn<Q>
  : [keyof KeyIn<Q>] extends [keyof RowIn<Other>]
    ? KeyIn<Other>
    : Simplify<KeyIn<Q> & KeyIn<Other>>;

/** The secondary attributes of a join: all but its primary key. */
export type JoinSecondary<Q extends Queryable, Other extends Queryable> = Simplify<
  Without<RowIn<Q> & RowIn<Other>, JoinKey<Q, Other>>
>;

/** The secondary attributes of `extend`: those of the other are null where no row matches. */
export type ExtendSecondary<Q extends Queryable, Other extends Queryable> = Simplify<
  SecondaryIn<Q> & OrNull<Without<RowIn<Other>, RowIn<Q>>>
>;

/** The secondary attributes of a union: those of either side are null in rows of the other. */
export type UnionSecondary<Q extends Queryable, Other extends Queryable> = Simplify<
  OrNull<SecondaryIn<Q>> & OrNull<Without<RowIn<Other>, RowIn<Q>>>
>;

/** An argument of `proj`. */
export type ProjArgument<Q extends Queryable> =
  | '...'
  | AttributeName<Q>
  | `-${string & keyof SecondaryIn<Q>}`
  | Readonly<Record<string, string>>;

/** The primary key after `proj`: as it was, but for renamed and duplicated attributes. */
export type ProjKey<Q extends Queryable, Arguments extends readonly unknown[]> = Projected<
  KeyIn<Q>,
  keyof KeyIn<Q>,
  RenamesIn<Arguments[number]>
>;

/** The secondary attributes after `proj`: those that were named, all of them for `...`, and those that were computed. */
export type ProjSecondary<Q extends Queryable, Arguments extends readonly unknown[]> = Simplify<
  Projected<SecondaryIn<Q>, Kept<SecondaryIn<Q>, Arguments[number]>, RenamesIn<Arguments[number]>> &
    Computed<RenamesIn<Arguments[number]>, keyof RowIn<Q>>
>;

/** What `aggr` can keep of the groups, or of the rows in them. */
export type AggrArgument<Q extends Queryable, Group extends Queryable> = '...' | AttributeName<Q> | AttributeName<Group>;

/** The secondary attributes of an aggregation: of the groups for `...`, those that were named, and the computed ones. */
export type AggrSecondary<Q extends Queryable, Group extends Queryable, Argument, Named> = Simplify<
  { [N in keyof SecondaryIn<Q> as '...' extends Argument ? N : never]: SecondaryIn<Q>[N] } & {
    [N in keyof RowIn<Group> as N extends Exclude<Argument, keyof RowIn<Q>> ? N : never]: RowIn<Group>[N];
  } & { [N in keyof SecondaryIn<Q> as N extends Argument ? N : never]: SecondaryIn<Q>[N] } & { [N in keyof Named]: unknown }
>;

/** The attributes of a `dj.U` restricted by a query. */
export type Picked<N extends string, Q extends Queryable> = { [Each in N]: Value<Q, Each> };

/** No demand on a query that has all the names, else one that none can meet. */
export type Having<N extends string, Q extends Queryable> = [N] extends [AttributeName<Q>]
  ? unknown
  : Lacks<Exclude<N, AttributeName<Q>>>;

/** In the compiler's message: the attribute that a query does not have. */
interface Lacks<N extends string> {
  readonly lacks: N;
}

type AttributeName<Q extends Queryable> = string & (keyof KeyIn<Q> | keyof SecondaryIn<Q>);

type Without<A extends object, B extends object> = { [N in keyof A as N extends keyof B ? never : N]: A[N] };

type OrNull<A extends object> = { [N in keyof A]: A[N] | null };

/** The attributes of `A` that `KeptName` has, unless renamed, and what renames and copies of `A`'s attributes make. */
type Projected<A extends object, KeptName, R extends Rename> = Simplify<
  { [N in keyof A as N extends KeptName ? (N extends R['renamed'] ? never : N) : never]: A[N] } & {
    [Each in R as Each['source'] extends keyof A ? Each['name'] : never]: Each['source'] extends keyof A ? A[Each['source']] : never;
  }
>;

type Kept<S extends object, Argument> = '...' extends Argument
  ? Exclude<keyof S, Argument extends `-${infer N}` ? N : never>
  : Extract<Argument, string>;

type Computed<R extends Rename, Known> = { [Each in R as Each['source'] extends Known ? never : Each['name']]: unknown };

/** `{ name: 'source' }`; with a copy, `{ name: '(source)' }`, nothing is renamed. */
interface Rename {
  readonly name: string;
  readonly source: string;
  readonly renamed: string;
}

type RenamesIn<Argument> = Argument extends Readonly<Record<string, string>>
  ? { [N in string & keyof Argument]: ReadSource<N, Argument[N]> }[string & keyof Argument]
  : never;

type ReadSource<N extends string, Text extends string> = Text extends `(${infer Source})`
  ? { readonly name: N; readonly source: Source; readonly renamed: never }
  : { readonly name: N; readonly source: Text; readonly renamed: Text };
