/** Where a file of a stack is on this machine, when it was run on another one, in a container, or from another copy. */

import { withoutEnd } from './frames';

/** Paths that begin with `from` there begin with `to` here. */
export interface PathMapping {
  readonly from: string;
  readonly to: string;
}

export interface PathPlaces {
  /** What a person has set; the longest prefix that fits wins. */
  readonly mappings: readonly PathMapping[];
  /** The source files of the workspace, absolute. */
  readonly files: readonly string[];
  readonly exists: (file: string) => boolean;
}

/**
 * How a file was found: it is `here` as it stands, a `mapping` gives it, or it is the file of the workspace with the
 * longest `suffix` in common.
 */
export interface MappedFile {
  readonly file: string;
  readonly by: 'here' | 'mapping' | 'suffix';
}

/**
 * @param file as the system that ran it writes it, Windows or not; relative for MATLAB's packages
 * @returns null when nothing fits, or several files of the workspace fit equally well
 */
export function mapPath(file: string, places: PathPlaces): MappedFile | null {
  if (isAbsolute(file) && places.exists(file)) return { file, by: 'here' };
  for (const mapping of places.mappings.toSorted((a, b) => b.from.length - a.from.length)) {
    const mapped = applied(file, mapping);
    if (mapped !== null && places.exists(mapped)) return { file: mapped, by: 'mapping' };
  }
  const similar = longestSuffix(segments(file), places.files);
  return similar === null ? null : { file: similar, by: 'suffix' };
}

function applied(file: string, { from, to }: PathMapping): string | null {
  const given = segments(file);
  const prefix = segments(from);
  if (prefix.length === 0 || prefix.length > given.length) return null;
  const ignoreCase = /^[A-Za-z]:/.test(from) || from.startsWith('\\\\');
  if (!prefix.every((segment, index) => same(segment, given[index] ?? '', ignoreCase))) return null;
  const separator = to.includes('\\') && !to.includes('/') ? '\\' : '/';
  return [withoutEnd(to), ...given.slice(prefix.length)].join(separator);
}

function longestSuffix(wanted: readonly string[], files: readonly string[]): string | null {
  // A package's own files are not those of the workspace because of one name: `utils.py`.
  const least = wanted.some((segment) => /^(?:site-packages|dist-packages|node_modules|python\d[\d.]*)$/.test(segment)) ? 2 : 1;
  let best: string | null = null;
  let length = least - 1;
  let ties = 0;
  for (const file of files) {
    const shared = sharedSuffix(wanted, segments(file));
    if (shared < length || shared < least) continue;
    ties = shared > length ? 1 : ties + 1;
    if (shared > length) best = file;
    length = shared;
  }
  return ties === 1 ? best : null;
}

function sharedSuffix(a: readonly string[], b: readonly string[]): number {
  let shared = 0;
  while (shared < a.length && shared < b.length && a.at(-1 - shared) === b.at(-1 - shared)) shared += 1;
  return shared;
}

function segments(file: string): string[] {
  const all = file.split(/[\\/]+/);
  return all.filter((segment, index) => segment !== '' && (segment !== '.' || index > 0));
}

const same = (a: string, b: string, ignoreCase: boolean): boolean =>
  a === b || (ignoreCase && a.toLowerCase() === b.toLowerCase());

const isAbsolute = (file: string): boolean => /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(file);
