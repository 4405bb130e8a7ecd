import { Problem } from './problem';

/** Splitting text where quotes, parentheses and angle brackets do not hide the separator. */

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '<': '>' };

/**
 * The position of the first of `wanted` outside quotes and brackets, or -1.
 * @throws Problem for a quote that is never closed.
 */
export function findOutside(text: string, wanted: string, from = 0): number {
  const open: string[] = [];
  for (let at = from; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (open.length === 0 && wanted.includes(character)) return at;
    if (character === '"' || character === "'" || character === '`') {
      at = endOfQuote(text, at);
    } else if (CLOSING[character] !== undefined) {
      open.push(CLOSING[character]);
    } else if (character === open.at(-1)) {
      open.pop();
    }
  }
  return -1;
}

/** The position of the quote that closes the one at `start`. A doubled quote stands for itself. */
export function endOfQuote(text: string, start: number): number {
  const quote = text.charAt(start);
  for (let at = start + 1; at < text.length; at += 1) {
    if (text.charAt(at) !== quote) continue;
    if (text.charAt(at + 1) !== quote) return at;
    at += 1;
  }
  throw new Problem(`the quote ${text.slice(start, start + 20)} is never closed. Add the closing ${quote}`);
}

/** The parts between separators, trimmed. */
export function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = findOutside(text, separator); at >= 0; at = findOutside(text, separator, start)) {
    parts.push(text.slice(start, at).trim());
    start = at + 1;
  }
  parts.push(text.slice(start).trim());
  return parts;
}

/** The text inside quotes, or null when `text` is not one quoted text. */
export function unquote(text: string): string | null {
  const quote = text.charAt(0);
  if ((quote !== '"' && quote !== "'") || endOfQuote(text, 0) !== text.length - 1) return null;
  return text.slice(1, -1).replaceAll(quote + quote, quote);
}

/** Text in single quotes, as SQL and definitions read it. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
