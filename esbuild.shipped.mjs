// What of other projects is in the bundles: their licences, as those ask, and a bill of materials for who has to know.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(fileURLToPath(import.meta.url));

/**
 * Writes THIRD-PARTY-NOTICES.txt and sbom.cdx.json (CycloneDX 1.6).
 * @param {import('esbuild').Metafile[]} metafiles of all bundles
 * @param {string} folder where to write them
 */
export async function writeShipped(metafiles, folder) {
  const shipped = await packagesIn(metafiles);
  const notices = shipped.map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text.trim()}\n`);
  await writeFile(path.join(folder, 'THIRD-PARTY-NOTICES.txt'), notices.join(`\n${'-'.repeat(80)}\n\n`));
  await writeFile(path.join(folder, 'sbom.cdx.json'), `${JSON.stringify(await billOf(shipped), null, 2)}\n`);
}

/** The packages of which something is in the bundles or beside them, by name. */
async function packagesIn(metafiles) {
  const folders = new Set(['node_modules/jiti', 'node_modules/@vscode/codicons']);
  for (const metafile of metafiles) {
    for (const input of Object.keys(metafile.inputs)) {
      const folder = /(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
      if (folder !== undefined) folders.add(folder);
    }
  }
  return await Promise.all([...folders].sort().map(packageIn));
}

async function packageIn(place) {
  const folder = path.join(root, place);
  const { name, version, license } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((candidate) => /^licen[cs]e/i.test(candidate));
  return { place, name, version, license, text: file === undefined ? '' : await readFile(path.join(folder, file), 'utf8') };
}

async function billOf(shipped) {
  const read = async (file) => JSON.parse(await readFile(path.join(root, file), 'utf8'));
  const [{ name, version, license }, { packages }] = await Promise.all([read('package.json'), read('package-lock.json')]);
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', name, version, licenses: [{ license: { id: license } }] } },
    components: shipped.map((each) => {
      const purl = `pkg:npm/${each.name.replace('@', '%40')}@${each.version}`;
      return { type: 'library', 'bom-ref': purl, name: each.name, version: each.version, purl, licenses: [{ license: { id: each.license } }], hashes: hashesOf(packages[each.place]) };
    }),
  };
}

/** The digest of the package as the registry has it, from the lock file. */
function hashesOf({ integrity }) {
  const [algorithm, digest] = integrity.split('-');
  return [{ alg: algorithm.toUpperCase().replace('SHA', 'SHA-'), content: Buffer.from(digest, 'base64').toString('hex') }];
}
