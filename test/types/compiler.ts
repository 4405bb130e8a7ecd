import { readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export const root = path.resolve(import.meta.dirname, '../..');
const cases = path.join(root, 'test/types/cases');

export const caseFiles = (): string[] => readdirSync(cases).map((name) => path.join(cases, name));

/** What a pipeline folder compiles with: the demo's own settings, with Node's types, and the engine from `engine`. */
export function authorOptions(engine: string): ts.CompilerOptions {
  const file = path.join(root, 'media/demo/tsconfig.json');
  const { options, errors } = ts.getParsedCommandLineOfConfigFile(file, {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined }) ?? {
    options: {},
    errors: [],
  };
  if (errors.length > 0) throw new Error(messages(errors).join('\n'));
  return {
    ...options,
    lib: ['lib.es2024.d.ts', 'lib.esnext.disposable.d.ts', 'lib.esnext.decorators.d.ts', 'lib.dom.d.ts'],
    types: ['node'],
    typeRoots: [path.join(root, 'node_modules/@types')],
    paths: { 'datajoint-workbench': [engine] },
  };
}

/** What the compiler finds wrong in these files themselves, `file:line message`. */
export function findings(files: readonly string[], options: ts.CompilerOptions): string[] {
  const program = ts.createProgram(files, options);
  return files.flatMap((name) => {
    const file = program.getSourceFile(name);
    return messages([...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]);
  });
}

export function messages(diagnostics: readonly ts.Diagnostic[]): string[] {
  return diagnostics.map(({ file, start, messageText }) => {
    const line = file === undefined || start === undefined ? '' : `${path.basename(file.fileName)}:${String(file.getLineAndCharacterOfPosition(start).line + 1)} `;
    return line + ts.flattenDiagnosticMessageText(messageText, '\n');
  });
}
