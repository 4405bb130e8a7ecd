import { type Key, Query, type TableSource, U } from '../algebra';
import { type Connection, retryHarmless } from '../database';

/** How many keys are asked for at once. */
export const KEYS_AT_ONCE = 500;

/** The same text for the same key. */
export const keyId = (key: Key): string =>
  JSON.stringify(Object.entries(key), (_, part: unknown) => (typeof part === 'bigint' ? `${String(part)}n` : part));

/** The ids of those keys that have a row, by one statement for `KEYS_AT_ONCE` keys. */
export async function madeKeys(connection: Connection, target: TableSource, keys: readonly Key[]): Promise<ReadonlySet<string>> {
  const names = Object.keys(keys[0] ?? {});
  const made = new Set<string>();
  for (let start = 0; start < keys.length; start += KEYS_AT_ONCE) {
    const rows = new Query({ op: 'table', source: target }).restrict(keys.slice(start, start + KEYS_AT_ONCE));
    // A key may have many rows: those of a table whose primary key has more than the key source's.
    const found = await retryHarmless(connection, () => U(...names).restrict(rows).fetch());
    for (const row of found) made.add(keyId(Object.fromEntries(names.map((name) => [name, row[name]]))));
  }
  return made;
}
