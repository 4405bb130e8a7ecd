/** Cuts of long texts that never take a character of two code units apart: half of one can be stored nowhere. */

/** At most the first `most` code units. */
export const beginning = (text: string, most: number): string => text.slice(0, isWithinPair(text, most) ? most - 1 : most);

/** At most the last `most` code units. */
export function ending(text: string, most: number): string {
  const start = Math.max(0, text.length - most);
  return text.slice(isWithinPair(text, start) ? start + 1 : start);
}

/**
 * A text of at most about `most` characters: the beginning and the end are kept, since the one says what happened and the
 * other often says where. The line between them says how much is left out.
 */
export function cutMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2);
  const [head, tail] = [beginning(text, half), ending(text, half)];
  return `${head}\n[… ${String(text.length - head.length - tail.length)} characters are left out …]\n${tail}`;
}

/** Whether a character begins before this place and ends after it. */
const isWithinPair = (text: string, index: number): boolean => index > 0 && (text.codePointAt(index - 1) ?? 0) > 0xffff;
