// `npm run typecheck`: the whole tree, the engine on its own, the demo as its author's editor sees it, and the pages.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './install.mjs';

const compiler = path.join(root, 'node_modules/typescript/bin/tsc');

function check(args) {
  const done = spawnSync(process.execPath, [compiler, ...args], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
  const lines = `${done.stdout}${done.stderr}`.split('\n');
  const files = lines.filter((line) => path.isAbsolute(line));
  const findings = lines.filter((line) => line !== '' && !path.isAbsolute(line));
  return { ok: done.status === 0, files, findings };
}

const runs = [check(['-p', 'tsconfig.json']), check(['-p', 'tsconfig.types.json', '--noEmit', '--listFiles']), check(['-p', 'test/types/demo'])];
if (existsSync(path.join(root, 'webview/tsconfig.json'))) runs.push(check(['-p', 'webview/tsconfig.json']));

const findings = new Set(runs.flatMap((run) => run.findings));
for (const file of runs[1].files) {
  if (/@types[\\/]vscode|lib\.dom\./.test(file)) findings.add(`src/engine must not need ${path.relative(root, file)}`);
}
for (const finding of findings) console.log(finding);
process.exitCode = findings.size === 0 && runs.every((run) => run.ok) ? 0 : 1;
