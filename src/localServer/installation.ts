/** Which database server this machine has. */
import { execFile } from 'node:child_process';
import { accessSync, constants, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { DataJointError } from '../engine';
import type { ServerKind } from './files';

/** A program that can be a server. */
export interface Installation {
  readonly kind: ServerKind;
  /** `mariadbd`, `mysqld` or `docker`: absolute. */
  readonly program: string;
  /** What makes a data directory for MariaDB; null where `program` does that itself. */
  readonly installer: string | null;
}

/** Where to look. */
export interface SearchPlaces {
  readonly path: string;
  readonly platform: NodeJS.Platform;
  readonly isProgram: (file: string) => boolean;
  /** The file behind a link. */
  readonly real: (file: string) => string;
  /** The names in a folder; none when it is absent. */
  readonly list: (folder: string) => readonly string[];
}

const dockerVersion = 'mariadb:11.8.8';
/** The image that Docker runs: these very bytes, whatever the name stands for at the registry. */
export const dockerImage = `${dockerVersion}@sha256:1fe78d53850250aa2560aa0059e3088b4cd230a5db2230f530c70e4b87bcc30c`;

/** Servers are often not on the PATH of people: these are where systems and package managers put them. */
const usualFolders = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/libexec',
  '/usr/local/mysql/bin',
  '/opt/homebrew/bin',
  '/opt/homebrew/opt/mariadb/bin',
  '/opt/homebrew/opt/mysql/bin',
  '/usr/local/opt/mariadb/bin',
  '/usr/local/opt/mysql/bin',
];
const windowsRoots = ['C:\\Program Files', 'C:\\Program Files\\MySQL'];

/** Every server that was found, the best first: MariaDB, MySQL, then Docker. */
export function findInstallations(places: SearchPlaces = machine()): Installation[] {
  const { isProgram, real, platform } = places;
  const folders = foldersOf(places);
  const lib = platform === 'win32' ? path.win32 : path.posix;
  const find = (name: string, among: readonly string[] = folders): string | undefined =>
    among.map((folder) => lib.join(folder, platform === 'win32' ? `${name}.exe` : name)).find(isProgram);
  const found: Installation[] = [];
  const mysqld = find('mysqld');
  // MariaDB still installs itself under the old name as well.
  const linked = mysqld !== undefined && /maria/i.test(real(mysqld)) ? mysqld : undefined;
  const mariadbd = find('mariadbd') ?? linked;
  if (mariadbd !== undefined) {
    const base = lib.dirname(lib.dirname(real(mariadbd)));
    const near = [...folders, lib.join(base, 'bin'), lib.join(base, 'scripts')];
    const installer = find('mariadb-install-db', near) ?? find('mysql_install_db', near);
    if (installer !== undefined) found.push({ kind: 'mariadb', program: mariadbd, installer });
  }
  if (mysqld !== undefined && linked === undefined) found.push({ kind: 'mysql', program: mysqld, installer: null });
  const docker = find('docker');
  if (docker !== undefined) found.push({ kind: 'docker', program: docker, installer: null });
  return found;
}

function foldersOf({ path: text, platform, list }: SearchPlaces): string[] {
  if (platform !== 'win32') return [...text.split(':'), ...usualFolders].filter((folder) => folder.startsWith('/'));
  const installed = windowsRoots.flatMap((root) =>
    list(root)
      .filter((name) => /^(mariadb|mysql server)/i.test(name))
      .map((name) => path.win32.join(root, name, 'bin')),
  );
  return [...text.split(';').filter((folder) => folder !== ''), ...installed];
}

const machine = (): SearchPlaces => ({
  path: process.env['PATH'] ?? process.env['Path'] ?? '',
  platform: process.platform,
  isProgram(file) {
    try {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  },
  real(file) {
    try {
      return realpathSync(file);
    } catch {
      return file;
    }
  },
  list(folder) {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  },
});

const installHints: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'brew install mariadb',
  linux: 'sudo apt install mariadb-server, or the same of your distribution',
  win32: 'winget install MariaDB.Server',
};

export const noInstallation = (platform: NodeJS.Platform = process.platform): DataJointError =>
  new DataJointError(
    'usage',
    `No database server is installed here: install MariaDB (${installHints[platform] ?? 'from mariadb.org'}), MySQL or Docker, then try again.`,
  );

const productNames: Readonly<Record<ServerKind, string>> = { mariadb: 'MariaDB', mysql: 'MySQL', docker: 'Docker' };

/**
 * The installation to use.
 * @param kind of the data that are there; null: whichever
 * @throws DataJointError `usage` when there is none, or none for these data
 */
export function chooseInstallation(found: readonly Installation[], kind: ServerKind | null, product: string): Installation {
  const chosen = kind === null ? found[0] : found.find((each) => each.kind === kind);
  if (chosen !== undefined) return chosen;
  if (kind === null || found.length === 0) throw noInstallation();
  throw new DataJointError(
    'usage',
    `The data of the local server were made with ${product}, and ${productNames[kind]} is not installed here any more: install it again.`,
  );
}

/**
 * `MariaDB 10.11.19`, as the program itself says it; for Docker the image.
 * @throws DataJointError `usage` when it cannot be started, or Docker has nothing running
 */
export async function productOf({ kind, program }: Installation): Promise<string> {
  const ask = async (...args: string[]): Promise<string> => {
    try {
      return (await promisify(execFile)(program, args, { timeout: 30_000 })).stdout;
    } catch (cause) {
      const hint = kind === 'docker' ? 'Docker does not answer: start it' : `${program} cannot be started: repair it`;
      throw new DataJointError('usage', `${hint}, then try again.`, { cause });
    }
  };
  if (kind === 'docker') {
    await ask('version', '--format', '{{.Server.Version}}');
    return `${dockerVersion} in Docker`;
  }
  const version = /\d+\.\d+(\.\d+)?/.exec(await ask('--no-defaults', '--version'))?.[0] ?? '';
  return `${productNames[kind]} ${version}`.trim();
}
