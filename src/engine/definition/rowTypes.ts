/**
 * The types of a table's rows, read from its definition by the compiler. What an author does for them:
 *
 * 1. `static readonly definition = \`…\``: with `readonly` the compiler keeps the text, and the table's own attributes
 *    are typed. Without it, or with text put together at run time, rows are `Record<string, unknown>`.
 * 2. `static readonly references = { Session, Method }`: the classes that the definition's arrows name, of a part
 *    `{ master: Peaks }`, for `-> module.Table` `{ module }`. Then inherited attributes are typed too, and every misspelt
 *    name is an error. Without it, inherited attributes have any name and the type `unknown`.
 *
 * `make(key: dj.Key)` takes any key; `make(key: dj.KeyOf<typeof Analysis>)` knows its attributes.
 */
import type { AttributeType, Before, Presence, ReadAttribute, TrimStart, Word } from './attributeTypes';
import type { Tier } from './naming';
import type { TIER } from './tier';

/** A row whose attributes the compiler does not know. */
export type Row = Record<string, unknown>;

/** A primary key: attribute name to value. */
export type Key = Record<string, unknown>;

/** What the row types need of a table class. */
export interface TypedTable {
  readonly definition: string;
  /** The classes that the definition's references name, so that the compiler knows what is inherited from them. */
  readonly references?: References;
  readonly [TIER]?: Tier;
}

/** Table classes by the names that a definition gives them; for `-> module.Table` also modules by theirs. */
export type References = Readonly<Record<string, object>>;

/** The primary key of a table class, as fetched: `make(key: dj.KeyOf<typeof Analysis>)`. */
export type KeyOf<T extends TypedTable> = Fetched<AttributesOf<T, 'key'>>;

/** The secondary attributes of a table class, as fetched. */
export type SecondaryOf<T extends TypedTable> = Fetched<AttributesOf<T, 'secondary'>>;

/** A fetched row of a table class. */
export type RowOf<T extends TypedTable> = Simplify<KeyOf<T> & SecondaryOf<T>>;

/**
 * A row to insert: what has a default or can be null may be absent. In the rows that a make() inserts the inherited part
 * of the primary key may be absent too, since it comes with `...key`, whose attributes the compiler need not know.
 */
export type InsertRowOf<T extends TypedTable> = Simplify<
  Given<AttributesOf<T, 'key'>, T extends Made ? 'required' : Presence> &
    Given<AttributesOf<T, 'secondary'>, Presence> &
    Partial<Given<AttributesOf<T, 'key'>, 'inherited'>> & GivenOptional<AttributesOf<T, Section>>
>;

/** A row for `update1`: the whole primary key, and what is to change; null for what has a default. */
export type UpdateRowOf<T extends TypedTable> = Simplify<
  { [A in AttributesOf<T, 'key'> as A['name']]: A['given'] } & {
    [A in AttributesOf<T, 'secondary'> as A['name']]?: A['given'] | (A['presence'] extends 'optional' ? null : never);
  }
>;

/** An intersection written out, also in what an editor shows. Known names stay known beside an index signature. */
export type Simplify<T> = [T] extends [infer Known] ? { [Name in keyof Known]: Known[Name] } : never;

type Section = 'key' | 'secondary';
type AnyAttribute = AttributeType<string, unknown, unknown, Presence>;

/** A table that make() fills, or a part, which it may fill too. */
interface Made {
  readonly [TIER]?: 'computed' | 'imported' | 'part';
}

type Fetched<A extends AnyAttribute> = { [Each in A as Each['name']]: Each['fetched'] };

/** The attributes that are present as `P` says, `optional` ones apart. */
type Given<A extends AnyAttribute, P extends Presence> = {
  [Each in A as Each['presence'] extends Exclude<P, 'optional'> ? Each['name'] : never]: Each['given'];
};

