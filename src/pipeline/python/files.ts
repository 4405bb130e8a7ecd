/** The files that Python runs. */
import { existsSync } from 'node:fs';
import path from 'node:path';

/** A file of media/python: beside the bundle, or in the source tree. */
export function pythonFile(name: string): string {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'media/python', name);
    if (existsSync(file) || folder === path.dirname(folder)) return file;
  }
}
