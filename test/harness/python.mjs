// The Python side of the interop tests: virtual environments of datajoint-python, two versions of each generation.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from './install.mjs';
import { alone } from './lock.mjs';

const run = promisify(execFile);

/** By generation: the packages of the reference, on which every suite runs, and of a version before it. */
const requirements = path.join(root, 'test/interop/requirements.json');

async function ensureEnvironment(packages) {
  const folder = path.join(root, '.cache/python', packages[0].replace('==', '-'));
  const python = path.join(folder, 'bin/python');
  // Another list of packages is another environment.
  const stamp = path.join(folder, `has ${packages.join(' ')}`);
  if (existsSync(stamp)) return python;
  console.log(`Installing ${packages.join(' and ')} into ${path.relative(root, folder)} …`);
  await rm(folder, { recursive: true, force: true });
  try {
    await run('python3', ['-m', 'venv', folder]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
    await run(python, ['-c', 'import datajoint'], { cwd: folder });
  } catch (error) {
    const lines = `${error.stderr ?? ''}`.trim().split('\n');
    throw new Error(`${packages.join(' and ')} could not be installed: ${lines.at(-1) || error.message}`, { cause: error });
  }
  await writeFile(stamp, '');
  return python;
}

/**
 * Makes the environments that are not there yet.
 * @returns {Promise<Record<string, string>>} the paths of their interpreters: DJW_PYTHON_23 and DJW_PYTHON_014 for the
 * references, with `_EARLIER` for the versions before them
 */
export function ensurePython() {
  return alone(path.join(root, '.cache/python.lock'), async () => {
    const env = {};
    for (const [generation, { reference, earlier }] of Object.entries(JSON.parse(await readFile(requirements, 'utf8')))) {
      const variable = `DJW_PYTHON_${generation.replace('.', '')}`;
      env[variable] = await ensureEnvironment(reference);
      env[`${variable}_EARLIER`] = await ensureEnvironment(earlier);
    }
    return env;
  });
}
