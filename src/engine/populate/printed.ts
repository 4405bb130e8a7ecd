import { stripVTControlCharacters } from 'node:util';
import { ending } from '../jobs';

const MOST_LINES = 20;
const MOST_CHARACTERS = 4000;

/** The last lines that one make() printed. */
export class PrintedLines {
  #text = '';

  add(text: string): void {
    this.#text += text;
    // Kept well above what is shown, so that a make() that prints a lot does not pay for every line.
    if (this.#text.length > 4 * MOST_CHARACTERS) this.#text = ending(this.#text, 2 * MOST_CHARACTERS);
  }

  /** The lines without colours and empty ends, the last one last; empty when nothing was printed. */
  get lines(): string[] {
    const text = ending(stripVTControlCharacters(this.#text).trimEnd(), MOST_CHARACTERS);
    return text === '' ? [] : text.split(/\r?\n/).slice(-MOST_LINES);
  }
}