type GivenOptional<A extends AnyAttribute> = {
  [Each in A as Each['presence'] extends 'optional' ? Each['name'] : never]?: Each['given'];
};

/** The attributes of a table class in one section of its definition, inherited ones included, as a union. */
type AttributesOf<T extends TypedTable, S extends Section> = string extends T['definition']
  ? Inherited
  : ReadLine<Extract<Lines<`${T['definition']}\n`>, readonly [S, string]>[1], T['references']>;

/** What cannot be known: every name is possible, with every value. */
type Inherited = AttributeType<string, unknown, unknown, 'optional'>;

/** The lines of a definition that are neither empty nor comments, each with its section. */
type Lines<Text extends string, S extends Section = 'key', Found extends readonly [Section, string] = never> =
  Text extends `${infer Line}\n${infer Rest}`
    ? TrimStart<Line> extends `---${string}`
      ? Lines<Rest, 'secondary', Found>
      : TrimStart<Line> extends '' | `#${string}`
        ? Lines<Rest, S, Found>
        : Lines<Rest, S, Found | readonly [S, TrimStart<Line>]>
    : Found;

type ReadLine<Line extends string, Known> = Line extends `->${infer Reference}`
  ? ReadReference<TrimStart<Before<Reference, '#'>>, Known>
  : ReadAttribute<Line>;

/** The attributes that `[options] Target.proj(…)` pulls in. */
type ReadReference<Text extends string, Known> = Text extends `[${infer Options}]${infer Rest}`
  ? Lowercase<Options> extends `${string}nullable${string}`
    ? Nullable<ReadTarget<TrimStart<Rest>, Known>>
    : ReadTarget<TrimStart<Rest>, Known>
  : ReadTarget<Text, Known>;

type ReadTarget<Text extends string, Known> = Text extends `${infer Target}.proj(${infer Renames}`
  ? Rename<Find<Word<Target>, Known>, ReadRenames<Renames>>
  : Rename<Find<Word<Text>, Known>, never>;

/** The primary key of the class that a reference names, under `Known[name]`; of a part also under its master. */
type Find<Name, Known> = Name extends keyof Known
  ? Known[Name] extends infer Table extends TypedTable
    ? AttributesOf<Table, 'key'>
    : Inherited
  : Name extends `${infer First}.${infer Rest}`
    ? Find<Rest, First extends keyof Known ? Known[First] : Known>
    : Inherited;

/** `new='old', 'kept', ...)` to a union of `[new, old]`. */
type ReadRenames<Text extends string> = Text extends `${infer Argument},${infer Rest}`
  ? ReadRename<Argument> | ReadRenames<Rest>
  : ReadRename<Text>;

type ReadRename<Argument extends string> = Argument extends `${infer New}=${infer Old}`
  ? readonly [Word<TrimStart<New>>, Before<After<Before<After<Old, '"'>, '"'>, "'">, "'">]
  : never;

type After<Text extends string, Mark extends string> = Text extends `${string}${Mark}${infer Rest}` ? Rest : Text;

type Rename<A extends AnyAttribute, Renames extends readonly [string, string]> = A extends AttributeType<infer Name, infer Fetched, infer Given, Presence>
  ? string extends Name
    ? Inherited | RenamedUnknown<Renames>
    : AttributeType<NewName<Name, Renames>, Fetched, Given, 'inherited'>
  : never;

type RenamedUnknown<Renames extends readonly [string, string]> = Renames extends readonly [infer New extends string, string]
  ? AttributeType<New, unknown, unknown, 'inherited'>
  : never;

type NewName<Name extends string, Renames extends readonly [string, string]> = [Extract<Renames, readonly [string, Name]>] extends [never]
  ? Name
  : Extract<Renames, readonly [string, Name]>[0];

type Nullable<A extends AnyAttribute> = A extends AttributeType<infer Name, infer Fetched, infer Given, Presence>
  ? AttributeType<Name, Fetched | null, Given | null, 'optional'>
  : never;
