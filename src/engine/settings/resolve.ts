/**
 * Which settings hold. Sources are tried from left to right; names and search are those of datajoint-python 2.3.2
 * (settings.py), whose behaviour in the third column was observed by running it.
 *
 * | setting | here | datajoint-python 2.3.2 |
 * |---|---|---|
 * | host, port | `DJ_*`, file | the same |
 * | `host:port` as host | its port wins over every other | the same |
 * | user, password | `DJ_*`, `.secrets`, file | `DJ_*`, file, `.secrets` |
 * | `use_tls` | `DJ_USE_TLS`, file | file, `DJ_USE_TLS` |
 * | `use_tls` as an object of certificates | taken, as in 0.14 | the rest of the file is dropped with a warning |
 * | `tls_ca`, `tls_cert`, `tls_key`, `tls_check_hostname` | `DJW_TLS_*`, file | ignored |
 * | `jobs.*`, `safemode` | file, `DJ_JOBS` (JSON), `DJ_JOBS_*`, `DJ_SAFEMODE` | the same |
 * | `provenance.*` | file, `DJ_PROVENANCE` (JSON), `DJ_PROVENANCE_*` | the same (2.3.5) |
 * | `database_prefix`, `create_tables` | `DJ_*`, file | the same |
 * | `stores` | `DJ_STORES` (JSON) else file, filled up from `.secrets` | the same |
 * | no host anywhere | the embedded database | `localhost` |
 * | an empty variable | counts as absent | text: the file's value, else empty; others: fails |
 * | a variable in lower case (`dj_host`) | ignored | counts after the file |
 * | `DJ_DATABASE`, `DJ_CONNECTION`, `DJ_DISPLAY` (JSON) | ignored | hold for what the file leaves open |
 * | a wrong type in the file | an error that names it | a warning; what stands after it is dropped |
 * | `loglevel`, `display.*`, `connection.*` and others | accepted; they have no meaning here | the same keys |
 * | an unknown key | ignored | ignored |
 *
 * Where the columns differ in order, the setting decides on the connection, which follows this project's own order:
 * explicit, `DJ_*`, `.secrets`, file, embedded. All others follow datajoint-python. `.secrets/` lies beside
 * `datajoint.json`, and `/run/secrets/datajoint` counts where that is absent, in both. `DJ_IGNORE_CONFIG_FILE` passes
 * over files and secrets. `DJW_CONNECTION=environment` passes over them for the connection alone: what its variables
 * leave open (a password, TLS) is then open, and not what a file says of another server.
 *
 * Where no `datajoint.json` is found, the files of datajoint-python 0.14 count: `dj_local_conf.json` in the folder
 * itself, else `~/.datajoint_config.json`; never both. 0.14.9 knows only `DJ_HOST`, `DJ_USER`, `DJ_PASS` and
 * `DJ_LOG_LEVEL`, which win over the file, also when they are empty; here all variables hold and empty ones are absent.
 */
import { dirname, join, resolve } from 'node:path';
import type { ConnectionSpec, Stores, TlsFiles } from '../database';
import { DataJointError } from '../errors';
import { isFolder, searchUpward } from './files';
import { jobSettings, type JobSettings } from './jobs';
import { assertOwned } from './owner';
import { provenanceSettings, type ProvenanceSettings } from './provenance';
import { findSources, nothing, type Place, type Sources } from './sources';
import { storesOf } from './stores';
import { flagOf, isRecord } from './values';

export interface SettingsSource extends Place {
  /** What a flag or a person chose: it wins over everything. */
  readonly explicit?: ConnectionSpec;
}

export interface Settings {
  readonly connection: ConnectionSpec;
  readonly jobs: JobSettings;
  readonly provenance: ProvenanceSettings;
  readonly stores: Stores;
  /** Ask before rows or tables go, where a person sits at a terminal. */
  readonly safemode: boolean;
  /** Tables that are not there may be declared on first use. */
  readonly createTables: boolean;
  /** What a lab puts before the names of its schemas; empty for nothing. */
  readonly databasePrefix: string;
}

const MYSQL_PORT = 3306;

/**
 * All settings that hold in a folder.
 * @throws DataJointError `usage` for a setting that makes no sense, `access` for a file that cannot be read.
 */
export function loadSettings(source: SettingsSource): Settings {
  const sources = findSources(source);
  const { environment, file } = sources;
  return {
    connection: source.explicit ?? connectionOf(sources),
    jobs: jobSettings(sources),
    provenance: provenanceSettings(sources),
    stores: storesOf(sources),
    safemode: file.flag('safemode') ?? environment.flag('DJ_SAFEMODE') ?? true,
    createTables: environment.flag('DJ_CREATE_TABLES') ?? file.flag('database.create_tables') ?? true,
    // The last two are where users of 0.14 keep it; no program of DataJoint reads them itself.
    databasePrefix:
      environment.text('DJ_DATABASE_PREFIX') ??
      file.text('database.database_prefix') ??
      file.text('custom.database.prefix') ??
      file.text('database.prefix') ??
      '',
  };
}

