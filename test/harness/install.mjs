// Brings node_modules up to date and gives the Node that the project runs on. Only Node >= 20 built-ins here: this runs
// on a machine where nothing is installed yet.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The Node 24 that npm installs as a dev dependency. */
export const projectNode = path.join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

function lockedPackages(file) {
  let packages;
  try {
    ({ packages } = JSON.parse(readFileSync(path.join(root, file), 'utf8')));
  } catch {
    return new Map();
  }
  const entries = Object.entries(packages).filter(([name]) => name !== '');
  return new Map(entries.map(([name, entry]) => [name, entry]));
}

/** Whether node_modules holds what the lock file asks for. Optional packages may be absent: they are other platforms'. */
function isInstalled() {
  const wanted = lockedPackages('package-lock.json');
  const present = lockedPackages('node_modules/.package-lock.json');
  for (const [name, { version, optional }] of wanted) {
    if (present.get(name)?.version !== version && !(optional && !present.has(name))) return false;
  }
  return spawnSync(projectNode, ['--version']).status === 0;
}

/**
 * Runs `npm ci` unless node_modules is up to date, with its output on this terminal.
 * @returns {number} milliseconds it took; 0 when there was nothing to do
 */
export function install() {
  if (isInstalled()) return 0;
  console.log('Installing the packages of package-lock.json (npm ci) …');
  const started = Date.now();
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) {
    console.error('npm ci failed; see its message above.');
    process.exit(1);
  }
  if (!isInstalled()) {
    console.error('npm ci left no working Node 24 in node_modules/node. Is running install scripts switched off?');
    process.exit(1);
  }
  return Date.now() - started;
}

/**
 * Installs, then runs this same script again under the project's Node and ends with its exit code.
 * Returns at once where this process is that Node already.
 */
export async function runUnderProjectNode() {
  install();
  if (path.resolve(process.execPath) === projectNode) return;
  const bin = path.join(root, 'node_modules/.bin');
  const child = spawn(projectNode, process.argv.slice(1), {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` },
  });
  // The terminal sends Ctrl-C to both; this one waits for the other to clean up.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [code] = await once(child, 'exit');
  process.exit(code ?? 1);
}
