export type { FrameKind, StackContext, StackFrame } from './frames';
export { makeFrame } from './makeFrame';
export { parseStack, stackParts } from './parse';
export type { StackPart } from './parse';
