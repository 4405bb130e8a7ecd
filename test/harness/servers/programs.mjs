// Programs of an unpacked server: run, and put into the bin/ of its folder.
import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** @returns what the program prints @throws with its last line when it fails */
export async function command(program, args, options = {}) {
  try {
    return (await promisify(execFile)(program, args, { maxBuffer: 1 << 26, ...options })).stdout;
  } catch (error) {
    const said = `${error.stderr ?? ''}`.trim().split('\n').at(-1);
    throw new Error(`${path.basename(program)} ${args.slice(0, 2).join(' ')} failed: ${said || error.message}`, { cause: error });
  }
}

export async function makeFolders(...folders) {
  for (const folder of folders) await mkdir(folder, { recursive: true });
}

const quoted = (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Writes bin/NAME for each name: it becomes that program, after whose arguments come its own. */
export async function linkPrograms(folder, programs) {
  const bin = path.join(folder, 'bin');
  await makeFolders(bin);
  for (const [name, words] of Object.entries(programs)) {
    const file = path.join(bin, name);
    await writeFile(file, `#!/bin/sh\nexec ${words.map(quoted).join(' ')} "$@"\n`);
    await chmod(file, 0o755);
  }
}
