import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import ts from 'typescript';
import { authorOptions, caseFiles, findings, messages, root } from './compiler';

const sources = path.join(root, 'src/engine/index.ts');
const demo = path.join(root, 'media/demo');

describe('types that a pipeline author sees', () => {
  it('are as the cases say, and what the cases call a mistake does not compile', () => {
    assert.deepEqual(findings(caseFiles(), authorOptions(sources)), []);
  });

  it('are the same from the declarations that the package ships, and the demo compiles against those', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'datajoint-types-'));
    try {
      assert.deepEqual(emitDeclarations(folder), []);
      const demoFiles = readdirSync(demo).filter((name) => name.endsWith('.ts')).map((name) => path.join(demo, name));
      assert.deepEqual(findings([...caseFiles(), ...demoFiles], authorOptions(path.join(folder, 'engine/index.d.ts'))), []);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** Writes the declarations as the build does, below `folder`. */
function emitDeclarations(folder: string): string[] {
  const file = path.join(root, 'tsconfig.types.json');
  const config = ts.getParsedCommandLineOfConfigFile(file, { outDir: folder }, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined });
  assert.ok(config !== undefined);
  const program = ts.createProgram(config.fileNames, config.options);
  return messages(program.emit().diagnostics);
}
