import type { SourceClass } from './classes';
import { framesHere, stackContext } from './local';

/** A place in a file; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number | null;
}

/**
 * Where a failed make() failed: its frame in the stack, at the line that its text has now; else the first line of make,
 * else the class.
 * @param stack empty for a job without one
 */
export async function failedPlace({ tableClass }: SourceClass, stack: string): Promise<Place> {
  const { makeFrame, parseStack } = await import('../../pipeline');
  const context = stackContext(stack);
  const frames = await framesHere(parseStack(stack, context), context);
  const best = makeFrame(frames.filter(({ place }) => place !== null).map(({ frame }) => frame));
  const place = frames.find(({ frame }) => frame === best)?.place ?? null;
  if (place !== null) return { file: place.file, line: place.line, column: place.column };
  return { file: tableClass.file, line: tableClass.makeLine ?? tableClass.line, column: null };
}
