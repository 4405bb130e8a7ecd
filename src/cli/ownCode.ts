/** Whose code a stack is about, and where in it. */
import path from 'node:path';
import { makeFrame, parseStack, type StackContext } from '../pipeline';
import { fileText } from './words';

/** One's own code is in the working folder and beside the pipeline file; the engine is beside this program. */
export function ownCode(cwd: string, file: string): StackContext {
  return { workspaceFolders: [cwd, path.dirname(path.resolve(cwd, file))], engineFolders: [__dirname] };
}

/** `pipeline.ts:52`: the line of make() that failed, a link in an editor's terminal; empty when the stack has none. */
export function placeText(stack: string, context: StackContext, cwd: string): string {
  const frame = makeFrame(parseStack(stack, context));
  return frame === null || frame.file === null ? '' : `${fileText(frame.file, cwd)}:${frame.line ?? 1}`;
}
