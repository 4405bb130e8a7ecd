/** The source files of a folder. */
import { opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Exclusions } from './exclusions';

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
/** Files of any kind and folders, of which most are data: of one folder, and of all. */
const maxInFolder = 50_000;
const maxEntries = 500_000;
const maxDepth = 24;

export interface WalkOptions {
  /** Patterns of files and folders to pass over, as of the editor's `files.exclude`. */
  readonly hidden?: readonly string[];
  /** Aborting throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * All files with one of the endings, breadth first, so that a limit cuts off the deepest. What a `.gitignore` names is
 * passed over. Symbolic links to folders are not followed: nothing outside the folder is a source of it. Folders that cannot
 * be read are passed over.
 */
export async function* walkSources(folder: string, endings: readonly string[], { hidden = [], signal }: WalkOptions = {}): AsyncGenerator<FoundFile> {
  const top = path.resolve(folder);
  let level = [{ directory: top, outer: Exclusions.of(top, hidden) }];
  let files = 0;
  let entries = 0;
  for (let depth = 0; depth < maxDepth && level.length > 0; depth++) {
    const next: typeof level = [];
    for (const { directory, outer } of level) {
      signal?.throwIfAborted();
      const exclusions = await outer.within(directory);
      const found = await list(directory, endings);
      entries += found.entries;
      if (entries >= maxEntries) return;
      next.push(...found.folders.filter((each) => !exclusions.has(each, true)).map((each) => ({ directory: each, outer: exclusions })));
      for (const file of found.files) {
        if (exclusions.has(file, false)) continue;
        if (++files > maxFiles) return;
        const source = await statSource(file);
        if (source !== null) yield source;
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

interface Listed {
  readonly files: string[];
  readonly folders: string[];
  readonly entries: number;
}

async function list(directory: string, endings: readonly string[]): Promise<Listed> {
  const found: Listed = { files: [], folders: [], entries: 0 };
  let entries = 0;
  try {
    for await (const entry of await opendir(directory)) {
      const full = path.join(directory, entry.name);
      if (environmentMarks.has(entry.name)) return { files: [], folders: [], entries };
      if (++entries > maxInFolder) break;
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && !passedOver.has(entry.name)) found.folders.push(full);
      } else if (endings.includes(path.extname(entry.name)) && !entry.name.endsWith('.d.ts')) found.files.push(full);
    }
  } catch {
    return { files: [], folders: [], entries };
  }
  return { files: found.files.sort(), folders: found.folders.sort(), entries };
}
