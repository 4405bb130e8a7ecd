/**
 * A text of at most about `most` characters: the beginning and the end are kept, since the one says what happened and the
 * other often says where. The line between them says how much is left out.
 */
export function cutMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2);
  const head = startsPair(text, half - 1) ? half - 1 : half;
  const tail = startsPair(text, text.length - half - 1) ? half - 1 : half;
  return `${text.slice(0, head)}\n[… ${String(text.length - head - tail)} characters are left out …]\n${text.slice(text.length - tail)}`;
}

/** Whether a character of two code units begins there: it is not cut in two. */
const startsPair = (text: string, index: number): boolean => (text.codePointAt(index) ?? 0) > 0xffff;
