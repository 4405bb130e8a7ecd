import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import requirements from './requirements.json';

/** Where the server is that both sides work on. */
export interface Server {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** One version of datajoint-python: its interpreter, and why it is not there. */
export interface Python {
  readonly version: string;
  readonly interpreter: string;
  /** False, or the reason to skip what needs it. */
  readonly absent: string | false;
}

type Generation = keyof typeof requirements;

function python(generation: Generation, role: 'reference' | 'earlier'): Python {
  const variable = `DJW_PYTHON_${generation.replace('.', '')}${role === 'earlier' ? '_EARLIER' : ''}`;
  const version = datajointOf(requirements[generation][role]);
  const interpreter = process.env[variable] ?? '';
  return { version, interpreter, absent: interpreter === '' ? `set ${variable} to a Python that has datajoint ${version} to run this` : false };
}

/** The version of datajoint that a list of packages asks for. */
export function datajointOf(packages: readonly string[]): string {
  const [, version = ''] = /^datajoint==([\d.]+)$/m.exec(packages.join('\n')) ?? [];
  return version;
}

export const python23 = python('2.3', 'reference');
export const python014 = python('0.14', 'reference');
/** For the suites that also run on the version before the reference. */
export const both23 = [python23, python('2.3', 'earlier')];
export const both014 = [python014, python('0.14', 'earlier')];

/** Starts a script of this folder; `input` is given to it as JSON. Resolves to the JSON that it prints. */
export function startPython(python: Python, script: string, server: Server, input: unknown): { readonly pid: number; readonly result: Promise<unknown> } {
  const child = spawn(python.interpreter, ['-W', 'ignore', join(__dirname, 'python', script)], {
    env: {
      ...process.env,
      DJ_HOST: server.host,
      DJ_PORT: String(server.port),
      DJ_USER: server.user,
      DJ_PASS: server.password,
      DJ_LOG_LEVEL: 'ERROR',
      PYTHONDONTWRITEBYTECODE: '1',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(JSON.stringify(input));
  const result = (async () => {
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    if (child.exitCode !== 0) throw new Error(`${script} ended with ${String(child.exitCode)}:\n${errors}\n${output}`);
    const answer = output.split('\n').findLast((line) => line.startsWith('{') || line.startsWith('['));
    if (answer === undefined) throw new Error(`${script} printed no answer:\n${output}\n${errors}`);
    return JSON.parse(answer) as unknown;
  })();
  return { pid: child.pid ?? 0, result };
}

export async function runPython(python: Python, script: string, server: Server, input: unknown): Promise<unknown> {
  return await startPython(python, script, server, input).result;
}
