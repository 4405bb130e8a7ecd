/**
 * Where `djw` writes, and the only place in src/cli that does: lines, and on a terminal also one line at the bottom that
 * changes. What is written goes through `plainText`, so that no name, message or file name from outside reaches the terminal
 * as a control sequence.
 */
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { plainLine, plainText } from '../text';

export type Paint = (text: string) => string;

export interface Terminal {
  /** A person watches: the line at the bottom may change. */
  readonly interactive: boolean;
  /** A person watches and can answer. */
  readonly asks: boolean;
  /** Characters in a line; unlimited when nobody watches. */
  readonly columns: number;
  readonly paint: { readonly red: Paint; readonly dim: Paint; readonly bold: Paint };
  /** A line of output; line breaks in it become spaces. */
  line(text: string): void;
  /** Several lines of output. */
  lines(text: string): void;
  /** A line about something that went wrong. */
  complain(text: string): void;
  /** Several lines about something that went wrong. */
  complainAtLength(text: string): void;
  /** Shows `text` below all lines until it is replaced; an empty one removes it. Nothing when not interactive. */
  bottom(text: string): void;
  /** The answer to a question, without surrounding white space; only where `asks`. */
  question(text: string): Promise<string>;
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
  stdin: NodeJS.ReadStream = process.stdin,
): Terminal {
  const interactive = stdout.isTTY && env['TERM'] !== 'dumb';
  const { painter, clean } = colours(interactive && (env['NO_COLOR'] ?? '') === '');
  const cleanLine = (text: string): string => clean(text).replace(/[\n\t]/g, ' ').trimEnd();
  const out = stdout.write.bind(stdout);
  const err = stderr.write.bind(stderr);
  let shown = '';
  /** Whether the changing line is on the screen right now. */
  let visible = false;
  /** Someone has printed half a line: the rest of it comes before anything else. */
  let unfinished = false;
  let outputIsClean = false;
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
  stdout.write = above(((...args: Parameters<typeof out>) => (outputIsClean ? err : out)(...args)) as typeof out);
  stderr.write = above(err);
  return {
    interactive,
    asks: interactive && stdin.isTTY,
    get columns() {
      return interactive ? stdout.columns : Infinity;
    },
    paint: { red: painter(31, 39), dim: painter(2, 22), bold: painter(1, 22) },
    line: (text) => above(out)(`${cleanLine(text)}\n`),
    lines: (text) => above(out)(`${clean(text)}\n`),
    complain: (text) => above(err)(`${cleanLine(text)}\n`),
    complainAtLength: (text) => above(err)(`${clean(text)}\n`),
    bottom(text) {
      const line = cleanLine(text);
      if (!interactive || (line === shown && visible)) return;
      hide();
      shown = line;
      show();
    },
    async question(text) {
      const asking = createInterface({ input: stdin, output: stdout });
      try {
        return (await asking.question(`${cleanLine(text)} `)).trim();
      } finally {
        asking.close();
      }
    },
    keepOutputClean() {
      outputIsClean = true;
    },
    get outputIsClean() {
      return outputIsClean;
    },
    leftUnfinished(elsewhere) {
      // Nothing is drawn right away: the other process may be in the middle of its next line.
      unfinished = elsewhere;
      visible = false;
    },
  };
}

/**
 * Colours that outlive cleaning: painted text carries marks that text from outside cannot know, and they become control
 * sequences only after everything between them is clean.
 */
function colours(coloured: boolean): { painter: (open: number, close: number) => Paint; clean: Paint } {
  const secret = randomUUID();
  const mark = (code: number): string => `<${secret}:${code}>`;
  const marks = new RegExp(`<${secret}:(\\d+)>`);
  return {
    painter: (open, close) => (text) => (coloured ? `${mark(open)}${text}${mark(close)}` : text),
    // A split at a group puts what the group has found at every second place.
    clean: (text) =>
      text
        .split(marks)
        .map((part, at) => (at % 2 === 1 ? `\u001b[${part}m` : plainText(part)))
        .join(''),
  };
}

/** A line on the error output of a process that has no terminal of its own. */
export function writeError(text: string): void {
  process.stderr.write(`${plainLine(text)}\n`);
}

/** Says what could not be read beside what is shown. */
export function complainOf(problems: readonly string[], terminal: Terminal): void {
  for (const problem of problems) terminal.complain(`${terminal.paint.red('djw:')} ${problem}`);
}

/** Cuts a text to a width, with `…` where something is missing. */
export function fit(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 2 ? text.slice(0, Math.max(0, width)) : `${text.slice(0, width - 1)}…`;
}
