/**
 * Logins that send the password itself, encrypted with a key that the server names. Without TLS anybody who answers can
 * name a key, so the password goes only to a key that a person has accepted. MySQL's own client asks for
 * `--get-server-public-key` or `--server-public-key-path` (MySQL manual, "Caching SHA-2 Pluggable Authentication").
 */
import { authPlugins, type ConnectionOptions } from 'mysql2';
import { UnverifiedServerError } from '../../errors';
import { serverKeyFingerprint } from '../keyFingerprint';
import type { ServerSpec } from './connect';

/**
 * The plugins for a connection without TLS. With TLS the same logins send the password inside of it.
 * @throws (the plugins) UnverifiedServerError for a key that nobody has accepted
 */
export function publicKeyLogins(spec: ServerSpec): NonNullable<ConnectionOptions['authPlugins']> {
  const onServerPublicKey = (key: Buffer): void => {
    const fingerprint = serverKeyFingerprint(key);
    if (fingerprint === spec.serverKey) return;
    throw new Error('unverified server', { cause: unverified(spec, fingerprint) });
  };
  return {
    caching_sha2_password: authPlugins.caching_sha2_password({ onServerPublicKey }),
    sha256_password: authPlugins.sha256_password({ onServerPublicKey }),
  };
}

function unverified(spec: ServerSpec, fingerprint: string): UnverifiedServerError {
  const place = `${spec.host}:${spec.port}`;
  const known = spec.serverKey === undefined ? 'which nothing verifies' : `and not with the key ${spec.serverKey} that was accepted`;
  return new UnverifiedServerError(
    `The connection to ${place} has no TLS, and the server asks for the password of ${spec.user}, encrypted with its key ${fingerprint}, ${known}: ` +
      'turn TLS on, or, where that is its key, name it in database.server_key of the settings (DJW_SERVER_KEY).',
    fingerprint,
  );
}
