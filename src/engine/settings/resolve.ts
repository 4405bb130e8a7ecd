import { dirname, join, resolve } from 'node:path';
import type { ConnectionSpec } from '../database';
import { DataJointError } from '../errors';
import { findConfigFile, findSecretsFolder, isFolder, readConfigFile, readSecret, searchUpward } from './files';
import { jobSettings, type JobSettings } from './jobs';
import { environmentValues, type Values } from './values';

export interface SettingsSource {
  /** The folder from which settings files are searched upward. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What a flag or a person chose: it wins over everything. */
  readonly explicit?: ConnectionSpec;
}

export interface Settings {
  readonly connection: ConnectionSpec;
  readonly jobs: JobSettings;
}

/** The sources in which a setting may stand. */
interface Found {
  readonly environment: Values;
  readonly file: Values | null;
  readonly configFile: string | null;
}

const MYSQL_PORT = 3306;

/**
 * All settings that hold in a folder.
 * @throws DataJointError `usage` for a setting that makes no sense, `access` for a file that cannot be read.
 */
export function loadSettings(source: SettingsSource): Settings {
  const found = find(source);
  return {
    connection: source.explicit ?? connectionOf(source.cwd, found),
    jobs: jobSettings(found.environment, found.file),
  };
}

/**
 * Where the data live, by the first that says so: `explicit`, `DJ_*` variables, `.secrets/`, `datajoint.json`; else the
 * embedded database of the project. Names and search are those of datajoint-python 2.3 (settings.py), and beside them
 * `DJ_EMBEDDED_FILE` and `embedded.file` name an embedded file.
 * @throws as `loadSettings`.
 */
export function resolveConnection(source: SettingsSource): ConnectionSpec {
  return source.explicit ?? connectionOf(source.cwd, find(source));
}

function find({ cwd, env }: SettingsSource): Found {
  const environment = environmentValues(env);
  const configFile = environment.flag('DJ_IGNORE_CONFIG_FILE') === true ? null : findConfigFile(cwd);
  return { environment, configFile, file: configFile === null ? null : readConfigFile(configFile) };
}

function connectionOf(cwd: string, found: Found): ConnectionSpec {
  const { environment, file, configFile } = found;
  const durability = file?.choice('embedded.durability', ['full', 'normal']) ?? 'full';
  const ownFile = environment.text('DJ_EMBEDDED_FILE');
  if (ownFile !== undefined) return { kind: 'embedded', file: resolve(cwd, ownFile), durability };
  if (environment.text('DJ_HOST') === undefined) {
    const named = file?.text('embedded.file');
    if (named !== undefined && configFile !== null) {
      return { kind: 'embedded', file: resolve(dirname(configFile), named), durability };
    }
  }
  return serverOf(found) ?? { kind: 'embedded', file: defaultFile(cwd), durability };
}

/** The server, if the environment or a file names its host. A user or a password alone does not ask for a server. */
function serverOf({ environment, file, configFile }: Found): ConnectionSpec | null {
  const host = environment.text('DJ_HOST') ?? file?.text('database.host');
  if (host === undefined) return null;
  const backend = environment.text('DJ_BACKEND') ?? file?.text('database.backend') ?? 'mysql';
  if (backend !== 'mysql') {
    throw new DataJointError(
      'usage',
      `The settings ask for the database backend "${backend}": only "mysql" is supported.`,
    );
  }
  const ignoresFiles = environment.flag('DJ_IGNORE_CONFIG_FILE') === true;
  const secrets = ignoresFiles ? null : findSecretsFolder(configFile);
  return {
    kind: 'server',
    host,
    port: environment.whole('DJ_PORT', 1, 65_535) ?? file?.whole('database.port', 1, 65_535) ?? MYSQL_PORT,
    user: environment.text('DJ_USER') ?? readSecret(secrets, 'database.user') ?? file?.text('database.user') ?? '',
    password:
      environment.text('DJ_PASS') ?? readSecret(secrets, 'database.password') ?? file?.text('database.password') ?? '',
    tls: environment.flag('DJ_USE_TLS') ?? file?.flag('database.use_tls') ?? null,
  };
}

function defaultFile(cwd: string): string {
  const folder = searchUpward(cwd, (candidate) => isFolder(join(candidate, '.datajoint'))) ?? resolve(cwd);
  return join(folder, '.datajoint', 'embedded.db');
}
