// The Python side of the interop tests: one virtual environment per generation of datajoint-python.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from './install.mjs';
import { alone } from './lock.mjs';

const run = promisify(execFile);

const generations = [
  { variable: 'DJW_PYTHON_23', packages: ['datajoint==2.3.2', 'debugpy==1.8.22'] },
  { variable: 'DJW_PYTHON_014', packages: ['datajoint==0.14.9'] },
];

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
 * @returns {Promise<Record<string, string>>} the paths of their interpreters, as DJW_PYTHON_23 and DJW_PYTHON_014
 */
export function ensurePython() {
  return alone(path.join(root, '.cache/python.lock'), async () => {
    const env = {};
    for (const { variable, packages } of generations) env[variable] = await ensureEnvironment(packages);
    return env;
  });
}
