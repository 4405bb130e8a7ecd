import type { StackFrame, TableClass } from '../../pipeline';

/** A place in a file; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number | null;
}

/**
 * Where a failed make() failed: the innermost frame of the stack that lies inside the class's own make (between its
 * first line and the next class of the file), else the first line of make, else the class.
 */
export function failedPlace(
  tableClass: TableClass,
  classes: readonly TableClass[],
  frames: readonly StackFrame[],
): Place {
  const start = tableClass.makeLine ?? tableClass.line;
  const next = classes
    .filter((other) => other.file === tableClass.file && other.line > start)
    .reduce((least, other) => Math.min(least, other.line), Number.POSITIVE_INFINITY);
  const inside = frames.find(
    (frame) => frame.file === tableClass.file && frame.line !== null && frame.line >= start && frame.line < next,
  );
  return { file: tableClass.file, line: inside?.line ?? start, column: inside?.column ?? null };
}
