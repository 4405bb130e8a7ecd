/** The source side of a pipeline: its table classes, its files, its stacks. */
export { findClasses, findTables, linkTo } from './findClasses';
export type { FoundClass, LinkedBy, NamedTable } from './findClasses';
export { type Links, linkTables } from './links';
export { withKnownTotal } from './knownTotal';
export * from './load';
export * from './newClass';
export * from './python';
export * from './source';
export * from './stack';
