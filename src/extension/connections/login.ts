import { addressOf, type ServerSpec } from './server';

/** What `djw` needs to use a server, as variables. */
export interface Login {
  /** May be seen: it stands in the environment of a task. */
  readonly env: Readonly<Record<string, string>>;
  /** Must not be seen: it is handed to the program itself. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly address: string;
}

/**
 * The variables that make `djw` use this server rather than what the settings of its folder say: the first keeps it from
 * filling in from them. An empty variable counts as absent, which puts out one of the editor's own environment.
 */
export async function loginOf(spec: ServerSpec): Promise<Login> {
  const { certificateVariables } = await import('../../engine');
  return {
    address: addressOf(spec),
    env: {
      DJW_CONNECTION: 'environment',
      DJ_HOST: spec.host,
      DJ_PORT: String(spec.port),
      DJ_USER: spec.user,
      DJ_USE_TLS: spec.tls === null ? '' : String(spec.tls),
      DJW_SERVER_KEY: spec.serverKey ?? '',
      ...certificateVariables(spec.tlsFiles ?? {}),
      DJ_BACKEND: 'mysql',
      DJ_EMBEDDED_FILE: '',
    },
    secrets: { DJ_PASS: spec.password },
  };
}
