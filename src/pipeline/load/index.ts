export { loadPipeline, runFile } from './loadPipeline';
export type { LoadedClass, LoadedPipeline } from './loadPipeline';
