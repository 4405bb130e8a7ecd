/** Which frame of a failed job to show first. */
import type { StackFrame } from './frames';

const makeName = /(?:^|[./])(?:_?make_?tuples|make(?:_?(?:fetch|compute|insert))?)(?: |$)/i;

/**
 * The frame of one's own make() that failed or called what failed; without one, the innermost frame of one's own code;
 * without any of one's own, the make() of a package, as a DataJoint Element is installed; null when the stack has none.
 */
export function makeFrame(frames: readonly StackFrame[]): StackFrame | null {
  const placed = frames.filter(({ line }) => line !== null);
  const own = placed.filter(({ kind }) => kind === 'yours');
  return own.find(isMake) ?? own[0] ?? placed.find((frame) => frame.kind === 'library' && isMake(frame)) ?? null;
}

const isMake = ({ functionName }: StackFrame): boolean => functionName !== null && makeName.test(functionName);
