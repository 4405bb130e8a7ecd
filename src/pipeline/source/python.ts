/** Python sources: which files a module name may mean, and the facts of a text. */
import path from 'node:path';
import type { SourceLanguage } from './facts';
import { readPythonFacts } from './pythonFacts';

/** How far up a folder may stand on the search path of imports. */
const maxLevels = 8;

const packageFile = '__init__.py';

export const python: SourceLanguage = {
  name: 'python',
  extensions: ['.py'],
  isEngine: (module) => module === 'datajoint' || module.startsWith('datajoint.'),
  exportsEverything: true,
  packageFile,
  submodule(module, name, file) {
    if (file !== null && path.basename(file) !== packageFile) return null;
    return module.endsWith('.') ? module + name : `${module}.${name}`;
  },
  // A table class extends a tier of the engine, under whatever name, and a schema takes it.
  mayDeclareTables: (text) =>
    text.includes('datajoint') || (/^[ \t]*class\s/m.test(text) && /\bdj\.|schema/i.test(text)) || text.includes('.activate('),
  read: readPythonFacts,
  moduleFiles(module, file, packages) {
    const [, dots = '', name = ''] = /^(\.*)(.*)$/.exec(module) ?? [];
    const inside = name === '' ? [] : name.split('.');
    if (dots !== '') {
      const start = path.resolve(path.dirname(file), ...Array.from({ length: dots.length - 1 }, () => '..'));
      return filesOf(start, inside);
    }
    // Nobody knows where it will run from: the nearest folder around the file that has such a module.
    const candidates: string[] = [];
    let folder = path.dirname(file);
    for (let level = 0; level < maxLevels; level++) {
      candidates.push(...filesOf(folder, inside), ...filesOf(path.join(folder, 'src'), inside));
      const parent = path.dirname(folder);
      if (parent === folder) break;
      folder = parent;
    }
    return [...candidates, ...packages.flatMap((each) => filesOf(each, inside))];
  },
};

function filesOf(folder: string, inside: readonly string[]): string[] {
  const target = path.join(folder, ...inside);
  return inside.length === 0 ? [path.join(target, packageFile)] : [`${target}.py`, path.join(target, packageFile)];
}
