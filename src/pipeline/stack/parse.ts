/**
 * Reads a printed stack line by line. A language adds a reader of one line; nothing else changes. Causes need no
 * handling of their own: their frames follow, and their messages come out as text.
 */
import { kindOf, type Location, type StackContext, type StackFrame } from './frames';
import { javascriptFrame } from './javascript';

/** A frame, or a line between frames: the message, `Caused by: …`, source text. */
export type StackPart =
  { readonly type: 'frame'; readonly frame: StackFrame } | { readonly type: 'text'; readonly text: string };

const readers: readonly ((line: string) => Location | null)[] = [javascriptFrame];

/** The lines of a stack in order. Pure: no file is looked at. */
export function* stackParts(stack: string, context: StackContext = {}): Generator<StackPart> {
  for (const text of stack.split(/\r?\n/)) {
    const location = firstReading(text);
    if (location === null) yield { type: 'text', text };
    else yield { type: 'frame', frame: { ...location, text, kind: kindOf(location.file, context) } };
  }
}

/** Only the frames of a stack, innermost first. */
export function parseStack(stack: string, context: StackContext = {}): StackFrame[] {
  const frames: StackFrame[] = [];
  for (const part of stackParts(stack, context)) if (part.type === 'frame') frames.push(part.frame);
  return frames;
}

function firstReading(line: string): Location | null {
  for (const read of readers) {
    const location = read(line);
    if (location !== null) return location;
  }
  return null;
}
