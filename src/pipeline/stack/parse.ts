/**
 * Reads a stack, printed or decoded from a blob, into one model. Each language has a reader that knows its own stacks and
 * puts the innermost frame of the last error first.
 */
import { kindOf, type Location, type StackContext, type StackFrame } from './frames';
import { readJavaScript } from './javascript';
import { readMatlab } from './matlab';
import { readPython } from './python';

/** A frame, or a line between frames: a message, `Caused by: …`. */
export type StackPart =
  { readonly type: 'frame'; readonly frame: StackFrame } | { readonly type: 'text'; readonly text: string };

/** What a language's reader finds, before it is known whose code it is. */
export type FoundPart =
  | { readonly type: 'frame'; readonly location: Location; readonly text: string }
  | { readonly type: 'text'; readonly text: string };

/** Each gives null for a stack that is none of its language. The last one takes any text. */
const readers: readonly ((stack: unknown) => readonly FoundPart[] | null)[] = [readMatlab, readPython, readJavaScript];

/**
 * The frames and the lines between them, the innermost frame of the last error first, then its causes. Pure: no file is
 * looked at.
 * @param stack text as JavaScript, Python or MATLAB print it; or the structs with file, name and line of a MATLAB stack
 */
export function* stackParts(stack: unknown, context: StackContext = {}): Generator<StackPart> {
  for (const part of firstReading(stack)) {
    if (part.type === 'text') yield part;
    else yield { type: 'frame', frame: { ...part.location, text: part.text, kind: kindOf(part.location, context) } };
  }
}

/** Only the frames of a stack, innermost first. */
export function parseStack(stack: unknown, context: StackContext = {}): StackFrame[] {
  const frames: StackFrame[] = [];
  for (const part of stackParts(stack, context)) if (part.type === 'frame') frames.push(part.frame);
  return frames;
}

function firstReading(stack: unknown): readonly FoundPart[] {
  for (const read of readers) {
    const parts = read(stack);
    if (parts !== null) return parts;
  }
  return [];
}
