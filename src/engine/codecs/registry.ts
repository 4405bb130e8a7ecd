import { DataJointError } from '../errors';

/** Where a value is going to or coming from. */
export interface CodecContext {
  /** The table, as error messages name it. */
  readonly table: string;
  readonly attribute: string;
  /** The store in `<name@store>`: its name, empty for the default store, null for a value that lives in the table. */
  readonly store: string | null;
}

/**
 * A type of one's own, written `<name>` in a definition: turns values into something that another type can store.
 * As `Codec` of datajoint-python 2.3.
 */
export interface Codec {
  readonly name: string;
  /**
   * The type that holds the encoded value: a core type such as `bytes` or `json`, or another codec such as `<blob>`.
   * `store` as in the context; refuse with an error what the codec does not support.
   */
  storedAs(store: string | null): string;
  /** Throw an error with a plain sentence to refuse a value. Never called with null. */
  encode(value: unknown, context: CodecContext): unknown;
  decode(stored: unknown, context: CodecContext): unknown;
}

const CODEC_NAME = /^[a-z][a-z0-9_]*$/;
const codecs = new Map<string, Codec>();

/**
 * Makes `<name>` known to definitions. Registering another codec under a name that is taken is refused.
 * @throws DataJointError `usage` for a bad or a taken name.
 */
export function registerCodec(codec: Codec): void {
  if (!CODEC_NAME.test(codec.name)) {
    throw new DataJointError('usage', `Codec name "${codec.name}" must be lower-case letters, digits and underscores.`);
  }
  const existing = codecs.get(codec.name);
  if (existing !== undefined && existing.constructor !== codec.constructor) {
    throw new DataJointError('usage', `A codec named <${codec.name}> is registered already; choose another name.`);
  }
  if (existing !== undefined && codec.constructor === Object && existing !== codec) {
    throw new DataJointError('usage', `A codec named <${codec.name}> is registered already; choose another name.`);
  }
  codecs.set(codec.name, codec);
}

/** The codec of a name without brackets, or null. */
export function lookupCodec(name: string): Codec | null {
  return codecs.get(name) ?? null;
}

/** All known names, sorted. */
export function codecNames(): string[] {
  return [...codecs.keys()].sort();
}

/** The parts of `<name>` and `<name@store>`; null for a type that is no codec. */
export function parseCodecType(type: string): { name: string; store: string | null } | null {
  const match = /^<\s*([^@<>\s]+)\s*(?:@\s*([^<>\s]*)\s*)?>$/.exec(type);
  if (match === null) return null;
  const [, name = '', store] = match;
  return { name, store: store ?? null };
}

/** A codec and all that it is stored through, outermost first, ending in the type of the column. */
export interface CodecChain {
  readonly codecs: readonly Codec[];
  readonly store: string | null;
  /** A type without codec, such as `bytes`. */
  readonly storedAs: string;
}

/**
 * Follows `<a>` stored as `<b>` stored as `bytes`. A store is handed on inwards, as datajoint-python 2.3.2
 * `codecs.resolve_dtype` does.
 * @throws DataJointError `definition` for an unknown codec or a chain that runs in a circle.
 */
export function resolveCodec(type: string): CodecChain {
  const chain: Codec[] = [];
  let store: string | null = null;
  let current = type.trim();
  for (let parsed = parseCodecType(current); parsed !== null; parsed = parseCodecType(current)) {
    const codec = lookupCodec(parsed.name);
    if (codec === null) {
      throw new DataJointError(
        'definition',
        `unknown codec <${parsed.name}>; register it before the table is declared`,
      );
    }
    if (chain.includes(codec)) throw new DataJointError('definition', `codec <${codec.name}> is stored through itself`);
    chain.push(codec);
    store = parsed.store ?? store;
    current = codec.storedAs(store).trim();
  }
  return { codecs: chain, store, storedAs: current };
}
