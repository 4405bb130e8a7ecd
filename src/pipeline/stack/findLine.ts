/** Where the line of a stack is now, when its source was edited since. */
import type { RecordedLine } from './frames';

export interface FoundLine {
  /** From 1; within the text. */
  readonly line: number;
  /** Where in the line it failed, from 1; null when the stack does not say, or the line is not the same. */
  readonly column: number | null;
  /**
   * `same`: the line is as it was, or the stack recorded no text to compare. `moved`: the same text is elsewhere.
   * `edited`: the likeliest line reads differently now. `lost`: nothing like it is left; the line is where it was.
   */
  readonly state: 'same' | 'moved' | 'edited' | 'lost';
}

/** As many lines before and after the recorded one are looked at for the same text, and as many characters of each. */
const window = 1000;
/** As many for a similar one: further away the same words are another line. */
const similarWindow = 200;
const mostOfLine = 300;

/** How alike two lines must be to count as one that was edited, 0 to 1. */
const leastAlike = 0.6;

/**
 * The line of `text` that a stack means.
 * @param line as recorded, from 1
 * @param source the line's text as recorded; without it, only the number counts
 */
export function findLine(text: string, line: number, source?: RecordedLine): FoundLine {
  return findAmong(linesOf(text), line, source);
}

export const linesOf = (text: string): string[] => text.split(/\r\n|\r|\n/);

/**
 * As `findLine`, of a text that is taken apart already.
 * @param search whether a line that reads differently is looked for elsewhere
 */
export function findAmong(lines: readonly string[], line: number, source?: RecordedLine, search = true): FoundLine {
  const near = Math.min(Math.max(line, 1), lines.length);
  if (source === undefined || source.text === '') return { line: near, column: null, state: near === line ? 'same' : 'lost' };
  const wanted = source.text.slice(0, mostOfLine).trimEnd();
  const column = (at: number): number | null => {
    const indent = (lines[at - 1] ?? '').search(/\S/);
    return source.column === null ? null : indent + source.column;
  };
  if (lines[line - 1]?.trim().slice(0, mostOfLine).trimEnd() === wanted) return { line, column: column(line), state: 'same' };
  if (!search) return { line: near, column: null, state: 'lost' };
  const moved = nearest(lines, line, (candidate) => candidate.trim() === wanted);
  if (moved !== null) return { line: moved, column: column(moved), state: 'moved' };
  const respaced = nearest(lines, line, (candidate) => squeezed(candidate) === squeezed(wanted));
  const edited = respaced ?? likest(lines, line, wanted);
  if (edited !== null) return { line: edited, column: null, state: 'edited' };
  return { line: near, column: null, state: 'lost' };
}

const squeezed = (text: string): string => text.replace(/\s+/g, '');

/** The number of the line that fits and is nearest to `line`. */
function nearest(lines: readonly string[], line: number, fits: (candidate: string) => boolean): number | null {
  let best: number | null = null;
  for (const [number, candidate] of around(lines, line, window)) {
    const closer = best === null || Math.abs(number - line) < Math.abs(best - line);
    if (closer && fits(candidate)) best = number;
  }
  return best;
}

/** The lines near one, with their numbers: a file and a stack may both be another's. */
function around(lines: readonly string[], line: number, most: number): [number: number, text: string][] {
  const middle = Math.min(Math.max(line, 1), lines.length);
  const first = Math.max(0, middle - 1 - most);
  return lines.slice(first, middle + most).map((text, index) => [first + index + 1, text.slice(0, mostOfLine)]);
}

function likest(lines: readonly string[], line: number, wanted: string): number | null {
  const pairs = pairsOf(wanted);
  let best: number | null = null;
  let most = leastAlike;
  for (const [number, candidate] of around(lines, line, similarWindow)) {
    const distance = Math.abs(number - line);
    const alike = likeness(pairs, pairsOf(candidate)) - Math.min(0.2, distance / 500);
    if (alike > most || (alike === most && best !== null && distance < Math.abs(best - line))) {
      most = alike;
      best = number;
    }
  }
  return best;
}

/** Dice's coefficient of the pairs of neighbouring characters. */
function likeness(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let shared = 0;
  let total = 0;
  for (const count of [...a.values(), ...b.values()]) total += count;
  for (const [pair, count] of a) shared += Math.min(count, b.get(pair) ?? 0);
  return total === 0 ? 0 : (2 * shared) / total;
}

function pairsOf(text: string): Map<string, number> {
  const plain = squeezed(text);
  const pairs = new Map<string, number>();
  for (let i = 0; i + 1 < plain.length; i++) {
    const pair = plain.slice(i, i + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}
