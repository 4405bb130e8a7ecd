import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { ESLint } from 'eslint';

const root = path.resolve(__dirname, '../..');

/** A file that exists, what is written into it for this test, the rule that must object, and a word of its message. */
interface Case {
  readonly file: string;
  readonly code: string;
  readonly rule: string;
  readonly says?: RegExp;
}

const direction = 'import-x/no-restricted-paths';
const named = 'no-restricted-imports';
const dynamic = 'no-restricted-syntax';
const cycle = 'import-x/no-cycle';
const importRules = new Set<string>([direction, named, dynamic, cycle, 'gates/terminal', 'gates/host', 'gates/files']);
const use = (from: string) => `import * as it from '${from}';\nexport const seen = Object.keys(it);\n`;

const layers: [importer: string, imported: string][] = [
  ['src/engine/database/index.ts', '../codecs'],
  ['src/engine/database/index.ts', '../settings'],
  ['src/engine/settings/index.ts', '../codecs'],
  ['src/engine/codecs/index.ts', '../definition'],
  ['src/engine/definition/index.ts', '../algebra'],
  ['src/engine/algebra/index.ts', '../tables'],
  ['src/engine/tables/index.ts', '../jobs'],
  ['src/engine/jobs/index.ts', '../populate'],
  ['src/engine/jobs/index.ts', '../overview'],
  ['src/engine/populate/index.ts', '../overview'],
  ['src/engine/overview/index.ts', '../populate'],
  ['src/engine/errors.ts', './database'],
  ['src/engine/tables/index.ts', '..'],
  ['src/engine/index.ts', '../pipeline'],
  ['src/engine/index.ts', '../extension/ids'],
  ['src/pipeline/index.ts', '../cli/main'],
  ['src/pipeline/index.ts', '../extension/ids'],
  ['src/pipeline/index.ts', '../protocol'],
  ['src/engine/index.ts', '../localServer'],
  ['src/pipeline/index.ts', '../localServer'],
  ['src/localServer/index.ts', '../pipeline'],
  ['src/localServer/index.ts', '../cli/main'],
  ['src/localServer/index.ts', '../extension/ids'],
  ['src/cli/main.ts', '../extension/ids'],
  ['src/cli/main.ts', '../protocol'],
  ['src/protocol/index.ts', '../engine'],
  ['src/protocol/index.ts', '../pipeline'],
  ['src/extension/extension.ts', '../cli/main'],
  ['src/extension/extension.ts', '../../webview/errorPage'],
  ['webview/errorPage.ts', '../src/engine'],
  ['webview/errorPage.ts', '../src/pipeline'],
  ['webview/errorPage.ts', '../src/extension/ids'],
];

const doors: [importer: string, imported: string][] = [
  ['src/engine/codecs/index.ts', '../database/model'],
  ['src/engine/index.ts', './database/model'],
  ['src/engine/database/open.ts', './sqlite/dialect'],
  ['src/cli/main.ts', '../engine/errors'],
  ['src/cli/main.ts', '../pipeline/source/walk'],
  ['src/pipeline/index.ts', '../engine/database'],
  ['src/extension/extension.ts', '../engine/overview'],
];

const packages: [importer: string, name: string][] = [
  ['src/engine/index.ts', 'vscode'],
  ['src/pipeline/index.ts', 'vscode'],
  ['src/cli/main.ts', 'vscode'],
  ['webview/errorPage.ts', 'vscode'],
  ['src/engine/database/open.ts', 'node:sqlite'],
  ['src/extension/extension.ts', 'node:sqlite'],
  ['src/engine/database/open.ts', 'mysql2'],
  ['src/engine/database/sqlite/index.ts', 'mysql2/promise'],
  ['src/engine/jobs/index.ts', 'mysql2'],
  ['webview/errorPage.ts', '@vscode/webview-ui-toolkit'],
  ['webview/errorPage.ts', '@vscode/webview-ui-toolkit/dist/toolkit'],
];

const allowed: [importer: string, imported: string][] = [
  ['src/engine/codecs/index.ts', '../database'],
  ['src/engine/populate/index.ts', '../jobs'],
  ['src/engine/jobs/index.ts', '../errors'],
  ['src/engine/database/open.ts', './sqlite'],
  ['src/engine/database/sqlite/index.ts', 'node:sqlite'],
  ['src/cli/main.ts', '../engine'],
  ['src/cli/main.ts', '../pipeline'],
  ['src/extension/ids.ts', 'vscode'],
  ['src/extension/ids.ts', '../protocol'],
  ['webview/toolkit.ts', '@vscode/webview-ui-toolkit'],
  ['webview/errorPage.ts', '../src/protocol'],
];

const language: Case[] = [
  {
    file: 'src/engine/errors.ts',
    code: 'export const say = () => console.log(1);\n',
    rule: 'no-console',
  },
  {
    file: 'src/engine/errors.ts',
    code: 'async function work() {}\nexport function start() {\n  work();\n}\n',
    rule: '@typescript-eslint/no-floating-promises',
  },
  {
    file: 'src/engine/errors.ts',
    code: 'export const anything = (it: any) => it;\n',
    rule: '@typescript-eslint/no-explicit-any',
  },
  {
    file: 'src/engine/errors.ts',
    code: "export const length: number = JSON.parse('1');\n",
    rule: '@typescript-eslint/no-unsafe-assignment',
  },
  {
    file: 'src/engine/errors.ts',
    code: "export function f(it: 'a' | 'b') {\n  switch (it) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n",
    rule: '@typescript-eslint/switch-exhaustiveness-check',
  },
];

