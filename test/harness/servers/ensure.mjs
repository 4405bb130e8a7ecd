// Makes a test server ready: its programs, and a data directory of which every test gets a copy, so that a start takes a second.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../install.mjs';
import { alone } from '../lock.mjs';
import { serverNamed } from './catalogue.mjs';
import { command, makeFolders } from './programs.mjs';
import { commonOptions, serve } from './serve.mjs';

/** The account that may do everything, in every data directory. */
export const account = { user: 'root', password: 'simple' };

/** Another format of what is kept in the folder is another number. */
const FORMAT = 1;

const folderOf = (name) => path.join(root, '.cache/servers', name);

/** Where the programs of a server are, by what they are for. */
function programsOf({ name, product, source }) {
  const program = (each) => (source.isOwn ? each : path.join(folderOf(name), 'bin', each));
  if (product === 'mysql') return { server: program('mysqld'), client: program('mysql'), installer: null };
  return { server: program('mariadbd'), client: program('mariadb'), installer: program('mariadb-install-db') };
}

/** What the folder holds; null when that is not what the catalogue wants now. */
function installed({ name, source }) {
  try {
    const found = JSON.parse(readFileSync(path.join(folderOf(name), 'installed.json'), 'utf8'));
    return found.format === FORMAT && found.source === source.describe ? found : null;
  } catch {
    return null;
  }
}

/** `MySQL 9.7`: as it is installed, or as it should be. */
export function titleOf(name) {
  const server = serverNamed(name);
  const series = /^\d+\.\d+/.exec(installed(server)?.version ?? '')?.[0];
  return series === undefined ? server.title : `${server.title.split(' ')[0]} ${series}`;
}

/**
 * Installs a server unless it is there.
 * @returns its product, its programs, and the data directory to be copied
 * @throws when it cannot be had here
 */
export async function ensureServer(name) {
  const server = serverNamed(name);
  const programs = programsOf(server);
  const prepare = () => alone(`${folderOf(name)}.lock`, async () => (await isCurrent(server, programs)) || (await install(server, programs)));
  if (!(await isCurrent(server, programs))) await prepare();
  return { product: server.product, programs, data: path.join(folderOf(name), 'data') };
}

/** The machine's own may have become another one. */
async function isCurrent(server, programs) {
  const found = installed(server);
  if (found === null) return false;
  return !server.source.isOwn || found.version === (await versionOf(programs));
}

async function versionOf({ server }) {
  const said = await command(server, ['--no-defaults', '--version']);
  return /\d+\.\d+\.\d+/.exec(said)?.[0] ?? said.trim();
}

async function install(server, programs) {
  const { name, source } = server;
  if (!source.present()) throw new Error(`not installed; try: apt-get install ${source.packages.join(' ')}`);
  const folder = folderOf(name);
  const began = Date.now();
  await rm(folder, { recursive: true, force: true });
  await makeFolders(folder);
  try {
    await source.install(folder);
    await initialise(server, programs, folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const version = await versionOf(programs);
  await writeFile(path.join(folder, 'installed.json'), JSON.stringify({ format: FORMAT, source: source.describe, version }));
  console.log(`Test server ${titleOf(name)} is ready: ${version}, ${source.describe} (${Math.round((Date.now() - began) / 1000)} s)`);
  return true;
}

/** Makes the data directory with its accounts, by a start that also does what a first start has to do. */
async function initialise({ product }, programs, folder) {
  const work = path.join(folder, 'work');
  await makeFolders(work);
  const env = { ...process.env, TMPDIR: work };
  const common = commonOptions(path.join(work, 'data'));
  if (product === 'mysql') await command(programs.server, [...common, '--initialize-insecure', '--secure-file-priv=NULL', '--innodb-redo-log-capacity=16M'], { env });
  else await command(programs.installer, [...common, '--auth-root-authentication-method=normal', '--skip-test-db'], { env });
  const accounts = path.join(work, 'accounts.sql');
  await writeFile(accounts, accountsSql());
  const child = await serve({ product, programs, folder: work, port: null, options: [`--init-file=${accounts}`] });
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  await rename(path.join(work, 'data'), path.join(folder, 'data'));
  await rm(work, { recursive: true, force: true });
}

/** One statement a line, as a server wants it that starts. */
function accountsSql() {
  const [here, address] = ['localhost', '127.0.0.1'].map((host) => `'${account.user}'@'${host}'`);
  const password = `IDENTIFIED BY '${account.password}'`;
  return `ALTER USER ${here} ${password};\nDROP USER IF EXISTS ${address};\nCREATE USER ${address} ${password};\nGRANT ALL ON *.* TO ${address} WITH GRANT OPTION;\n`;
}

