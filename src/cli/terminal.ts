/** Where `djw` writes: lines, and on a terminal also one line at the bottom that changes. */
import { stripVTControlCharacters } from 'node:util';

export type Paint = (text: string) => string;

export interface Terminal {
  /** A person watches: the line at the bottom may change. */
  readonly interactive: boolean;
  /** Characters in a line; unlimited when nobody watches. */
  readonly columns: number;
  readonly paint: { readonly red: Paint; readonly green: Paint; readonly dim: Paint; readonly bold: Paint };
  /** A line of output. */
  line(text?: string): void;
  /** A line about something that went wrong. */
  complain(text: string): void;
  /** Shows `text` below all lines until it is replaced; an empty one removes it. Nothing when not interactive. */
  bottom(text: string): void;
}

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** @param env `NO_COLOR` (any value) and `TERM=dumb` turn colours off */
export function createTerminal(out: Output, err: Output, env: NodeJS.ProcessEnv): Terminal {
  const interactive = out.isTTY === true && env['TERM'] !== 'dumb';
  const coloured = interactive && (env['NO_COLOR'] ?? '') === '';
  const painter = (open: number, close: number): Paint =>
    coloured ? (text) => `\u001b[${open}m${text}\u001b[${close}m` : (text) => text;
  let shown = '';
  const erase = '\r\u001b[K';
  return {
    interactive,
    get columns() {
      return interactive ? (out.columns ?? 80) : Infinity;
    },
    paint: { red: painter(31, 39), green: painter(32, 39), dim: painter(2, 22), bold: painter(1, 22) },
    line(text = '') {
      out.write(shown === '' ? `${text}\n` : `${erase}${text}\n${shown}`);
    },
    complain(text) {
      if (shown !== '') out.write(erase);
      err.write(`${text}\n`);
      if (shown !== '') out.write(shown);
    },
    bottom(text) {
      if (!interactive || text === shown) return;
      out.write(shown === '' ? text : `${erase}${text}`);
      shown = text;
    },
  };
}

/** Text from elsewhere as one line: no control sequences, no line breaks. */
export function oneLine(text: string): string {
   
  return stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
}

/** Cuts a text to a width, with `…` where something is missing. */
export function fit(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 2 ? text.slice(0, Math.max(0, width)) : `${text.slice(0, width - 1)}…`;
}
