/** A reference to a place in a file, inside a line of terminal output. */
export interface TextLink {
  readonly start: number;
  readonly length: number;
  readonly file: string;
  readonly line: number;
  readonly column: number | null;
}

const reference = /(?:file:\/\/)?((?:[A-Za-z]:[\\/]|[\\/]|\.{1,2}[\\/])?[\w.@~+\-\\/]*[\w)\]]\.(?:[cm]?[jt]s|py)):(\d+)(?::(\d+))?/g;
const maxLength = 5000;

/** Finds `pipeline.ts:52`, `./a/b.ts:52:24` and absolute paths in a line. Very long lines are passed over. */
export function linksIn(text: string): TextLink[] {
  if (text.length > maxLength) return [];
  return [...text.matchAll(reference)].map((match) => ({
    start: match.index,
    length: match[0].length,
    file: match[1] ?? '',
    line: Number(match[2]),
    column: match[3] === undefined ? null : Number(match[3]),
  }));
}
