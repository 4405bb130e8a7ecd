import { DataJointError, type ErrorCode, messageOf } from '../../errors';
import type { ServerSpec } from './connect';
import { codeOf, errnoOf } from './errorCodes';
import { statementsSentence } from './errors';

/**
 * Why a server could not be connected, for a person. What is a DataJointError already passes through.
 */
export function connectError(thrown: unknown, spec: ServerSpec): DataJointError {
  if (thrown instanceof DataJointError) return thrown;
  // mysql2 hands on what a login plugin throws, with a code of its own.
  if (thrown instanceof Error && thrown.cause instanceof DataJointError) return thrown.cause;
  const place = `${spec.host}:${spec.port}`;
  const fail = (code: ErrorCode, message: string): DataJointError =>
    new DataJointError(code, message, { cause: thrown });
  switch (errnoOf(thrown)) {
    case 1045: // ER_ACCESS_DENIED_ERROR
    case 1698: // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
      return fail(
        'access',
        `The server ${place} refuses the login of ${spec.user}: check user and password` +
          `${spec.password === '' ? ' (no password is set)' : ''}, and that the account may come from this host` +
          `${spec.tls === false ? ' without TLS' : ''}.`,
      );
    case 1044: // ER_DBACCESS_DENIED_ERROR
      return fail('access', `The account ${spec.user} may not use this database on ${place}: ask its administrator.`);
    case 1130: // ER_HOST_NOT_PRIVILEGED
      return fail('access', `The server ${place} takes no connections from this host: ask its administrator.`);
    case 1129: // ER_HOST_IS_BLOCKED
      return fail(
        'access',
        `The server ${place} has blocked this host after many failed connections: ask its administrator.`,
      );
    case 1820: // ER_MUST_CHANGE_PASSWORD
    case 1862: // ER_MUST_CHANGE_PASSWORD_LOGIN
      return fail('access', `The password of ${spec.user} on ${place} has expired: set a new one.`);
    case 3118: // ER_ACCOUNT_HAS_BEEN_LOCKED
    case 4151:
      return fail('access', `The account ${spec.user} on ${place} is locked: ask its administrator.`);
    case 3159: // ER_SECURE_TRANSPORT_REQUIRED
      return fail('access', `The server ${place} takes encrypted connections only: turn TLS on.`);
    case 1040: // ER_CON_COUNT_ERROR
      return fail(
        'busy',
        `The server ${place} has as many connections as it allows: try again later, or end some of them.`,
      );
    case 1203: // ER_TOO_MANY_USER_CONNECTIONS
    case 1226: // ER_USER_LIMIT_REACHED
      return fail(
        'busy',
        `The account ${spec.user} has as many connections to ${place} as it is allowed: end some of them.`,
      );
    case 1461: // ER_MAX_PREPARED_STMT_COUNT_REACHED
      return fail('busy', statementsSentence(`The server ${place}`));
    case 1053: // ER_SERVER_SHUTDOWN
      return fail('unreachable', `The server ${place} is shutting down: try again when it is back.`);
  }
  return fail('unreachable', networkSentence(thrown, spec, place));
}

function networkSentence(thrown: unknown, spec: ServerSpec, place: string): string {
  switch (codeOf(thrown)) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host ${spec.host} is unknown: check its name and the network.`;
    case 'ECONNREFUSED':
      return `Nothing listens at ${place}: check host and port, and that the server runs.`;
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `The server ${place} does not answer: check host, port, network and firewall.`;
    case 'DJW_SILENT_START':
      return `The server ${place} takes the connection and then says nothing: check that it is a MySQL or MariaDB port, and its load.`;
    case 'DJW_SILENT_GREETING':
      return `What answers at ${place} does not greet as MySQL or MariaDB do: check host and port.`;
    case 'DJW_SILENT_LOGIN':
      return `The server ${place} says nothing more in the middle of the login of ${spec.user}: check that it is a MySQL or MariaDB server, and its load.`;
    case 'HANDSHAKE_NO_SSL_SUPPORT':
      return `The server ${place} has no TLS: turn TLS off, or let its administrator set it up.`;
    case 'HANDSHAKE_SSL_ERROR':
      return (
        `The server ${place} and this program agree on no TLS connection (${messageOf(thrown)}): ` +
        (spec.tlsFiles?.ca === undefined
          ? "check the server's TLS setup, or turn TLS off."
          : 'check the certificates in database.use_tls or database.tls_ca, and that this is the server.')
      );
    case 'MYSQL_CLEAR_PASSWORD_NOT_ENABLED':
      return `The server ${place} asks for the password of ${spec.user} in clear text, which is refused: let its administrator give the account another way to log in.`;
    case 'DJW_LOGIN_TOO_LARGE':
      return `What answers at ${place} sends more than any login of MySQL or MariaDB takes: check host and port.`;
    case 'ERR_OUT_OF_RANGE':
    case 'ERR_BUFFER_OUT_OF_BOUNDS':
      return `What answers at ${place} does not speak as MySQL or MariaDB do: check host and port.`;
    case 'AUTH_SWITCH_PLUGIN_ERROR': {
      const plugin = unknownPlugin(thrown);
      if (plugin === null) return `What answers at ${place} does not log in as MySQL or MariaDB do: check host and port.`;
      return (
        `The server ${place} wants a login of ${spec.user} by ${plugin}, which is not known here: let its ` +
        'administrator give the account a password of caching_sha2_password or mysql_native_password.'
      );
    }
    case 'PROTOCOL_CONNECTION_LOST':
    case 'ECONNRESET':
    case 'EPIPE':
      return (
        `The server ${place} broke the connection off while it was being made: ` +
        'check that this is a MySQL or MariaDB port.'
      );
    default:
      if (messageOf(thrown).startsWith('As a result of LOCAL INFILE')) {
        return `The server ${place} asks for a file of this machine, which is refused: check that this is the server.`;
      }
      return `The server ${place} cannot be connected (${messageOf(thrown)}): check host and port.`;
  }
}

/** `… authentication using unknown plugin client_ed25519. …` of mysql2. */
function unknownPlugin(thrown: unknown): string | null {
  return /unknown plugin [`']?(\w+)/.exec(messageOf(thrown))?.[1] ?? null;
}
