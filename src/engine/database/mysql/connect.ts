import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { ConnectionOptions, SslOptions } from 'mysql2';
import { DataJointError, messageOf } from '../../errors';
import type { Channel } from '../contract';
import type { ConnectionSpec, TlsFiles } from '../spec';
import { connectError } from './connectErrors';
import { inTime, LOGIN_MS } from './loginLimits';
import type { PacketLimit } from './packet';
import { publicKeyLogins } from './serverKey';
import { KEPT_STATEMENTS, Session } from './session';

export type ServerSpec = Extract<ConnectionSpec, { kind: 'server' }>;

/**
 * How long the server keeps a session that says nothing, in seconds: a make() may compute that long between two
 * statements. It bounds how long the lock of a machine that vanished from the network seems held.
 */
const WAIT_TIMEOUT = 28_800;

/** datajoint-python 2.3.2, `adapters.mysql.MySQLAdapter.connect`. */
const SQL_MODE =
  'NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY';

/**
 * What statements of the engine rely on, whatever the server's configuration and its `init_connect` say. `lc_messages`
 * keeps error messages readable by program.
 */
const SETTINGS = [
  'NAMES utf8mb4 COLLATE utf8mb4_general_ci',
  `SESSION sql_mode = '${SQL_MODE}'`,
  'autocommit = 1',
  'completion_type = NO_CHAIN',
  `wait_timeout = ${WAIT_TIMEOUT}`,
  'foreign_key_checks = 1',
  'unique_checks = 1',
  'sql_auto_is_null = 0',
  'sql_safe_updates = 0',
  'sql_select_limit = 18446744073709551615',
  "lc_messages = 'en_US'",
].join(', ');

/** Opens sessions of one account on one server. */
export class Connector {
  /** Unknown until the main session has asked for it. */
  readonly packetLimit: PacketLimit = { bytes: Infinity };
  /** Set once the server has been found to speak no TLS and the spec leaves the choice. */
  #withoutTls: boolean;

  constructor(
    private readonly spec: ServerSpec,
    private readonly program: string,
    private readonly readOnly: boolean,
  ) {
    this.#withoutTls = spec.tls === false;
  }

  /** What guards the sessions that it opens. */
  get channel(): Channel {
    if (this.#withoutTls) return 'plain';
    return this.spec.tlsFiles?.ca === undefined ? 'encrypted' : 'verified';
  }

  /**
   * A session that is ready for statements. Its time zone is the server's own, as for datajoint-python: the times in
   * job tables and defaults are the server's local time.
   * @throws DataJointError `access` or `unreachable`, in a sentence that says what to check
   */
  async open(): Promise<Session> {
    let session: Session | null = null;
    try {
      session = await this.#connect();
      const opened = session;
      await inTime(this.#settle(opened), `${this.spec.host}:${this.spec.port}`, () => opened.destroy());
      return session;
    } catch (error) {
      session?.destroy();
      throw connectError(error, this.spec);
    }
  }

  async #settle(session: Session): Promise<void> {
    await session.run({ sql: `SET ${SETTINGS}`, values: [] });
    // So that a transaction of this level begins with one statement.
    const level = `ISOLATION LEVEL REPEATABLE READ${this.readOnly ? ', READ ONLY' : ''}`;
    await session.run({ sql: `SET SESSION TRANSACTION ${level}`, values: [] });
  }

  /** With TLS if the server has it, unless the spec decides. */
  async #connect(): Promise<Session> {
    if (this.#withoutTls) return await Session.connect(this.#options(false), this.packetLimit);
    try {
      return await Session.connect(this.#options(true), this.packetLimit);
    } catch (error) {
      if (this.spec.tls !== null || !isWithoutTls(error)) throw error;
      this.#withoutTls = true;
      return await Session.connect(this.#options(false), this.packetLimit);
    }
  }

  #options(tls: boolean): ConnectionOptions {
    return {
      host: this.spec.host,
      port: this.spec.port,
      user: this.spec.user,
      password: this.spec.password,
      ...(tls ? { ssl: tlsOptions(this.spec.tlsFiles) } : { authPlugins: publicKeyLogins(this.spec) }),
      connectTimeout: LOGIN_MS,
      charset: 'UTF8MB4_GENERAL_CI',
      supportBigNumbers: true,
      dateStrings: true,
      jsonStrings: true,
      maxPreparedStatements: KEPT_STATEMENTS,
      trace: false,
      flags: ['-FOUND_ROWS', '-LOCAL_FILES'],
      connectAttributes: { program_name: this.program, _pid: String(process.pid) },
    };
  }
}

/** Without an authority to ask, any certificate is taken, as pymysql does for datajoint-python. */
function tlsOptions(files: TlsFiles = {}): SslOptions {
  const isChecked = files.ca !== undefined;
  const names = ['ca', 'cert', 'key'] as const;
  const texts = names.flatMap((name) =>
    files[name] === undefined ? [] : [[name, readCertificate(files[name])] as const],
  );
  const certificates: Pick<SslOptions, 'ca' | 'cert' | 'key'> = Object.fromEntries(texts);
  try {
    createSecureContext(certificates);
  } catch (cause) {
    const paths = names.flatMap((name) => files[name] ?? []).join(', ');
    const sentence =
      `The certificates ${paths} cannot be used (${messageOf(cause)}): ` + 'correct database.use_tls or database.tls_ca in the settings.';
    throw new DataJointError('access', sentence, { cause });
  }
  return { ...certificates, rejectUnauthorized: isChecked, verifyIdentity: isChecked && files.checkHostname !== false };
}

function readCertificate(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new DataJointError(
      'access',
      `The certificate ${path} cannot be read: correct database.use_tls or database.tls_ca in the settings.`,
      { cause },
    );
  }
}

function isWithoutTls(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'HANDSHAKE_NO_SSL_SUPPORT';
}
