export type { TableTier } from './facts';
export { indexPipeline, PipelineIndexer } from './indexer';
export type { IndexOptions, PipelineIndex } from './indexer';
export type { TableClass } from './link';
