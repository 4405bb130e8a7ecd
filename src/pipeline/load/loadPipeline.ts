/** Runs a pipeline file, with the engine of this process as its `datajoint-workbench`. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import * as engine from '../../engine';
import { keptImports } from './keptImports';
import { loadError } from './loadError';

/** What a pipeline imports the engine as. */
const engineName = 'datajoint-workbench';

export interface LoadedPipeline {
  /** Absolute path. */
  readonly file: string;
  /** Every table class that the file, or a file that it imports, handed to a schema. */
  readonly classes: readonly LoadedClass[];
}

export type LoadedClass = ReturnType<typeof engine.registeredTables>[number];

/**
 * Runs `file` (TypeScript or JavaScript) and what it imports, with no build step. Each file runs once per process.
 * Stacks of what it throws, now or later, show its own lines.
 * @param file relative to the working folder, or absolute
 * @throws DataJointError `pipeline` when the file is missing, cannot be read as a program, or throws; `pipeline` when it
 * declares no tables; an error of the engine keeps its code
 */
export async function loadPipeline(file: string): Promise<LoadedPipeline> {
  const full = await runFile(file);
  const classes = engine.registeredTables();
  if (classes.length === 0) {
    throw new engine.DataJointError(
      'pipeline',
      `${file} declares no tables: put @schema above each table class, or call schema(Class).`,
    );
  }
  return { file: full, classes };
}

/** Runs `file` as `loadPipeline` does, whether it declares tables or not. Returns its absolute path. */
export async function runFile(file: string): Promise<string> {
  const full = path.resolve(file);
  await assertFile(full, file);
  // Loaded only when it is needed: most commands, and the editor, run no pipeline.
  const { createJiti } = await import('jiti');
  // Legacy and standard decorators, enums and top-level await all work; types are stripped, not checked.
  const jiti = createJiti(full, {
    virtualModules: { [engineName]: { ...engine, default: engine, __esModule: true } },
    fsCache: false,
    sourceMaps: true,
    interopDefault: false,
    tryNative: false,
    transformOptions: {
      babel: { plugins: [keptImports((module, importer) => hasCode(module, importer, (name) => jiti.esmResolve(name, { parentURL: importer, try: true }) !== undefined))] },
    },
  });
  try {
    await jiti.import(full);
  } catch (error) {
    throw await loadError(full, error);
  }
  return full;
}

/**
 * Whether an import of which TypeScript may want only types has code to run as well. A file that is not there counts: loading
 * it tells so. A file that holds types alone does not, nor does a package that is not installed.
 */
function hasCode(module: string, importer: string, resolves: (module: string) => boolean): boolean {
  if (module === engineName || isBuiltin(module)) return false;
  if (resolves(module)) return true;
  if (!/^\.{0,2}\//.test(module)) return false;
  const file = path.resolve(path.dirname(importer), module.replace(/\.[cm]?js$/, ''));
  return !['.d.ts', '.d.mts', '.d.cts', '/index.d.ts'].some((ending) => existsSync(`${file}${ending}`));
}

async function assertFile(full: string, given: string): Promise<void> {
  const found = await stat(full).catch(() => null);
  if (found === null) throw new engine.DataJointError('pipeline', `There is no file ${given}.`);
  if (!found.isFile())
    throw new engine.DataJointError('pipeline', `${given} is no file: name the file that declares the tables.`);
}
