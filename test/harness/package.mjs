// `npm run package`: writes datajoint-workbench-VERSION.vsix from what is built, and says how big it is.
import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { projectNode, root } from './install.mjs';

const largest = 2 * 1024 * 1024;

/**
 * Packs dist/ and media/ into a VSIX.
 * @param {string} file where to write it
 * @returns {Promise<number>} its size in bytes; throws when that is more than 2 MB
 */
export async function packageVsix(file) {
  const vsce = path.join(root, 'node_modules/@vscode/vsce/vsce');
  const args = ['package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  try {
    await promisify(execFile)(projectNode, [vsce, ...args, '--out', file], { cwd: root });
  } catch (error) {
    throw new Error(`the VSIX could not be packed: ${error.stderr.trim()}`, { cause: error });
  }
  const { size } = statSync(file);
  if (size > largest) throw new Error(`${path.basename(file)} is ${size} bytes, more than ${largest}`);
  return size;
}

async function main() {
  const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const file = path.join(root, `${name}-${version}.vsix`);
  const size = await packageVsix(file);
  console.log(`${path.basename(file)}: ${(size / 1024).toFixed(0)} kB`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
