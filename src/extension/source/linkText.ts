/** A reference to a place in a file, inside a line of terminal output. */
export interface TextLink {
  readonly start: number;
  readonly length: number;
  readonly file: string;
  readonly line: number;
  readonly column: number | null;
}

/** The end of a reference. What stands before it is looked at from there backwards, as far as a path goes. */
const referenceEnd = /\.(?:[cm]?[jt]s|py):(\d{1,9})(?::(\d{1,9}))?/g;
const maxLength = 5000;

/** Finds `pipeline.ts:52`, `./a/b.ts:52:24` and absolute paths in a line. Very long lines are passed over. */
export function linksIn(text: string): TextLink[] {
  if (text.length > maxLength) return [];
  const links: TextLink[] = [];
  let free = 0;
  for (const match of text.matchAll(referenceEnd)) {
    const end = match.index + match[0].length;
    const from = startOfPath(text, free, match.index);
    free = end;
    if (from === null) continue;
    const start = from.shown;
    const file = text.slice(from.path, match.index + match[0].indexOf(':'));
    links.push({ start, length: end - start, file, line: Number(match[1]), column: match[2] === undefined ? null : Number(match[2]) });
  }
  return links;
}

/** Where the path begins that ends before `end`, and where what is shown of it does: with `file://`. */
function startOfPath(text: string, free: number, end: number): { readonly path: number; readonly shown: number } | null {
  if (!/[\w)\]]/.test(text.charAt(end - 1))) return null;
  let path = end - 1;
  while (path > free && /[\w.@~+\-\\/]/.test(text.charAt(path - 1))) path -= 1;
  if (path - 5 >= free && text.startsWith('file://', path - 5)) return { path: path + 2, shown: path - 5 };
  const isDrive = path - 2 >= free && text.charAt(path - 1) === ':' && /[A-Za-z]/.test(text.charAt(path - 2)) && /[\\/]/.test(text.charAt(path));
  if (!isDrive) return { path, shown: path };
  return { path: path - 2, shown: path - 9 >= free && text.startsWith('file://', path - 9) ? path - 9 : path - 2 };
}
