import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestServer } from '../../harness/server';
import { python23 } from '../../interop/python';

/** The interpreter of a virtual environment with the datajoint-python of the interop tests; null where there is none. */
export function pythonInterpreter(): string | null {
  const cached = join(__dirname, '../../../.cache/python', `datajoint-${python23.version}`, 'bin/python');
  return process.env['DJW_PYTHON_23'] ?? (existsSync(cached) ? cached : null);
}

export type PythonTask = readonly ['refresh'] | readonly ['reserved' | 'direct', number];

/** A process of datajoint-python on a schema. */
export class PythonWorker {
  readonly #child;
  readonly #lines;

  constructor(interpreter: string, { host, port, user, password }: TestServer, schema: string) {
    this.#child = spawn(interpreter, ['-W', 'ignore', join(__dirname, 'datajoint_python.py')], {
      env: { ...process.env, DJ_HOST: host, DJ_PORT: String(port), DJ_USER: user, DJ_PASS: password, DJ_LOG_LEVEL: 'ERROR', PYTHONDONTWRITEBYTECODE: '1' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#child.stdin.write(`${JSON.stringify(schema)}\n`);
  }

  async ready(): Promise<this> {
    await this.#answer();
    return this;
  }

  async does(task: PythonTask): Promise<{ readonly made: number; readonly seconds: number }> {
    this.#child.stdin.write(`${JSON.stringify(task)}\n`);
    return JSON.parse(await this.#answer()) as { made: number; seconds: number };
  }

  end(): void {
    this.#child.stdin.end();
  }

  async #answer(): Promise<string> {
    for (;;) {
      const next = await this.#lines.next();
      if (next.done === true) throw new Error('datajoint-python ended without an answer');
      if (next.value.startsWith('{')) return next.value;
    }
  }
}
