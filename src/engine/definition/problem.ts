import { DefinitionError } from '../errors';

/** What is wrong with one line and how to fix it. The caller, which knows them, adds table and line. */
export class Problem extends Error {
  override readonly name = 'Problem';
}

/** The error of one line: table, line number, the line's text, what is wrong and the fix. */
export function lineError(tableName: string, text: string, line: number, problem: string): DefinitionError {
  const source = text.split(/\r?\n/)[line - 1]?.trim() ?? '';
  return new DefinitionError(`${tableName}, line ${line}, "${source}": ${problem}`, line);
}

/** The candidate that `word` was most likely meant to be, or null. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const cost = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + same);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(isSwap ? Math.min(cost, (before[j - 2] ?? 0) + 1) : cost);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
