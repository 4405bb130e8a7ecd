export type { LanguageName, MethodFact, TableTier } from './facts';
export { indexPipeline, PipelineIndexer } from './indexer';
export type { IndexOptions, PipelineIndex } from './indexer';
export type { TableClass } from './link';
export { fitsPattern } from './schemaNames';
