import { stackLines } from './lines';

/** As many copies of the engine are known in one stack. */
const MOST_FOLDERS = 16;

/** A file of the engine, by how its path ends. */
const engineFile = /[\\/](?:dist[\\/](?:engine|djw)\.js|src[\\/]engine[\\/])/;

/**
 * The folders of the engine that a stack names: a worker may have run another copy of it.
 * @returns absolute paths, as the system that ran it writes them
 */
export function engineFoldersIn(stack: string): string[] {
  const folders = new Set<string>();
  for (const line of stackLines(stack)) {
    if (folders.size >= MOST_FOLDERS) break;
    for (const word of line.split(/[\s()]/)) {
      const end = word.search(engineFile);
      const folder = end === -1 ? null : absolute(word.slice(0, end));
      if (folder !== null) folders.add(folder);
    }
  }
  return [...folders].slice(0, MOST_FOLDERS);
}

/** The path without what stands before it: `file://`, `node:`. */
function absolute(text: string): string | null {
  const colon = text.lastIndexOf(':');
  const isDrive = /(?:^|[^A-Za-z])[A-Za-z]$/.test(text.slice(Math.max(0, colon - 2), Math.max(0, colon)));
  const path = text.slice(colon === -1 ? 0 : isDrive ? colon - 1 : colon + 1).replace(/^\/\/(?=\/)/, '');
  return /^(?:[\\/]|[A-Za-z]:[\\/])/.test(path) ? path : null;
}
