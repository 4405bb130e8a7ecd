import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';

export const root = path.resolve(__dirname, '../..');
export const program = path.join(root, 'dist/djw.js');

export interface Finished {
  /** Null when a signal ended the process. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder with a pipeline, and `djw` run in it as a user's shell would. Gone when the test ends. */
export class Folder {
  constructor(readonly path: string) {}

  /** Runs the built `djw` to its end. */
  async djw(...args: string[]): Promise<Finished> {
    const running = this.start(args);
    return await running.finished;
  }

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
    return new Running(
      spawn(process.execPath, [program, ...args], {
        cwd: this.path,
        env: { ...cleanEnvironment(), ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  /** Runs a line of the shell, in which `$DJW` stands for the command. */
  async shell(line: string): Promise<Finished> {
    const env = { ...cleanEnvironment(), DJW: `${process.execPath} ${program}` };
    return await new Running(spawn('sh', ['-c', line], { cwd: this.path, env, stdio: ['ignore', 'pipe', 'pipe'] }))
      .finished;
  }

  async write(name: string, text: string): Promise<void> {
    const file = path.join(this.path, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

/** A process that has not ended yet. */
export class Running {
  private out = '';
  private err = '';
  readonly finished: Promise<Finished>;
  ended = false;

  constructor(private readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.out += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.err += text;
    });
    this.finished = once(child, 'close').then(([code]) => {
      this.ended = true;
      return { code: code as number | null, out: this.out, err: this.err };
    });
  }

  /** Resolves when either output holds `text`; rejects when the process ends without it. */
  async printed(text: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<null>();
    const look = (): void => {
      if (this.out.includes(text) || this.err.includes(text)) resolve(null);
    };
    this.child.stdout?.on('data', look);
    this.child.stderr?.on('data', look);
    look();
    void this.finished.then(({ out, err }) => {
      reject(new Error(`ended without printing ${text}: ${out}${err}`));
    });
    await promise;
  }

  /** What it has printed so far, on either output. */
  get text(): string {
    return this.out + this.err;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

/**
 * For the text of a pipeline: `await together(n)` in make() returns once so many processes are making a key, in this folder,
 * and at once in every later make of a process. So each of them has a share, whichever is the fastest.
 */
export const together = `import { readdirSync, writeFileSync } from 'node:fs';
async function together(processes: number): Promise<void> {
  writeFileSync('making-' + process.pid, '');
  while (readdirSync('.').filter((name) => name.startsWith('making-')).length < processes) await new Promise((resolve) => setTimeout(resolve, 10));
}
`;

/** Nothing of the machine's own settings or terminal reaches the test. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(DJ_|DJW_|NODE_|NO_COLOR|FORCE_COLOR)/.test(name));
  return Object.fromEntries(kept);
}

export async function temporaryFolder(
  context: TestContext,
  files: Readonly<Record<string, string>> = {},
): Promise<Folder> {
  const folder = new Folder(await mkdtemp(path.join(tmpdir(), 'djw-')));
  context.after(() => rm(folder.path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await folder.write(name, text);
  return folder;
}

/** A copy of the demo pipeline. */
export async function demoFolder(context: TestContext): Promise<Folder> {
  const folder = await temporaryFolder(context);
  await cp(path.join(root, 'media/demo'), folder.path, { recursive: true });
  return folder;
}
