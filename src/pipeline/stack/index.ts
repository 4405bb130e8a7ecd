export type { FrameKind, StackContext, StackFrame } from './frames';
export { parseStack, stackParts } from './parse';
export type { StackPart } from './parse';
