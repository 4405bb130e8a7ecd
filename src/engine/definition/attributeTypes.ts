/**
 * The type-level reading of one attribute line: `gain = null : float64  # of the amplifier` to the JavaScript types of its
 * values. It runs in the compiler alone. A line that it cannot make out gives `unknown`; the real parser reports it.
 */

/** What the compiler knows of an attribute. `Name` is `string` for attributes whose names it cannot know. */
export interface AttributeType<Name extends string, Fetched, Given, P extends Presence> {
  readonly name: Name;
  readonly fetched: Fetched;
  /** What insert accepts. */
  readonly given: Given;
  readonly presence: P;
}

/** Whether a row to insert must have an attribute; it may lack one with a default. */
export type Presence = 'required' | 'optional' | 'inherited';

/** An attribute line that begins with its name, or never for an index. */
export type ReadAttribute<Line extends string> = Line extends `${infer Head}:${infer Tail}`
  ? Head extends `${infer Name}=${infer Default}`
    ? Default extends `${string}${Quote}${string}${Quote}${string}`
      ? Attribute<Name, Default, ReadType<TrimStart<Tail>>>
      : // The colon stood within a quoted default.
        Line extends `${string}=${string}${Quote}${string}${Quote}${string}:${infer Type}`
        ? Default extends `${string}${Quote}${string}`
          ? Attribute<Name, Default, ReadType<TrimStart<Type>>>
          : Attribute<Name, Default, ReadType<TrimStart<Tail>>>
        : Attribute<Name, Default, ReadType<TrimStart<Tail>>>
    : Attribute<Head, null, ReadType<TrimStart<Tail>>>
  : never;

/** Text without the blanks at its beginning. */
export type TrimStart<Text extends string> = Text extends `    ${infer Rest}`
  ? TrimStart<Rest>
  : Text extends `${Blank}${infer Rest}`
    ? TrimStart<Rest>
    : Text;

/** What stands before the first `Mark` (one, no union), or everything. */
export type Before<Text extends string, Mark extends string> = Text extends `${infer Start}${Mark}${string}` ? Start : Text;

/** The first word of a text that does not begin with a blank. */
export type Word<Text extends string> = Before<Before<Before<Before<Text, '#'>, '('>, ' '>, '\t'>;

type Blank = ' ' | '\t' | '\r';
type Quote = '"' | "'";

/** `HeadDefault` is the text between `=` and the colon, null when there is none. */
type Attribute<Name extends string, HeadDefault extends string | null, Type extends ReadValue> = Name extends `${string}(${string}`
  ? never
  : MakeAttribute<Word<Name>, HeadDefault extends null ? Type['default'] : HeadDefault, Type>;

type MakeAttribute<Name extends string, Default extends string | null, Type extends ReadValue> = Default extends null
  ? AttributeType<Name, Type['fetched'], Type['given'], 'required'>
  : Lowercase<Word<TrimStart<Default & string>>> extends 'null'
    ? AttributeType<Name, Type['fetched'] | null, Type['given'] | null, 'optional'>
    : AttributeType<Name, Type['fetched'], Type['given'], 'optional'>;

/** The types of a value, and the text of a default that stands behind the type. */
interface ReadValue {
  readonly fetched: unknown;
  readonly given: unknown;
  readonly default: string | null;
}

interface Value<Fetched, Given, Default extends string | null> {
  readonly fetched: Fetched;
  readonly given: Given;
  readonly default: Default;
}

type ReadType<Text extends string> = Text extends `<${string}`
  ? Value<unknown, unknown, DefaultAfter<Text>>
  : Text extends `${'enum' | 'ENUM'}${string}(${infer Members}`
    ? EnumValue<ReadMembers<Members>>
    : WordValue<Lowercase<Before<Word<Text>, '='>>, DefaultAfter<Text>>;

/** The default behind a type; `auto_increment` counts as one. */
type DefaultAfter<Text extends string> = Before<Text, '#'> extends `${string}=${infer Default}`
  ? Default
  : Lowercase<Before<Text, '#'>> extends `${string}auto_increment${string}` | `serial${string}`
    ? 'auto_increment'
    : null;

type WordValue<Word extends string, Default extends string | null> = Word extends keyof ValuesByWord
  ? Value<ValuesByWord[Word][0], ValuesByWord[Word][1], Default>
  : Value<unknown, unknown, Default>;

type EnumValue<Read extends [string, string]> = Value<Read[0], Read[0], DefaultAfter<Read[1]>>;

/** `'a', 'b') = 'a'` to the union of the members and the text behind the parenthesis. */
type ReadMembers<Text extends string, Found extends string = never> =
  TrimStart<Text> extends `'${infer Rest}`
    ? NextMember<ReadQuoted<Rest, "'">, Found>
    : TrimStart<Text> extends `"${infer Rest}`
      ? NextMember<ReadQuoted<Rest, '"'>, Found>
      : [string, ''];

type NextMember<Read extends [string, string], Found extends string> =
  TrimStart<Read[1]> extends `,${infer Rest}`
    ? ReadMembers<Rest, Found | Read[0]>
    : TrimStart<Read[1]> extends `)${infer Rest}`
      ? [Found | Read[0], Rest]
      : [string, ''];

/** The text up to the closing quote, and what follows. A doubled quote stands for itself. */
type ReadQuoted<Text extends string, Mark extends Quote, Read extends string = ''> = Text extends `${infer Start}${Mark}${infer Rest}`
  ? Rest extends `${Mark}${infer More}`
    ? ReadQuoted<More, Mark, `${Read}${Start}${Mark}`>
    : [`${Read}${Start}`, Rest]
  : [string, ''];

type Integer = [fetched: number, given: number | bigint];
type BigInteger = [fetched: bigint, given: number | bigint];
type Float = [fetched: number, given: number | bigint];
type Decimal = [fetched: string, given: string | number | bigint];
type Text = [fetched: string, given: string];
type Time = [fetched: string, given: string | Date];
/** Only the content tells whether it is a packed value. */
type UnmarkedBlob = [fetched: unknown, given: Uint8Array];
type Bytes = [fetched: Uint8Array, given: Uint8Array];

/** The value of a type by its first word: fetched, and accepted by insert. The table is that of `codecs/values`. */
interface ValuesByWord {
  int8: Integer;
  int16: Integer;
  int32: Integer;
  int64: BigInteger;
  tinyint: Integer;
  smallint: Integer;
  mediumint: Integer;
  int: Integer;
  integer: Integer;
  bigint: BigInteger;
  serial: BigInteger;
  float32: Float;
  float64: Float;
  float: Float;
  double: Float;
  real: Float;
  decimal: Decimal;
  numeric: Decimal;
  dec: Decimal;
  fixed: Decimal;
  bool: [fetched: boolean, given: boolean | 0 | 1];
  char: Text;
  varchar: Text;
  tinytext: Text;
  text: Text;
  mediumtext: Text;
  longtext: Text;
  time: Text;
  date: Time;
  datetime: Time;
  timestamp: Time;
  uuid: [fetched: string, given: string | Uint8Array];
  bytes: Bytes;
  tinyblob: UnmarkedBlob;
  blob: UnmarkedBlob;
  mediumblob: UnmarkedBlob;
  longblob: UnmarkedBlob;
}
