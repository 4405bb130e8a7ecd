/** Looks at an interpreter: its version, and that of its datajoint, without importing it. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { type ChosenInterpreter, chooseInterpreter, type PythonProbe } from './interpreter';

/** Runs on any Python, also on 2. */
const question = `
import sys
found = ''
try:
    try:
        from importlib.metadata import version
        found = version('datajoint')
    except ImportError:
        import pkg_resources
        found = pkg_resources.get_distribution('datajoint').version
except Exception:
    try:
        import importlib.util
        found = 'unknown' if importlib.util.find_spec('datajoint') else ''
    except Exception:
        pass
print('djw-probe %d.%d.%d %s' % (sys.version_info[0], sys.version_info[1], sys.version_info[2], found))
`;

const patienceMs = 15_000;

export async function probePython(interpreter: string): Promise<PythonProbe | null> {
  try {
    const { stdout } = await promisify(execFile)(interpreter, ['-c', question], { timeout: patienceMs, windowsHide: true });
    const [, python, datajoint = ''] = /^djw-probe (\S+) ?(\S*)$/m.exec(stdout.replaceAll('\r', '')) ?? [];
    return python === undefined ? null : { python, datajoint: datajoint === '' ? null : datajoint };
  } catch {
    return null;
  }
}

/**
 * The interpreter for a folder on this machine.
 * @param chosen what a person or the Python extension has chosen for it
 * @param setting `datajoint.pythonPath`
 */
export async function findInterpreter(folder: string, env: NodeJS.ProcessEnv, chosen: string | null = null, setting: string | null = null): Promise<ChosenInterpreter> {
  const conda = env['CONDA_DEFAULT_ENV'] === 'base' ? undefined : env['CONDA_PREFIX'];
  return await chooseInterpreter({
    chosen,
    setting,
    activated: env['VIRTUAL_ENV'] ?? conda ?? null,
    folders: [folder],
    platform: process.platform,
    exists: existsSync,
    probe: probePython,
  });
}
