/**
 * The certificate by which the folder's own server is known before anybody logs in to it. It is signed with its own key, and
 * programs of this folder accept it alone (`database.tls_ca`), so that another program on the server's port gets no login.
 */
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DataJointError } from '../engine';
import { type ServerFiles, writePrivate, writingProblem } from './files';

/**
 * Makes the certificate and its key, unless the folder has a pair that belongs together.
 * @throws DataJointError `access` or `storage_full`
 */
export function keepCertificate({ folder, certificate, certificateKey }: ServerFiles): void {
  if (isPair(certificate, certificateKey)) return;
  const made = makeCertificate();
  try {
    writePrivate(certificateKey, made.key);
    writePrivate(certificate, made.certificate);
  } catch (cause) {
    throw cause instanceof DataJointError ? cause : writingProblem(folder, cause);
  }
}

function isPair(certificate: string, key: string): boolean {
  try {
    return new X509Certificate(readFileSync(certificate)).checkPrivateKey(createPrivateKey(readFileSync(key)));
  } catch {
    return false;
  }
}

/**
 * A certificate for 127.0.0.1 with an elliptic key (P-256) and without an end (RFC 5280, 4.1.2.5), both as PEM. Node reads
 * certificates and makes none; all of this one but key, number and signature is fixed.
 */
export function makeCertificate(): { readonly certificate: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(objectId('2a8648ce3d040302')); // ecdsa-with-SHA256
  const name = sequence(tagged(0x31, sequence(objectId('550403'), utf8('DataJoint Workbench local server'))));
  const subjectKey = publicKey.export({ format: 'der', type: 'spki' });
  const extensions = [
    // An authority for itself (basicConstraints) that signs (keyUsage: digitalSignature, keyCertSign) and has a name
    // (subjectKeyIdentifier), for servers (extendedKeyUsage), at this address (subjectAltName).
    sequence(objectId('551d13'), yes, octets(sequence(yes))),
    sequence(objectId('551d0f'), yes, octets(tagged(0x03, Buffer.of(2, 0x84)))),
    sequence(objectId('551d0e'), octets(octets(createHash('sha1').update(subjectKey).digest()))),
    sequence(objectId('551d25'), octets(sequence(objectId('2b06010505070301')))),
    sequence(objectId('551d11'), octets(sequence(tagged(0x87, Buffer.of(127, 0, 0, 1)), tagged(0x82, Buffer.from('localhost'))))),
  ];
  const body = sequence(
    tagged(0xa0, integer(Buffer.of(2))), // version 3
    integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    name,
    sequence(tagged(0x17, Buffer.from('000101000000Z')), tagged(0x18, Buffer.from('99991231235959Z'))),
    name,
    subjectKey,
    tagged(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, privateKey);
  const der = sequence(body, algorithm, tagged(0x03, Buffer.concat([Buffer.of(0), signature])));
  return { certificate: new X509Certificate(der).toString(), key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() };
}

/** A value of DER (X.690): its tag, its length and itself. */
function tagged(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const size = length < 0x80 ? Buffer.of(length) : length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff);
  return Buffer.concat([Buffer.of(tag), size, value]);
}

const sequence = (...values: readonly Buffer[]): Buffer => tagged(0x30, Buffer.concat(values));
const integer = (value: Buffer): Buffer => tagged(0x02, value);
const octets = (value: Buffer): Buffer => tagged(0x04, value);
const objectId = (hex: string): Buffer => tagged(0x06, Buffer.from(hex, 'hex'));
const utf8 = (text: string): Buffer => tagged(0x0c, Buffer.from(text));
const yes = tagged(0x01, Buffer.of(0xff));
