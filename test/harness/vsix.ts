import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { packageVsix } from './package.mjs';

const root = path.resolve(__dirname, '../..');
const artifacts = path.join(root, 'test/artifacts');

let packed: Promise<string> | undefined;

/** The VSIX of what is built. Packing takes most of a minute, so all test files of the same build share one. */
export function builtVsix(): Promise<string> {
  packed ??= pack();
  return packed;
}

async function pack(): Promise<string> {
  const file = path.join(artifacts, `test-${fingerprint()}.vsix`);
  if (existsSync(file)) return file;
  mkdirSync(artifacts, { recursive: true });
  const earlier = readdirSync(artifacts).filter((name) => /^test-[0-9a-f]{16}\.vsix$/.test(name));
  for (const name of earlier) rmSync(path.join(artifacts, name), { force: true });
  const part = path.join(artifacts, `packing-${String(process.pid)}.vsix`);
  await packageVsix(part);
  renameSync(part, file);
  return file;
}

/** Tells one content of the extension from another. */
function fingerprint(): string {
  const hash = createHash('sha256');
  const inside = ['dist', 'media'].flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name)));
  const top = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', '.vscodeignore'].map((name) => path.join(root, name));
  for (const file of [...inside.sort(), ...top]) hash.update(`${path.relative(root, file)}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex').slice(0, 16);
}
