// Packages of any Debian suite, unpacked into a folder with apt and dpkg. No package is installed, and apt's own lists stay as
// they are; neither root nor the suite of this machine is needed.
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { lstat, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { command, linkPrograms, makeFolders } from './programs.mjs';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const needed = ['/usr/bin/apt-get', '/usr/bin/dpkg', keyring];

/** What only scripts of maintainers need is told to be installed: 60 MB less. */
const unneeded = ['perl', 'perl-base', 'debconf', 'passwd', 'adduser', 'gawk', 'lsof', 'psmisc', 'socat', 'mysql-common', 'mariadb-common'];
/** What a server needs, and its installer calls. */
const kept = ['mysqld', 'mysql', 'mariadbd', 'mariadb', 'my_print_defaults', 'resolveip'];

export function debianPackages(suite, packages) {
  return {
    describe: `${packages.join(' and ')} of Debian ${suite}`,
    packages: ['debian-archive-keyring'],
    present: () => needed.every((file) => existsSync(file)),
    install: async (folder) => {
      const root = path.join(folder, 'root');
      await unpack(suite, packages, path.join(folder, 'apt'), root);
      await linkPrograms(folder, await wrapped(root));
      await joinForInstaller(folder, root);
    },
  };
}

/** The mirror that this machine uses already, for another suite. */
async function mirror() {
  const lists = '/etc/apt/sources.list.d';
  const names = existsSync(lists) ? (await readdir(lists)).map((name) => path.join(lists, name)) : [];
  for (const file of ['/etc/apt/sources.list', ...names].filter((name) => existsSync(name))) {
    const found = /^(?:URIs:|deb)\s+(?:\[[^\]]*\]\s+)?(https?:\S*\/debian)\/?(?:\s|$)/m.exec(await readFile(file, 'utf8'));
    if (found?.[1] !== undefined) return found[1];
  }
  return 'http://deb.debian.org/debian';
}

async function unpack(suite, packages, apt, root) {
  await makeFolders(root, `${apt}/lists/partial`, `${apt}/cache/archives/partial`);
  const architecture = (await command('dpkg', ['--print-architecture'])).trim();
  await writeFile(`${apt}/sources.list`, `deb [signed-by=${keyring}] ${await mirror()} ${suite} main\n`);
  const installed = unneeded.map(
    (name) =>
      `Package: ${name}\nStatus: install ok installed\nArchitecture: ${architecture}\nMulti-Arch: allowed\nVersion: 99:99\nDescription: not needed\n`,
  );
  await writeFile(`${apt}/status`, installed.join('\n'));
  await writeFile(`${apt}/apt.conf`, configuration(apt));
  const env = { ...process.env, APT_CONFIG: `${apt}/apt.conf`, DEBIAN_FRONTEND: 'noninteractive' };
  await command('apt-get', ['-qq', 'update'], { env });
  await command('apt-get', ['-qq', '-y', '--download-only', 'install', ...packages], { env });
  const archives = `${apt}/cache/archives`;
  for (const name of await readdir(archives)) if (name.endsWith('.deb')) await command('dpkg', ['-x', path.join(archives, name), root]);
  await rm(apt, { recursive: true, force: true });
  for (const name of ['doc', 'man', 'locale', 'info']) await rm(path.join(root, 'usr/share', name), { recursive: true, force: true });
}

/** An apt of its own: its sources, lists and cache are in the folder. */
const configuration = (apt) => `
Dir::Etc::sourcelist "${apt}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "${apt}";
Dir::State::lists "${apt}/lists";
Dir::State::status "${apt}/status";
Dir::Cache "${apt}/cache";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
APT::Sandbox::User "";
Debug::NoLocking "true";
`;

/** Each program with what runs it: the loader and the C library that came with it. Programs that no test needs are removed. */
async function wrapped(root) {
  const files = await readdir(root, { recursive: true });
  const loader = files.find((file) => /\/ld-linux-[^/]*\.so\.\d+$/.test(file));
  const libc = files.find((file) => /\/libc\.so\.\d+$/.test(file));
  if (loader === undefined || libc === undefined) throw new Error(`the packages in ${root} brought no C library`);
  const libraries = [path.dirname(libc), 'usr/lib/mysql/private', 'usr/lib'].map((name) => path.join(root, name));
  const programs = {};
  for (const file of files.filter((each) => /^usr\/s?bin\/[^/]+$/.test(each)).map((each) => path.join(root, each))) {
    if ((await lstat(file)).isSymbolicLink() || !isElf(file)) continue;
    const name = path.basename(file);
    if (kept.includes(name)) programs[name] = [path.join(root, loader), '--library-path', libraries.join(':'), '--argv0', file, file];
    else await rm(file);
  }
  return programs;
}

function isElf(file) {
  const start = Buffer.alloc(4);
  const descriptor = openSync(file);
  readSync(descriptor, start);
  closeSync(descriptor);
  return start.equals(Buffer.from('\x7fELF', 'latin1'));
}

/** MariaDB's installer is a script that wants everything in one folder. */
async function joinForInstaller(folder, root) {
  const script = path.join(root, 'usr/bin/mariadb-install-db');
  if (!existsSync(script)) return;
  for (const [name, target] of [['sbin', 'bin'], ['share', 'root/usr/share'], ['lib', 'root/usr/lib']]) await symlink(target, path.join(folder, name));
  await linkPrograms(folder, { 'mariadb-install-db': ['/bin/sh', script, `--basedir=${folder}`] });
}