/**
 * Where the data live, by the first that says so: `explicit`, `DJ_*` variables, `.secrets/`, the settings file; else
 * the embedded database of the project. `DJ_EMBEDDED_FILE` and `embedded.file` name an embedded file.
 * @throws as `loadSettings`.
 */
export function resolveConnection(source: SettingsSource): ConnectionSpec {
  return source.explicit ?? connectionOf(findSources(source));
}

function connectionOf(all: Sources): ConnectionSpec {
  const isWhole = all.environment.choice('DJW_CONNECTION', ['environment']) !== undefined;
  const sources = isWhole ? { ...all, secrets: nothing, file: nothing, configFile: null } : all;
  const { cwd, environment, file, configFile } = sources;
  const durability = file.choice('embedded.durability', ['full', 'normal']) ?? 'full';
  const ownFile = environment.text('DJ_EMBEDDED_FILE');
  if (ownFile !== undefined) return { kind: 'embedded', file: resolve(cwd, ownFile), durability };
  if (environment.text('DJ_HOST') === undefined) {
    const named = file.text('embedded.file');
    if (named !== undefined && configFile !== null) {
      return { kind: 'embedded', file: resolve(dirname(configFile), named), durability };
    }
  }
  return serverOf(sources) ?? { kind: 'embedded', file: defaultFile(sources), durability };
}

/** The server, if the environment or a file names its host. A user or a password alone does not ask for a server. */
function serverOf(sources: Sources): ConnectionSpec | null {
  const { environment, secrets, file } = sources;
  const named = environment.text('DJ_HOST') ?? file.text('database.host');
  if (named === undefined) return null;
  const backend = environment.text('DJ_BACKEND') ?? file.text('database.backend') ?? 'mysql';
  if (backend !== 'mysql') {
    throw new DataJointError(
      'usage',
      `The settings ask for the database backend "${backend}": only "mysql" is supported.`,
    );
  }
  const port = environment.whole('DJ_PORT', 1, 65_535) ?? file.whole('database.port', 1, 65_535) ?? MYSQL_PORT;
  const text = (variable: string, name: string): string =>
    environment.text(variable) ?? secrets.text(name) ?? file.text(name) ?? '';
  const tls = file.other('database.use_tls', 'true, false or an object with certificates', (value) =>
    isRecord(value) ? value : flagOf(value),
  );
  const certificates = tlsFilesOf(sources, isRecord(tls));
  // An authority that is named is to be asked.
  const isTls = environment.flag('DJ_USE_TLS') ?? (isRecord(tls) ? true : (tls ?? (certificates.ca === undefined ? null : true)));
  const serverKey = environment.text('DJW_SERVER_KEY') ?? file.text('database.server_key');
  return {
    kind: 'server',
    ...addressOf(named, port),
    user: text('DJ_USER', 'database.user'),
    password: text('DJ_PASS', 'database.password'),
    tls: isTls,
    ...(serverKey === undefined ? {} : { serverKey }),
    ...(isTls === true && Object.keys(certificates).length > 0 ? { tlsFiles: certificates } : {}),
  };
}

/** `host:port` in one. Colons more than one belong to an IPv6 address. */
function addressOf(host: string, port: number): { host: string; port: number } {
  const [, name, digits] = /^([^:]+):(\d{1,5})$/.exec(host) ?? [];
  return name === undefined ? { host, port } : { host: name, port: Number(digits) };
}

/**
 * The certificates, by the first that names one: `DJW_TLS_*`; `database.use_tls` as an object, whose names are those of
 * pymysql's `ssl`, which datajoint-python 0.14 hands on; `database.tls_*`, for files that 2.x reads as well. A path is from
 * the current folder, as for pymysql, and in `database.tls_*` from the settings file.
 */
function tlsFilesOf({ cwd, environment, file, configFile }: Sources, isObject: boolean): TlsFiles {
  const object = isObject ? file.object('database.use_tls') : nothing;
  const beside = configFile === null ? cwd : dirname(configFile);
  const from = (folder: string, path: string | undefined): string | undefined => (path === undefined ? undefined : resolve(folder, path));
  const pathOf = (name: 'ca' | 'cert' | 'key'): string | undefined =>
    from(cwd, environment.text(`DJW_TLS_${name.toUpperCase()}`) ?? object.text(name)) ?? from(beside, file.text(`database.tls_${name}`));
  const checkHostname =
    environment.flag('DJW_TLS_CHECK_HOSTNAME') ?? object.flag('check_hostname') ?? file.flag('database.tls_check_hostname');
  const [ca, cert, key] = [pathOf('ca'), pathOf('cert'), pathOf('key')];
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(checkHostname === undefined ? {} : { checkHostname }),
  };
}

function defaultFile({ cwd, env }: Sources): string {
  const found = searchUpward(cwd, (candidate) => isFolder(join(candidate, '.datajoint')));
  if (found !== null) assertOwned(join(found, '.datajoint'), cwd, env);
  const folder = found ?? resolve(cwd);
  return join(folder, '.datajoint', 'embedded.db');
}
