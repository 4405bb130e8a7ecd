/** TypeScript and JavaScript sources: which files a module name may mean, and the facts of a text. */
import path from 'node:path';
import { type SourceLanguage } from './facts';
import { readFacts } from './typescriptFacts';

const endings = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'];

/** TypeScript lets an import name the file that a build would write: `./session.js` stands for `session.ts`. */
const writtenFor: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
  '.jsx': ['.tsx'],
};

export const typescript: SourceLanguage = {
  name: 'typescript',
  extensions: endings,
  isEngine: (module) => module === 'datajoint-workbench',
  exportsEverything: false,
  submodule: () => null,
  packageFile: null,
  // A table class extends a tier of the engine, or a class of a neighbouring file that does.
  mayDeclareTables: (text) =>
    text.includes('datajoint-workbench') || (text.includes('extends') && /['"]\.\.?\//.test(text)),
  read: readFacts,
  moduleFiles(module, file) {
    if (!module.startsWith('.')) return [];
    const target = path.resolve(path.dirname(file), module);
    const ending = path.extname(target);
    const asWritten = (writtenFor[ending] ?? []).map((other) => target.slice(0, -ending.length) + other);
    return [
      target,
      ...asWritten,
      ...endings.map((other) => target + other),
      ...endings.map((other) => path.join(target, `index${other}`)),
    ];
  },
};
