import * as path from 'node:path';

export interface Script {
  readonly file: string;
  /** It imports a file of tables and declares none itself: it enters rows, or populates. */
  readonly usesPipeline: boolean;
}

/** Files worth running, those that use a pipeline first. Pure: `tableFiles` and `file` are absolute paths. */
export function rankScripts(
  tableFiles: ReadonlySet<string>,
  sources: readonly { readonly file: string; readonly text: string }[],
): Script[] {
  const modules = [...tableFiles].filter(isPython).map((file) => stem(file).split(path.sep).join('/'));
  const withoutEnding = new Set([...tableFiles].map(stem));
  const scripts = sources.flatMap(({ file, text }): Script[] => {
    if (tableFiles.has(file)) return [{ file, usesPipeline: false }];
    const usesPipeline = isPython(file)
      ? importedModules(text).some((name) => modules.some((module) => module.endsWith(`/${name}`) || module.includes(`/${name}/`)))
      : importedFiles(file, text).some((target) => withoutEnding.has(stem(target)));
    return usesPipeline ? [{ file, usesPipeline }] : [];
  });
  return scripts.sort(
    (one, other) => Number(other.usesPipeline) - Number(one.usesPipeline) || one.file.localeCompare(other.file),
  );
}

const importPattern = /\b(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g;

/** What a TypeScript or JavaScript file imports from its own folder and those around it: absolute, endings as written. */
const importedFiles = (file: string, text: string): string[] =>
  [...text.matchAll(importPattern)].map((match) => path.resolve(path.dirname(file), match[1] ?? ''));

/** What a Python file imports, as paths: `lab/session` and `lab` for `from lab import session`. Also modules of others. */
function importedModules(text: string): string[] {
  const plain = [...text.matchAll(/^[ \t]*import[ \t]+([^#\n]+)/gm)].flatMap((match) => namesIn(match[1]));
  const members = [...text.matchAll(/^[ \t]*from[ \t]+\.*([\w.]*)[ \t]+import[ \t]+(?:\(([^)]*)\)|([^#\n]+))/gm)].flatMap(([, from = '', several, line]) =>
    [from, ...namesIn(several ?? line).map((name) => (from === '' ? name : `${from}.${name}`))],
  );
  return [...plain, ...members].filter((name) => name !== '').map((name) => name.replaceAll('.', '/'));
}

/** `a.b as c, d` names a.b and d. */
const namesIn = (list = ''): string[] => list.split(',').flatMap((part) => /^\s*([\w.]+)/.exec(part)?.[1] ?? []);

const isPython = (file: string): boolean => file.endsWith('.py');

function stem(file: string): string {
  return file.replace(/\.(?:[cm]?[jt]s|py)$/, '');
}
