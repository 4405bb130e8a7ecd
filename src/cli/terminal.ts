/** Where `djw` writes: lines, and on a terminal also one line at the bottom that changes. */
import { stripVTControlCharacters } from 'node:util';

export type Paint = (text: string) => string;

export interface Terminal {
  /** A person watches: the line at the bottom may change. */
  readonly interactive: boolean;
  /** Characters in a line; unlimited when nobody watches. */
  readonly columns: number;
  readonly paint: { readonly red: Paint; readonly dim: Paint; readonly bold: Paint };
  /** A line of output. */
  line(text: string): void;
  /** A line about something that went wrong. */
  complain(text: string): void;
  /** Shows `text` below all lines until it is replaced; an empty one removes it. Nothing when not interactive. */
  bottom(text: string): void;
  /** From now on, what a pipeline prints goes to the error output: the output is for a program to read. */
  keepOutputClean(): void;
  readonly outputIsClean: boolean;
  /** Another process has left a line of this terminal unfinished, which is then not to be touched, or has finished it. */
  leftUnfinished(unfinished: boolean): void;
}

const erase = '\r\u001b[K';

/**
 * Takes over both streams, so that what a pipeline prints and the changing line do not run into each other.
 * @param env `NO_COLOR` (any value) and `TERM=dumb` turn colours off
 */
export function createTerminal(
  stdout: NodeJS.WriteStream,
  stderr: NodeJS.WriteStream,
  env: NodeJS.ProcessEnv,
): Terminal {
  const interactive = stdout.isTTY && env['TERM'] !== 'dumb';
  const coloured = interactive && (env['NO_COLOR'] ?? '') === '';
  const painter = (open: number, close: number): Paint =>
    coloured ? (text) => `\u001b[${open}m${text}\u001b[${close}m` : (text) => text;
  const out = stdout.write.bind(stdout);
  const err = stderr.write.bind(stderr);
  let shown = '';
  /** Whether the changing line is on the screen right now. */
  let visible = false;
  /** Someone has printed half a line: the rest of it comes before anything else. */
  let unfinished = false;
  let clean = false;
  const hide = (): void => {
    if (visible) out(erase);
    visible = false;
  };
  const show = (): void => {
    if (shown === '' || unfinished) return;
    out(shown);
    visible = true;
  };
  const above = (write: typeof out): typeof out =>
    ((...args: Parameters<typeof out>) => {
      hide();
      const flowing = write(...args);
      if (args[0].length > 0) unfinished = !String(args[0]).endsWith('\n');
      show();
      return flowing;
    }) as typeof out;
  stdout.write = above(((...args: Parameters<typeof out>) => (clean ? err : out)(...args)) as typeof out);
  stderr.write = above(err);
  return {
    interactive,
    get columns() {
      return interactive ? stdout.columns : Infinity;
    },
    paint: { red: painter(31, 39), dim: painter(2, 22), bold: painter(1, 22) },
    line: (text) => above(out)(`${text}\n`),
    complain: (text) => above(err)(`${text}\n`),
    bottom(text) {
      if (!interactive || (text === shown && visible)) return;
      hide();
      shown = text;
      show();
    },
    keepOutputClean() {
      clean = true;
    },
    get outputIsClean() {
      return clean;
    },
    leftUnfinished(elsewhere) {
      // Nothing is drawn right away: the other process may be in the middle of its next line.
      unfinished = elsewhere;
      visible = false;
    },
  };
}

/** Says what could not be read beside what is shown. */
export function complainOf(problems: readonly string[], terminal: Terminal): void {
  for (const problem of problems) terminal.complain(`${terminal.paint.red('djw:')} ${oneLine(problem)}`);
}

/** Text from elsewhere as one line: no control sequences, no line breaks. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim();
}

/** Cuts a text to a width, with `…` where something is missing. */
export function fit(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 2 ? text.slice(0, Math.max(0, width)) : `${text.slice(0, width - 1)}…`;
}
