/** What is run to make and to start a server: programs with their arguments, and the SQL of its accounts. Pure. */
import path from 'node:path';
import type { ServerFiles } from './files';
import { dockerImage, type Installation } from './installation';

export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** The account that everybody uses. */
export const accountName = 'datajoint';

/** Who starts the server. */
export interface Starter {
  readonly uid: number | null;
  readonly gid: number | null;
  readonly platform: NodeJS.Platform;
}

/** The folder of the server as a container sees it. */
const mounted = '/server';
const dockerPort = 3306;
/**
 * No statement reads or writes files. MariaDB knows no such value: there it is only the folder of its own temporary files.
 * A server that was only unpacked lacks the folder of MySQL's own packages for LOAD DATA, and would not start without it.
 */
const noFiles = '--secure-file-priv=NULL';

export const containerName = (id: string): string => `djw-${id}`;

/**
 * Makes a data directory, without any network, whose root account has no password yet. To be run in `files.root`.
 * @param data where, in that folder; it must not exist
 */
export function initialiseCommand(installation: Installation, files: ServerFiles, data: string, starter: Starter): ServerCommand {
  const place = (file: string) => placeOf(installation, files, file);
  const mariadb = (at: string) => ['--no-defaults', `--datadir=${at}`, '--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'];
  switch (installation.kind) {
    case 'mariadb':
      // A script, which takes a path with spaces apart: it is run in the folder. That of Windows has other options.
      if (starter.platform === 'win32') return { program: installation.installer ?? '', args: [`--datadir=${data}`] };
      return { program: installation.installer ?? '', args: [...mariadb(`./${path.basename(data)}`), ...asRoot(starter)] };
    case 'mysql':
      return { program: installation.program, args: ['--no-defaults', '--initialize-insecure', `--datadir=${data}`, noFiles, ...asRoot(starter)] };
    case 'docker':
      return { program: installation.program, args: [...dockerRun(files, starter), '--entrypoint=mariadb-install-db', dockerImage, ...mariadb(place(data))] };
  }
}

/** Runs the server in the foreground on a port of 127.0.0.1. */
export function serveCommand(
  installation: Installation,
  files: ServerFiles,
  { port, initFile, container }: { readonly port: number; readonly initFile: string; readonly container: string },
  starter: Starter,
): ServerCommand {
  const place = (file: string) => placeOf(installation, files, file);
  const isDocker = installation.kind === 'docker';
  const args = [
    '--no-defaults',
    `--datadir=${place(files.data)}`,
    `--tmpdir=${place(files.temporary)}`,
    `--pid-file=${place(files.pid)}`,
    `--init-file=${place(initFile)}`,
    // Inside a container; what is published of it listens on 127.0.0.1.
    `--bind-address=${isDocker ? '0.0.0.0' : '127.0.0.1'}`,
    `--port=${String(isDocker ? dockerPort : port)}`,
    // Paths of sockets may have at most 107 characters, and everybody comes by the port.
    '--socket=',
    // What programs of this folder know it by before they log in.
    `--ssl-cert=${place(files.certificate)}`,
    `--ssl-key=${place(files.certificateKey)}`,
    '--skip-name-resolve',
    '--skip-log-bin',
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_unicode_ci',
    '--default-time-zone=+00:00',
    '--innodb-buffer-pool-size=128M',
    '--max-allowed-packet=1G',
    ...(installation.kind === 'mysql' ? ['--mysqlx=OFF', noFiles] : [`--secure-file-priv=${place(files.temporary)}`]),
  ];
  if (!isDocker) return { program: installation.program, args: [...args, ...asRoot(starter)] };
  const published = [`--name=${container}`, `--publish=127.0.0.1:${String(port)}:${String(dockerPort)}`];
  return { program: installation.program, args: [...dockerRun(files, starter), ...published, '--entrypoint=mariadbd', dockerImage, ...args] };
}

/**
 * Gives the account its password and everything on this server but files of this machine, and shuts out all others. The server runs it at each start
 * before it lets anybody in; a statement must be on one line.
 */
export function accountsSql(kind: Installation['kind'], password: string, rootPassword: string): string {
  // With Docker, connections come from the address of its bridge.
  const hosts = kind === 'docker' ? ['%'] : ['localhost', '127.0.0.1'];
  const others = ["'root'@'127.0.0.1'", "'root'@'::1'", "''@'localhost'"];
  const statements = [
    ...(kind === 'mysql' ? [] : ["DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host <> 'localhost')", 'FLUSH PRIVILEGES']),
    `DROP USER IF EXISTS ${others.join(', ')}`,
    `ALTER USER 'root'@'localhost' IDENTIFIED BY ${quoted(rootPassword)}`,
    ...hosts.flatMap((host) => {
      const account = `'${accountName}'@'${host}'`;
      return [
        `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY ${quoted(password)}`,
        `ALTER USER ${account} IDENTIFIED BY ${quoted(password)}`,
        `GRANT ALL PRIVILEGES ON *.* TO ${account} WITH GRANT OPTION`,
        `REVOKE FILE ON *.* FROM ${account}`,
      ];
    }),
  ];
  return statements.map((statement) => `${statement};\n`).join('');
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** Servers refuse to run as root by oversight. */
const asRoot = ({ uid }: Starter): string[] => (uid === 0 ? ['--user=root'] : []);

function dockerRun({ root }: ServerFiles, { uid, gid }: Starter): string[] {
  // One field of comma-separated values, so that a comma in the path is no end of it.
  const mount = `type=bind,"source=${root.replaceAll('"', '""')}",target=${mounted}`;
  const user = uid === null || gid === null ? [] : [`--user=${String(uid)}:${String(gid)}`];
  return ['run', '--rm', `--mount=${mount}`, ...user];
}

function placeOf({ kind }: Installation, { root }: ServerFiles, file: string): string {
  return kind === 'docker' ? path.posix.join(mounted, path.relative(root, file).replaceAll('\\', '/')) : file;
}
