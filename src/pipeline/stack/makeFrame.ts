/** Which frame of a failed job to show first. */
import type { StackFrame } from './frames';

const makeName = /(?:^|[./])(?:_?make_?tuples|make(?:_?(?:fetch|compute|insert))?)(?: |$)/i;

/**
 * The frame of one's own make() that failed or called what failed; without one, the innermost frame of one's own code;
 * null when the stack has neither.
 */
export function makeFrame(frames: readonly StackFrame[]): StackFrame | null {
  const own = frames.filter((frame) => frame.kind === 'yours' && frame.line !== null);
  return own.find((frame) => frame.functionName !== null && makeName.test(frame.functionName)) ?? own[0] ?? null;
}
