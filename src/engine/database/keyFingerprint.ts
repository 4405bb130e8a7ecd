import { createHash, createPublicKey } from 'node:crypto';

/** Longest key that is looked at, in bytes: one of 16,384 bits as text. */
const MOST_KEY_BYTES = 4096;

/**
 * What a person compares and accepts of a key.
 * @param key as the server sends it or `public_key.pem` has it: PEM text
 * @example 'SHA256:mVPwvezndPv/ARoIadVY98vAC0g+P/5633yTC4d/wXE'
 */
export function serverKeyFingerprint(key: Uint8Array): string {
  const text = Buffer.from(key.subarray(0, MOST_KEY_BYTES)).toString('latin1').replaceAll('\0', '').trim();
  try {
    const der = createPublicKey(text.replace(/^[^-]+/, '')).export({ type: 'spki', format: 'der' });
    return `SHA256:${createHash('sha256').update(der).digest('base64').replace(/=+$/, '')}`;
  } catch {
    return 'none: what it sent is no key';
  }
}
