/**
 * Keys as people read them, and keys as text that survives a message, a tree id, a stored panel or a command line.
 * Values of a key: number, bigint, string, boolean, Uint8Array, null.
 */
export type Key = Readonly<Record<string, unknown>>;

const BIGINT = '$bigint';
const BYTES = '$bytes';

/** `subject_id "c3", session_idx 3`. */
export function keyLabel(key: Key): string {
  return Object.entries(key)
    .map(([name, value]) => `${name} ${valueLabel(value)}`)
    .join(', ');
}

/** `subject "c3", session 3`: endings that only say that it is a key are dropped where no two names become the same. */
export function shortKeyLabel(key: Key): string {
  const names = Object.keys(key);
  const short = names.map((name) => name.replace(/(?<=.)_(id|idx|name|number|num)$/, ''));
  const distinct = new Set(short).size === short.length;
  return names.map((name, at) => `${distinct ? short[at] : name} ${valueLabel(key[name])}`).join(', ');
}

function valueLabel(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  return String(value);
}

/** JSON text of a key that `keyFromText` reads back exactly, in the same order. */
export function keyToText(key: Key): string {
  const tagged = Object.entries(key).map(([name, value]): [string, unknown] => {
    if (typeof value === 'bigint') return [name, { [BIGINT]: value.toString() }];
    if (value instanceof Uint8Array) return [name, { [BYTES]: Buffer.from(value).toString('base64') }];
    return [name, value];
  });
  return JSON.stringify(Object.fromEntries(tagged));
}

/** Reads what `keyToText` wrote; null when the text is something else. */
export function keyFromText(text: string): Key | null {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
    return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, untag(value)]));
  } catch {
    return null;
  }
}

function untag(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const [tag, content] = Object.entries(value)[0] ?? [];
  if (tag === BIGINT && typeof content === 'string') return BigInt(content);
  if (tag === BYTES && typeof content === 'string') return new Uint8Array(Buffer.from(content, 'base64'));
  return value;
}

/**
 * Keys as one restriction argument of `djw`: an object, or a list of objects (any of them). `$` is written as an escape,
 * because a task replaces `${…}` in its arguments and a key may hold such text.
 * @throws Error for binary values, which a command line cannot carry.
 */
export function keysToRestriction(keys: readonly Key[]): string {
  const plain = keys.map((key) =>
    Object.fromEntries(
      Object.entries(key).map(([name, value]) => {
        if (value instanceof Uint8Array) {
          throw new Error(`The key ${keyLabel(key)} holds binary data, so it cannot be populated on its own.`);
        }
        if (typeof value !== 'bigint') return [name, value];
        return [name, Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()];
      }),
    ),
  );
  return JSON.stringify(plain.length === 1 ? plain[0] : plain).replaceAll('$', '\\u0024');
}

/** A key as JSON for the clipboard. Binary values are written as `0x…`. */
export function keyForClipboard(key: Key): string {
  return JSON.stringify(key, (_name, value: unknown) => {
    if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    return value instanceof Uint8Array ? `0x${Buffer.from(value).toString('hex')}` : value;
  });
}
