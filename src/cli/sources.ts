/** The classes of the sources of a folder, and of the packages that these import. */
import { findPackages, indexPipeline, type PipelineIndex } from '../pipeline';
import type { Context } from './command';

/** Reads the sources; no Python is started for it. */
export async function readSources({ cwd, python }: Pick<Context, 'cwd' | 'python'>): Promise<PipelineIndex> {
  return await indexPipeline(cwd, { packages: await findPackages(cwd, process.env, python ?? null) });
}
