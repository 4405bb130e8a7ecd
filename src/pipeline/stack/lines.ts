import { cutMiddle, MOST_OF_STACK } from '../../engine';

/** Longest line that can be a frame, in characters. */
const MOST_OF_LINE = 2000;

/**
 * The lines of a stack, of which every reader is made: at most `MOST_OF_STACK` characters, and of each line at most
 * `MOST_OF_LINE`, with `…` where it goes on. A reader may apply any regular expression to one line: however it behaves on a
 * line, its time grows with the number of lines and no faster.
 */
export function stackLines(stack: string): string[] {
  return cutMiddle(stack, MOST_OF_STACK).split('\n').map((line) => {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    return text.length <= MOST_OF_LINE ? text : `${text.slice(0, MOST_OF_LINE)}…`;
  });
}
