/** What the languages share when they write a class. */
import type { Tier } from '../../engine';

/** A table or a part, as its class is written. */
export interface WrittenTable {
  /** Without its master's. */
  readonly className: string;
  readonly tier: Tier;
  readonly definition: string;
}

/** A table with its parts. */
export interface WrittenMaster extends WrittenTable {
  readonly parts: readonly WrittenTable[];
}

export const indented = (line: string, spaces: number): string => (line === '' ? '' : ' '.repeat(spaces) + line);

/** A name of a variable for what is called `text`, which `isTaken` does not refuse. */
export function nameLike(text: string, isTaken: (name: string) => boolean): string {
  const base = text.replaceAll(/\W+/g, '_').replace(/^(?=\d|$)/, '_');
  let name = base;
  for (let count = 2; isTaken(name); count += 1) name = `${base}_${String(count)}`;
  return name;
}
