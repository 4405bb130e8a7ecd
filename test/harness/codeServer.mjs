// code-server carries the real VS Code workbench and serves it to a browser. Installed into .cache/code-server: once,
// about a minute, and continued where an interrupted installation stopped.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectNode, root } from './install.mjs';
import { alone } from './lock.mjs';

const version = '4.139.1';
const folder = path.join(root, '.cache/code-server');
const server = path.join(folder, 'node_modules/code-server');
const log = path.join(folder, 'install.log');

const entry = path.join(server, 'out/node/entry.js');

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
export function ensureCodeServer() {
  return alone(path.join(root, '.cache/code-server.lock'), installCodeServer);
}

async function installCodeServer() {
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

/**
 * Starts code-server on a free port of 127.0.0.1, in a process group of its own, with a VSIX installed.
 * Everything it keeps is under `home`: settings (written once; existing ones stay), extensions, logs.
 * @param {{home: string, vsix: string, others?: readonly string[], settings: object, env: NodeJS.ProcessEnv, untrusted?: boolean}} options
 *   `others`: more VSIX files; `untrusted`: folders are not trusted before somebody says so
 * @returns {Promise<{process: import('node:child_process').ChildProcess, address: string, output: () => string}>}
 */
export async function startCodeServer({ home, vsix, others = [], settings, env, untrusted = false }) {
  await ensureCodeServer();
  const data = path.join(home, 'data');
  await mkdir(path.join(data, 'User'), { recursive: true });
  const settingsFile = path.join(data, 'User/settings.json');
  if (!existsSync(settingsFile)) await writeFile(settingsFile, JSON.stringify(settings, null, 2));

  const folders = ['--user-data-dir', data, '--extensions-dir', path.join(home, 'extensions')];
  const ownEnv = { ...env, CODE_SERVER_CONFIG: path.join(home, 'config.yaml') };
  const install = [entry, ...folders, ...[vsix, ...others].flatMap((file) => ['--install-extension', file]), '--force'];
  await promisify(execFile)(projectNode, install, { env: ownEnv });

  const quiet = ['--disable-telemetry', '--disable-update-check', ...(untrusted ? [] : ['--disable-workspace-trust'])];
  const bind = ['--auth', 'none', '--bind-addr', '127.0.0.1:0'];
  const server = spawn(projectNode, [entry, ...bind, ...quiet, ...folders], {
    env: ownEnv,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const address = await new Promise((resolve, reject) => {
    const read = (chunk) => {
      output += chunk;
      const found = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    server.stdout.setEncoding('utf8').on('data', read);
    server.stderr.setEncoding('utf8').on('data', read);
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`code-server did not start:\n${output}`)));
  });
  return { process: server, address, output: () => output };
}

/** Ends a code-server with everything it started: its extension hosts and terminals. */
export async function stopCodeServer(server) {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  process.kill(-server.pid, 'SIGKILL');
  await ended;
}