/** Ways round the one place where text is written to a terminal. */
const roundTerminal: readonly string[] = [
  "process.stdout.write('x');\n",
  "process['stderr'].write('x');\n",
  "globalThis.process.stdout.write('x');\n",
  "const { stdout } = process;\nstdout.write('x');\n",
  "console.log('x');\n",
  "import { stdout } from 'node:process';\nstdout.write('x');\n",
  "import { createInterface } from 'node:readline/promises';\nexport const ask = createInterface;\n",
];

/** Ways round the one place where files that a stack names are opened. */
const roundFiles: readonly string[] = [
  "import { readFileSync } from 'node:fs';\nexport const text = readFileSync('x');\n",
  "export const fs = () => import('node:fs/promises');\n",
  "import * as vscode from 'vscode';\nexport const text = vscode.workspace.fs.readFile(vscode.Uri.file('x'));\n",
  "import * as vscode from 'vscode';\nexport const text = vscode.workspace.openTextDocument(vscode.Uri.file('x'));\n",
];

/** Ways round the one place where text is shown by the editor. */
const roundHost: readonly string[] = [
  "void vscode.window.showErrorMessage('x');\n",
  "void vscode.window['showInformationMessage']('x');\n",
  "const show = vscode.window.showWarningMessage;\nvoid show('x');\n",
  "const { window } = vscode;\nvoid window.showErrorMessage('x');\n",
  "const { showErrorMessage } = vscode.window;\nvoid showErrorMessage('x');\n",
  "export const editor = vscode.window;\n",
  "export const text = new vscode.MarkdownString('x');\n",
  "export const item = new vscode.TreeItem('x');\n",
  "export const lens = new vscode.CodeLens(range, { title: 'x', command: 'y' });\n",
  "vscode.window.createTerminal('x');\n",
  "vscode.window.createQuickPick();\n",
  "void vscode.window.showQuickPick(['x']);\n",
  "void vscode.window.withProgress(options, work);\n",
  "vscode.window.setStatusBarMessage('x');\n",
  "void vscode.debug.startDebugging(undefined, { type: 'node', request: 'attach', name: 'x' });\n",
  "export const name = (panel: vscode.WebviewPanel) => {\n  panel.title = 'x';\n};\n",
  "export const say = (view: vscode.TreeView<string>) => {\n  view.message = 'x';\n};\n",
  "import { window } from 'vscode';\nvoid window.showErrorMessage('x');\n",
];

describe('lint', () => {
  const typed = new ESLint({ cwd: root });
  // The rules about imports and gates need no types, and are quick without them.
  const untyped = new ESLint({
    cwd: root,
    overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
    ruleFilter: ({ ruleId }) => importRules.has(ruleId),
  });

  const findings = async (file: string, code: string, rule: string) => {
    const eslint = importRules.has(rule) ? untyped : typed;
    const [result] = await eslint.lintText(code, { filePath: path.join(root, file) });
    return result?.messages ?? [];
  };

  const refuses = async ({ file, code, rule, says }: Case) => {
    const found = await findings(file, code, rule);
    const hit = found.find((message) => message.ruleId === rule && (says?.test(message.message) ?? true));
    assert.ok(hit, `${rule} did not object; there was: ${JSON.stringify(found.map((message) => message.message))}`);
  };

  for (const [file, from] of layers) {
    it(`${file} may not import ${from}`, () => refuses({ file, code: use(from), rule: direction, says: /may import|imports nothing/ }));
  }

  for (const [file, from] of doors) {
    it(`${file} may not go past the door: ${from}`, () => refuses({ file, code: use(from), rule: direction }));
  }

  for (const [file, name] of packages) {
    it(`${file} may not name ${name}`, () => refuses({ file, code: use(name), rule: named }));
    it(`${file} may not load ${name} later`, () =>
      refuses({ file, code: `export const it = () => import('${name}');\n`, rule: dynamic }));
  }

  for (const [file, from] of allowed) {
    it(`${file} may import ${from}`, async () => {
      // What may be done with an import is another rule's.
      const found = await findings(file, use(from), direction);
      assert.deepEqual(found.filter(({ ruleId }) => ruleId?.startsWith('gates/') !== true), []);
    });
  }

  it('a circle of imports is refused', () =>
    refuses({ file: 'src/engine/database/model.ts', code: use('./index'), rule: cycle }));

  for (const code of roundTerminal) {
    it(`no way round the terminal: ${code.split('\n', 1)[0] ?? ''}`, () => refuses({ file: 'src/cli/commands/list.ts', code, rule: 'gates/terminal' }));
  }

  it('the terminal itself writes', async () => {
    assert.deepEqual(await findings('src/cli/terminal.ts', "process.stdout.write('x');\n", 'gates/terminal'), []);
  });

  for (const code of roundHost) {
    it(`no way round the host: ${code.split('\n', 1)[0] ?? ''}`, () =>
      refuses({ file: 'src/extension/views.ts', code: code.includes("'vscode'") ? code : `import * as vscode from 'vscode';\n${code}`, rule: 'gates/host' }));
  }

  it('the host itself shows text', async () => {
    const code = "import * as vscode from 'vscode';\nvoid vscode.window.showErrorMessage('x');\n";
    assert.deepEqual(await findings('src/extension/host/messages.ts', code, 'gates/host'), []);
  });

  for (const code of roundFiles) {
    it(`no way round the source files: ${code.split('\n', 1)[0] ?? ''}`, () => refuses({ file: 'src/extension/source/local.ts', code, rule: 'gates/files' }));
  }

  for (const mistake of language) {
    it(`${mistake.rule} holds`, () => refuses(mistake));
  }
});
