/**
 * Logins that send the password itself, encrypted with a key that the server names. Without TLS anybody who answers can
 * name a key, so the password goes only to a key that a person has accepted. MySQL's own client asks for
 * `--get-server-public-key` or `--server-public-key-path` (MySQL manual, "Caching SHA-2 Pluggable Authentication").
 */
import { createHash, createPublicKey } from 'node:crypto';
import { authPlugins, type ConnectionOptions } from 'mysql2';
import { UnverifiedServerError } from '../../errors';
import type { ServerSpec } from './connect';

/** Longest key that is looked at, in bytes: one of 16,384 bits as text. */
const MOST_KEY_BYTES = 4096;

/**
 * The plugins for a connection without TLS. With TLS the same logins send the password inside of it.
 * @throws (the plugins) UnverifiedServerError for a key that nobody has accepted
 */
export function publicKeyLogins(spec: ServerSpec): NonNullable<ConnectionOptions['authPlugins']> {
  const onServerPublicKey = (key: Buffer): void => {
    const fingerprint = fingerprintOf(key);
    if (fingerprint === spec.serverKey) return;
    throw new Error('unverified server', { cause: unverified(spec, fingerprint) });
  };
  return {
    caching_sha2_password: authPlugins.caching_sha2_password({ onServerPublicKey }),
    sha256_password: authPlugins.sha256_password({ onServerPublicKey }),
  };
}

/**
 * What a person compares and accepts of a key.
 * @param key as the server sends it or `public_key.pem` has it: PEM text
 * @example 'SHA256:mVPwvezndPv/ARoIadVY98vAC0g+P/5633yTC4d/wXE'
 */
export function fingerprintOf(key: Uint8Array): string {
  const text = Buffer.from(key.subarray(0, MOST_KEY_BYTES)).toString('latin1').replaceAll('\0', '').trim();
  try {
    const der = createPublicKey(text.replace(/^[^-]+/, '')).export({ type: 'spki', format: 'der' });
    return `SHA256:${createHash('sha256').update(der).digest('base64').replace(/=+$/, '')}`;
  } catch {
    return 'none: what it sent is no key';
  }
}

function unverified(spec: ServerSpec, fingerprint: string): UnverifiedServerError {
  const place = `${spec.host}:${spec.port}`;
  const known = spec.serverKey === undefined ? 'which nothing verifies' : `and not with the key ${spec.serverKey} that was accepted`;
  return new UnverifiedServerError(
    `The server ${place} uses no TLS and asks for the password of ${spec.user}, encrypted with its key ${fingerprint}, ${known}: ` +
      'let its administrator turn TLS on, or, where that is its key, name it in database.server_key of the settings (DJW_SERVER_KEY).',
    fingerprint,
  );
}
