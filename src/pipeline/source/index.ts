export type { LanguageName, MethodFact, TableTier } from './facts';
export { indexPipeline, PipelineIndexer } from './indexer';
export type { IndexedPlaces, Indexer, IndexOptions, PipelineIndex } from './indexer';
export type { SchemaVariable, TableClass } from './link';
export { fitsPattern } from './schemaNames';
export { ThreadIndexer } from './threadIndexer';
