import {
  findConfigFile,
  findOldConfigFile,
  findSecretsFolder,
  readConfigFile,
  readOldConfigFile,
  readSecrets,
} from './files';
import { assertOwned } from './owner';
import { environmentValues, Values } from './values';

/** Where containers mount secrets. */
const SYSTEM_SECRETS = '/run/secrets/datajoint';

/** What decides which settings hold. */
export interface Place {
  /** The folder from which settings files are searched upward. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder of secrets where the project has none; `/run/secrets/datajoint` unless a test has another. */
  readonly systemSecrets?: string;
}

/** The sources in which a setting may stand. A source that does not exist holds nothing. */
export interface Sources {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly environment: Values;
  readonly secrets: Values;
  readonly file: Values;
  /** The path of the `datajoint.json`; null when there is none, also when an older file takes its place. */
  readonly configFile: string | null;
}

/** A source that does not exist. */
export const nothing = new Values('', new Map());

/**
 * Reads the sources. The files of datajoint-python 0.14 count where no `datajoint.json` is found.
 * `DJ_IGNORE_CONFIG_FILE` passes over all files and secrets.
 * @throws DataJointError `usage` or `access` for a file that cannot be used.
 */
export function findSources({ cwd, env, systemSecrets = SYSTEM_SECRETS }: Place): Sources {
  const environment = environmentValues(env);
  if (environment.flag('DJ_IGNORE_CONFIG_FILE') === true) {
    return { cwd, env, environment, secrets: nothing, file: nothing, configFile: null };
  }
  const configFile = findConfigFile(cwd);
  const oldFile = configFile === null ? findOldConfigFile(cwd, env['HOME'] ?? env['USERPROFILE']) : null;
  const secretsFolder = findSecretsFolder(configFile, systemSecrets);
  for (const found of [configFile, configFile === null ? null : secretsFolder]) if (found !== null && found !== systemSecrets) assertOwned(found, cwd, env);
  return {
    cwd,
    env,
    environment,
    secrets: secretsFolder === null ? nothing : readSecrets(secretsFolder),
    file: configFile !== null ? readConfigFile(configFile) : oldFile !== null ? readOldConfigFile(oldFile) : nothing,
    configFile,
  };
}
