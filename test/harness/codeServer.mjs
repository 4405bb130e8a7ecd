// code-server carries the real VS Code workbench and serves it to a browser. Installed into .cache/code-server: once,
// about a minute, and continued where an interrupted installation stopped.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './install.mjs';

const version = '4.139.1';
const folder = path.join(root, '.cache/code-server');
const server = path.join(folder, 'node_modules/code-server');
const log = path.join(folder, 'install.log');

/** The script that starts code-server, run with the project's Node. */
export const codeServerEntry = path.join(server, 'out/node/entry.js');

/**
 * Its own install script builds parts that nothing here uses, so every step is run by hand: the package, what the
 * workbench depends on, and the two native modules that ship without a binary.
 */
const steps = [
  { name: 'package', cwd: folder, args: ['install', `code-server@${version}`, '--ignore-scripts'] },
  { name: 'workbench', cwd: path.join(server, 'lib/vscode'), args: ['install', '--omit=dev', '--ignore-scripts'] },
  {
    name: 'native',
    cwd: path.join(server, 'lib/vscode'),
    args: ['rebuild', '@vscode/spdlog', '@vscode/native-watchdog'],
  },
];

async function npm(step) {
  const args = [...step.args, '--no-audit', '--no-fund', '--loglevel=error'];
  const child = spawn('npm', args, { cwd: step.cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  const [code] = await once(child, 'close');
  const text = Buffer.concat(output).toString();
  await writeFile(log, `npm ${args.join(' ')}\n${text}`, { flag: 'a' });
  if (code !== 0) throw new Error(`installing code-server failed at its ${step.name} step; see ${log}`);
}

/** npm runs install scripts only of packages that the package.json beside it allows. */
async function allowNativeBuilds() {
  const file = path.join(server, 'lib/vscode/package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  manifest.allowScripts = { '@vscode/spdlog': true, '@vscode/native-watchdog': true };
  await writeFile(file, JSON.stringify(manifest, null, 2));
}

/**
 * code-server's own service worker, there only so that the page can be installed as an app, may take hold of a webview's
 * frame before the webview's worker does; the webview then waits for ever and stays blank. A worker that throws is
 * not registered, and the workbench goes on without it.
 */
async function leaveWebviewsAlone() {
  await writeFile(path.join(server, 'out/browser/serviceWorker.js'), "throw new Error('not wanted here');\n");
}

/** Installs code-server unless it is there. Throws when a step fails. */
export async function ensureCodeServer() {
  await mkdir(folder, { recursive: true });
  if (!existsSync(path.join(folder, 'package.json'))) {
    await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
  }
  for (const step of steps) {
    const stamp = path.join(folder, `${step.name}-${version}`);
    if (existsSync(stamp)) continue;
    console.log(`Installing code-server ${version} (${step.name}) …`);
    if (step.name === 'native') await allowNativeBuilds();
    await npm(step);
    if (step.name === 'package') await leaveWebviewsAlone();
    await writeFile(stamp, '');
  }
}
