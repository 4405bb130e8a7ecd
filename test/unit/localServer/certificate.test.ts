// The certificate of a local server, as Node and OpenSSL read it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { keepCertificate, makeCertificate } from '../../../src/localServer/certificate';
import { serverFiles } from '../../../src/localServer/files';

const folder = mkdtempSync(path.join(tmpdir(), 'certificate-'));
after(() => rmSync(folder, { recursive: true }));

describe('the certificate of a local server', () => {
  it('is its own authority, for 127.0.0.1 alone, and does not end', () => {
    const certificate = new X509Certificate(makeCertificate().certificate);
    assert.ok(certificate.verify(certificate.publicKey) && certificate.ca);
    assert.equal(certificate.checkIP('127.0.0.1'), '127.0.0.1');
    assert.equal(certificate.checkIP('127.0.0.2'), undefined);
    assert.equal(certificate.validToDate.getUTCFullYear(), 9999);
  });

  it('is good by the strict rules of OpenSSL, which Python 3.13 applies', () => {
    const file = path.join(folder, 'one.pem');
    for (let times = 0; times < 20; times += 1) {
      writeFileSync(file, makeCertificate().certificate);
      assert.match(execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', file, file], { encoding: 'utf8' }), /OK/);
    }
  });

  it('is made once, with a key for its owner alone, and again where one of both is missing or of another', () => {
    const files = serverFiles(folder);
    mkdirSync(files.root, { recursive: true });
    const kept = () => {
      keepCertificate(files);
      return readFileSync(files.certificate, 'utf8');
    };
    const first = kept();
    assert.equal(statSync(files.certificateKey).mode & 0o777, 0o600);
    assert.equal(kept(), first);
    writeFileSync(files.certificateKey, makeCertificate().key);
    const second = kept();
    assert.notEqual(second, first);
    rmSync(files.certificateKey);
    assert.notEqual(kept(), second);
    assert.ok(existsSync(files.certificateKey));
  });
});
