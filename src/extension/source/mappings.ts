import * as path from 'node:path';
import type { PathMapping } from '../../pipeline';

/**
 * Reads the setting `datajoint.pathMappings`: where files are here, by how their paths begin in a stack. A place here is
 * absolute, or in a folder of the workspace: `${workspaceFolder}/src`, `src`. What is no text is passed over.
 * @param folders of the workspace, absolute
 */
export function readMappings(value: unknown, folders: readonly string[]): PathMapping[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([from, to]) =>
    typeof to === 'string' && from.trim() !== '' ? placesOf(to.trim(), folders).map((place) => ({ from: from.trim(), to: place })) : [],
  );
}

function placesOf(to: string, folders: readonly string[]): string[] {
  const inside = to.replace(/^\$\{workspaceFolder\}[\\/]?/, '');
  const isAbsolute = path.isAbsolute(to) || path.win32.isAbsolute(to);
  return isAbsolute ? [to] : folders.map((folder) => path.resolve(folder, inside));
}
