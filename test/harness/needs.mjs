// What some tests need beyond npm packages: a database server, a browser, Python. Installed where that is possible
// (root on Debian); otherwise the test files that need it are named as skipped.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { ensureCodeServer } from './codeServer.mjs';
import { ensurePython } from './python.mjs';

const runs = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const canAptInstall = () => existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;

/**
 * A test file needs a thing when its text matches `usedBy`. `packages` are Debian's, `present` says whether they are
 * there, and `prepare` does what remains after that; it returns environment variables for the tests.
 */
const needs = [
  {
    name: 'MariaDB server',
    usedBy: /\/(server|localServerFolder|localServer)'|OnServer|onServer'|onServer\(|djwServer|ServerUnderTest/,
    packages: ['mariadb-server'],
    present: () => runs('mariadbd', '--version'),
  },
  {
    name: 'Chromium',
    usedBy: /harness\/workbench/,
    packages: ['chromium'],
    present: () => runs('chromium', '--version'),
  },
  {
    name: 'code-server',
    usedBy: /harness\/workbench/,
    packages: ['g++', 'make', 'python3'],
    present: () => runs('g++', '--version') && runs('make', '--version') && runs('python3', '--version'),
    prepare: ensureCodeServer,
  },
  {
    name: 'Python with venv',
    usedBy: /DJW_PYTHON_(23|014)|'\.\/python'/,
    packages: ['python3', 'python3-venv'],
    present: () => runs('python3', '-c', 'import venv, ensurepip'),
    prepare: ensurePython,
  },
  {
    name: 'OpenSSL',
    usedBy: /openssl/,
    packages: ['openssl'],
    present: () => runs('openssl', 'version'),
  },
  {
    name: 'GNU Parallel',
    usedBy: /GNU Parallel/,
    packages: ['parallel'],
    present: () => runs('parallel', '--version'),
  },
];

function aptInstall(packages) {
  console.log(`Installing ${packages.join(', ')} (apt-get) …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', ['-qq', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  apt('update');
  apt('install', '-y', '--no-install-recommends', ...packages);
}

/**
 * Gets what the files need.
 * @param {{file: string, text: string}[]} files
 * @returns {Promise<{env: Record<string, string>, missing: {file: string, reason: string}[]}>}
 */
export async function provide(files) {
  const wanted = needs.filter((need) => files.some(({ text }) => need.usedBy.test(text)));
  const absent = wanted.filter((need) => !need.present());
  if (absent.length > 0 && canAptInstall()) aptInstall(absent.flatMap((need) => need.packages));

  const env = {};
  const missing = [];
  for (const need of wanted) {
    let reason = need.present() ? undefined : `not installed; try: apt-get install ${need.packages.join(' ')}`;
    if (reason === undefined && need.prepare) {
      try {
        Object.assign(env, await need.prepare());
      } catch (error) {
        reason = error.message;
      }
    }
    if (reason === undefined) continue;
    const without = files.filter(({ text }) => need.usedBy.test(text));
    missing.push(...without.map(({ file }) => ({ file, reason: `${need.name}: ${reason}` })));
  }
  return { env, missing };
}
