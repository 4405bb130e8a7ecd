import * as path from 'node:path';

export interface Script {
  readonly file: string;
  /** It imports a file of tables and declares none itself: it enters rows, or populates. */
  readonly usesPipeline: boolean;
}

const importPattern = /\b(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g;

/** Files worth running, those that use a pipeline first. Pure: `tableFiles` and `file` are absolute paths. */
export function rankScripts(
  tableFiles: ReadonlySet<string>,
  sources: readonly { readonly file: string; readonly text: string }[],
): Script[] {
  const withoutEnding = new Set([...tableFiles].map(stem));
  const scripts = sources.flatMap(({ file, text }): Script[] => {
    if (tableFiles.has(file)) return [{ file, usesPipeline: false }];
    const imports = [...text.matchAll(importPattern)].map((match) => path.resolve(path.dirname(file), match[1] ?? ''));
    return imports.some((target) => withoutEnding.has(stem(target))) ? [{ file, usesPipeline: true }] : [];
  });
  return scripts.sort(
    (one, other) => Number(other.usesPipeline) - Number(one.usesPipeline) || one.file.localeCompare(other.file),
  );
}

function stem(file: string): string {
  return file.replace(/\.[cm]?[jt]s$/, '');
}
