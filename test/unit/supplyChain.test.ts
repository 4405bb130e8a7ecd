// What is installed and what ships: from the registry alone, each with its digest, under licences that go with ours.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { dockerImage } from '../../src/localServer/installation';

const root = path.resolve(__dirname, '../..');
const read = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

const lock = read('package-lock.json') as { readonly lockfileVersion: number; readonly packages: Readonly<Record<string, Locked>> };
const manifest = read('package.json') as { readonly dependencies: Record<string, string>; readonly devDependencies: Record<string, string> };
const packages = Object.entries(lock.packages).filter(([place]) => place !== '');

/** Licences that ask for no more than to be named. */
const permissive = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0'];
/** Of whose icons the notices name the licence. */
const alsoShipped: Readonly<Record<string, string>> = { '@vscode/codicons': 'CC-BY-4.0' };
/** What may run a program when it is installed; none of these ships. */
const installers = ['node_modules/@vscode/vsce-sign', 'node_modules/esbuild', 'node_modules/node', 'node_modules/unrs-resolver'];

describe('the lock file', () => {
  it('names for every package its digest, and no other place than the registry', () => {
    assert.equal(lock.lockfileVersion, 3);
    assert.ok(packages.length > 100);
    for (const [place, { integrity, resolved }] of packages) {
      assert.match(integrity ?? '', /^sha512-[\w+/]{86}==$/, place);
      assert.equal(resolved, undefined, `${place}: the registry is the one that npm is set up with`);
    }
  });

  it('lets no other package run a program when it is installed', () => {
    assert.deepEqual(packages.flatMap(([place, { hasInstallScript }]) => (hasInstallScript === true ? [place] : [])), installers);
    for (const place of installers) assert.equal(lock.packages[place]?.dev, true, place);
  });

  it('is for exact versions', () => {
    for (const [name, version] of [...Object.entries(manifest.dependencies), ...Object.entries(manifest.devDependencies)]) {
      assert.match(version, /^\d+\.\d+\.\d+$/, name);
    }
  });
});

describe('what ships', () => {
  it('has licences that only ask to be named', () => {
    const shipped = packages.filter(([, { dev }]) => dev !== true);
    for (const [place, { license = '' }] of shipped) assert.ok(permissive.includes(license), `${place}: ${license}`);
  });

  it('is told in a bill of materials, with the digests of the lock file and no package that was not looked at', () => {
    const bill = read('dist/sbom.cdx.json') as {
      readonly bomFormat: string;
      readonly components: readonly { readonly name: string; readonly version: string; readonly purl: string; readonly hashes: readonly { alg: string; content: string }[]; readonly licenses: readonly { license: { id: string } }[] }[];
    };
    assert.equal(bill.bomFormat, 'CycloneDX');
    assert.ok(bill.components.length >= Object.keys(manifest.dependencies).length);
    for (const { name, version, purl, hashes, licenses } of bill.components) {
      assert.equal(purl, `pkg:npm/${name.replace('@', '%40')}@${version}`);
      const id = licenses[0]?.license.id ?? '';
      assert.ok(permissive.includes(id) || alsoShipped[name] === id, `${name}: ${id}`);
      const places = packages.filter(([place, locked]) => place.endsWith(`node_modules/${name}`) && locked.version === version);
      const digests = places.map(([, { integrity = '' }]) => Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex'));
      assert.ok(hashes.some(({ alg, content }) => alg === 'SHA-512' && digests.includes(content)), name);
    }
    const notices = readFileSync(path.join(root, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const { name, version } of bill.components) assert.ok(notices.includes(`${name} ${version} (`), name);
    const kept = readFileSync(path.join(root, '.vscodeignore'), 'utf8').split('\n');
    for (const file of ['sbom.cdx.json', 'THIRD-PARTY-NOTICES.txt']) assert.ok(kept.includes(`!dist/${file}`) && existsSync(path.join(root, 'dist', file)));
  });

  it('runs one container image by its digest', () => {
    assert.match(dockerImage, /^mariadb:\d+\.\d+\.\d+@sha256:[0-9a-f]{64}$/);
  });
});
