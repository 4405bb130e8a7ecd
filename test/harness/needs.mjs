// What some tests need beyond npm packages: a database server, a browser, Python. Installed where that is possible
// (root on Debian); otherwise the test files that need it are named as skipped.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { ensureCodeServer } from './codeServer.mjs';
import { ensurePython } from './python.mjs';
import { serverNamed } from './servers/catalogue.mjs';
import { ensureServer, titleOf } from './servers/ensure.mjs';
import { startsServer } from './startsServer.mjs';

const runs = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const canAptInstall = () => existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;

/** The server that tests start. */
function testServer(name) {
  const { source } = serverNamed(name);
  return {
    name: titleOf(name),
    isUsedBy: ({ file }) => startsServer(file),
    packages: source.packages,
    present: source.present,
    prepare: async () => void (await ensureServer(name)),
  };
}

/** A test file needs a thing when its text matches. */
const usedBy = (pattern) => ({ text }) => pattern.test(text);

/**
 * `isUsedBy` tells which test files need a thing. `packages` are Debian's, `present` says whether they are there, and `prepare`
 * does what remains after that; it returns environment variables for the tests.
 */
const others = [
  {
    name: 'MariaDB server',
    isUsedBy: usedBy(/\/(localServerFolder|localServer)'/),
    packages: ['mariadb-server'],
    present: () => runs('mariadbd', '--version'),
  },
  {
    name: 'Chromium',
    isUsedBy: usedBy(/harness\/workbench/),
    packages: ['chromium'],
    present: () => runs('chromium', '--version'),
  },
  {
    name: 'code-server',
    isUsedBy: usedBy(/harness\/workbench/),
    packages: ['g++', 'make', 'python3'],
    present: () => runs('g++', '--version') && runs('make', '--version') && runs('python3', '--version'),
    prepare: ensureCodeServer,
  },
  {
    name: 'Python with venv',
    isUsedBy: usedBy(/DJW_PYTHON_(23|014)|\/python'/),
    packages: ['python3', 'python3-venv'],
    present: () => runs('python3', '-c', 'import venv, ensurepip'),
    prepare: ensurePython,
  },
  {
    name: 'C compiler',
    isUsedBy: usedBy(/LD_PRELOAD/),
    packages: ['gcc', 'libc6-dev'],
    present: () => runs('cc', '--version'),
  },
  {
    name: 'OpenSSL',
    isUsedBy: usedBy(/openssl/),
    packages: ['openssl'],
    present: () => runs('openssl', 'version'),
  },
  {
    name: 'GNU Parallel',
    isUsedBy: usedBy(/GNU Parallel/),
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
 * Gets what the files need when they run on this server.
 * @param {{file: string, text: string}[]} files
 * @param {string} server
 * @returns {Promise<{env: Record<string, string>, missing: {file: string, reason: string}[]}>}
 */
export async function provide(files, server) {
  const wanted = [testServer(server), ...others].filter((need) => files.some(need.isUsedBy));
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
    const without = files.filter(need.isUsedBy);
    missing.push(...without.map(({ file }) => ({ file, reason: `${need.name}: ${reason}` })));
  }
  return { env, missing };
}
