// `npm run demo`: from a fresh clone to the demo pipeline populated and open in VS Code.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { projectNode, root, runUnderProjectNode } from './install.mjs';

const usage = `Usage: npm run demo [-- --no-ui] [-- --reset]
  --no-ui   stop after the populate, do not open the workbench
  --reset   begin with a fresh workspace, whatever was changed in the last one`;

const workspace = path.join(root, '.cache/demo/workspace');
const vsix = path.join(root, '.cache/demo/datajoint-workbench.vsix');

// The demo is about the embedded database, whatever server this machine's settings name.
for (const name of Object.keys(process.env)) if (name.startsWith('DJ_')) delete process.env[name];

const show = (line) => console.log(`\n\u25b8 ${line}`);

/** Runs one of the project's own scripts; ends the demo when it fails. */
function step(title, ...args) {
  show(title);
  const { status } = spawnSync(projectNode, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Runs djw in the workspace, with its output on this terminal. Only the listed exit codes are fine. */
function djw(args, fine) {
  show(`djw ${args.join(' ')}`);
  const { status } = spawnSync(projectNode, [path.join(root, 'dist/djw.js'), ...args], {
    cwd: workspace,
    stdio: 'inherit',
  });
  if (!fine.includes(status)) process.exit(status || 1);
}

async function prepareWorkspace(reset) {
  if (reset) await rm(workspace, { recursive: true, force: true });
  if (existsSync(workspace)) return;
  await mkdir(path.dirname(workspace), { recursive: true });
  await cp(path.join(root, 'media/demo'), workspace, { recursive: true });
}

/** The Code of the desktop, if its command is on the PATH; not a terminal of a remote or a browser Code. */
function desktopCode() {
  const { status } = spawnSync('code', ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' });
  return status === 0;
}

function openInDesktop() {
  const options = { stdio: 'inherit', shell: process.platform === 'win32' };
  execFileSync('code', ['--install-extension', vsix, '--force'], options);
  execFileSync('code', [workspace], options);
  show('VS Code opens the demo. Choose the DataJoint icon in its activity bar.');
}

/** Opens an address in the default browser, where there is a display to show it on. */
function openBrowser(address) {
  const command = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const display = process.platform === 'darwin' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!display) return;
  spawn(command, [address], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}

async function openInBrowser() {
  const { startCodeServer, stopCodeServer } = await import('./codeServer.mjs');
  const server = await startCodeServer({
    home: path.join(root, '.cache/demo/code-server'),
    vsix,
    settings: { 'workbench.startupEditor': 'none', 'extensions.autoUpdate': false, 'chat.disableAIFeatures': true },
    env: process.env,
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stopCodeServer(server.process));
  const page = `${server.address}/?folder=${encodeURIComponent(workspace)}`;
  show(`VS Code, in your browser: ${page}\n  Choose the DataJoint icon in its activity bar. Ctrl-C here ends it.`);
  openBrowser(page);
  await once(server.process, 'exit');
}

async function main() {
  const flags = process.argv.slice(2);
  const unknown = flags.filter((flag) => flag !== '--no-ui' && flag !== '--reset');
  if (unknown.length > 0) {
    console.error(`npm run demo knows no ${unknown.join(' ')}.\n${usage}`);
    process.exitCode = 2;
    return;
  }
  await runUnderProjectNode();
  step('Building', 'esbuild.mjs');
  await prepareWorkspace(flags.includes('--reset'));
  djw(['run', 'insert.ts'], [0]);
  // Three of the recordings cannot be imported before a person decides what to do about them: djw then ends with 1.
  djw(['populate', 'Trace', '--reserve-jobs', '--suppress-errors'], [0, 1]);
  djw(['list'], [0]);
  if (flags.includes('--no-ui')) return;
  show('Packing the extension');
  const { packageVsix } = await import('./package.mjs');
  await packageVsix(vsix);
  if (desktopCode()) openInDesktop();
  else await openInBrowser();
}

main().catch((error) => {
  console.error(`The demo could not go on: ${error.message}`);
  process.exitCode = 1;
});
