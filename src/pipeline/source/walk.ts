/** The source files of a folder. */
import { opendir, stat } from 'node:fs/promises';
import path from 'node:path';

export interface FoundFile {
  /** Absolute path. */
  readonly file: string;
  readonly mtimeMs: number;
  readonly size: number;
}

/** Folders that hold no one's own sources; dot folders are passed over as well. */
const passedOver = new Set(['node_modules', 'dist', 'build', 'out', 'coverage', '__pycache__', 'venv', 'site-packages']);

/** What only a Python environment has, whatever its folder is called. */
const environmentMarks = new Set(['pyvenv.cfg', 'conda-meta']);

/** Beyond this many files a folder is no pipeline but somebody's disk. */
const maxFiles = 20_000;
const maxDepth = 24;

/**
 * All files with one of the endings, breadth first, so that a limit cuts off the deepest. Symbolic links to folders are
 * not followed; folders that cannot be read are passed over.
 * @throws the signal's reason when it aborts
 */
export async function* walkSources(
  folder: string,
  endings: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<FoundFile> {
  let level = [path.resolve(folder)];
  let seen = 0;
  for (let depth = 0; depth < maxDepth && level.length > 0; depth++) {
    const next: string[] = [];
    for (const directory of level) {
      signal?.throwIfAborted();
      const { files, folders } = await list(directory, endings);
      next.push(...folders);
      for (const file of files) {
        if (++seen > maxFiles) return;
        const found = await statSource(file);
        if (found !== null) yield found;
      }
    }
    level = next;
  }
}

/** A file's time and size; null when it is gone or no file. */
export async function statSource(file: string): Promise<FoundFile | null> {
  try {
    const found = await stat(file);
    return found.isFile() ? { file, mtimeMs: found.mtimeMs, size: found.size } : null;
  } catch {
    return null;
  }
}

async function list(directory: string, endings: readonly string[]): Promise<{ files: string[]; folders: string[] }> {
  const files: string[] = [];
  const folders: string[] = [];
  try {
    for await (const entry of await opendir(directory)) {
      const full = path.join(directory, entry.name);
      if (environmentMarks.has(entry.name)) return { files: [], folders: [] };
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && !passedOver.has(entry.name)) folders.push(full);
      } else if (endings.includes(path.extname(entry.name)) && !entry.name.endsWith('.d.ts')) files.push(full);
    }
  } catch {
    return { files: [], folders: [] };
  }
  return { files: files.sort(), folders: folders.sort() };
}
