/** The single lines of printed tracebacks, each read in one pass: a message may hold anything, also long. */

/** A line that names a place. */
export interface FrameLine {
  readonly file: string;
  /** From 1. */
  readonly line: number | null;
  readonly name: string | null;
  /** Whether the innermost frame comes last, as in tracebacks, or first, as in what Python writes when it crashes. */
  readonly order: 'last' | 'first';
}

const between = '", line ';

/** `File "x.py", line 3, in make`, `File "x.py", line 3`; when Python crashes: `File "x.py", line 3 in make`. */
export function pythonFrame(content: string): FrameLine | null {
  const text = content.trim();
  const end = text.lastIndexOf(between);
  if (!text.startsWith('File "') || end < 6) return null;
  const [whole = '', number] = /^(\d{1,9})(?:$|(?:,)? in(?: |$))/.exec(text.slice(end + between.length)) ?? [];
  if (number === undefined) return null;
  const rest = text.slice(end + between.length);
  const name = whole === number ? null : rest.slice(whole.length);
  return { file: text.slice(6, end), line: Number(number), name, order: rest.startsWith(' ', number.length) ? 'first' : 'last' };
}

/** `Cell In[3], line 2, in f(x)`, `Cell In[3], line 2`. */
export function cellFrame(content: string): FrameLine | null {
  const [, input, number, of] = /^((?:Cell|Input) In\s?\[\d{1,9}\])(?:, line (\d{1,9}))?(?:, in (.*))?$/.exec(content.trimStart()) ?? [];
  return input === undefined ? null : { file: input.replace('Input', 'Cell'), line: number === undefined ? null : Number(number), name: of ?? null, order: 'last' };
}

/** `File ~/lab/x.py:12, in make(self, key)`; older: `~/lab/x.py in make(self, key)`, `<ipython-input-3-abc> in f()`. */
export function notebookFrame(content: string): FrameLine | null {
  if (content.startsWith('File ')) {
    const place = /:(\d{1,9}), in /.exec(content);
    if (place === null || place.index <= 5) return null;
    return { file: content.slice(5, place.index), line: Number(place[1]), name: content.slice(place.index + place[0].length), order: 'last' };
  }
  if (!/^(?:~|\/|[A-Za-z]:[\\/]|<ipython-input)/.test(content)) return null;
  const end = content.endsWith(')') ? content.search(/ in [^\s(]{0,500}\(/) : content.endsWith('>') ? content.indexOf(' in <') : -1;
  const file = content.slice(0, end);
  // A path has single spaces at most; other text goes on behind them.
  return end === -1 || /\s\s|[^\S ]|\s$/.test(file) ? null : { file, line: null, name: content.slice(end + 4), order: 'last' };
}

/** `ValueError     Traceback (most recent call last)`, the header of a notebook. */
export function isNotebookHeader(content: string): boolean {
  const text = content.trimEnd();
  if (!text.endsWith('Traceback (most recent call last)')) return false;
  const before = text.slice(0, -33);
  return before.trimEnd() !== before && /^\w[\w.]*$/.test(before.trimEnd());
}

/** What stands behind the margin of an exception group's member, `| `, or its header's, `+ `; null without one. */
export function behindMargin(text: string): string | null {
  if (text.startsWith('+ Exception Group Traceback')) return text.slice(2);
  if (!text.startsWith('|')) return null;
  return text.slice(text.startsWith('| ') ? 2 : 1);
}

/** `make` of `make(self, key)`. */
export function withoutArguments(name: string): string {
  const opening = name.indexOf('(', 1);
  return opening === -1 || !name.endsWith(')') ? name : name.slice(0, opening);
}
