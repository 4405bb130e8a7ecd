/** The source side of a pipeline: its table classes, its files, its stacks. */
export { findClasses, findMake, findTables, linkTo } from './findMake';
export type { FoundClass, LinkedBy, NamedTable } from './findMake';
export { type Links, linkTables } from './links';
export { withKnownTotal } from './knownTotal';
export * from './load';
export * from './python';
export * from './source';
export * from './stack';
