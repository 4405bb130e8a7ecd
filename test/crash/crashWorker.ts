import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { buildSync } from 'esbuild';
import type { WorkerCommand, WorkerMessage, WorkOrder } from './program/order';

let program: string | null = null;

/** The worker's program in one file, so that a process is there in a tenth of the time that loading the sources takes. */
function builtProgram(): string {
  if (program !== null) return program;
  const folder = join(__dirname, '../artifacts/crash');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `worker-${process.pid}.js`);
  const entry = join(__dirname, 'program/worker.ts');
  buildSync({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node22', keepNames: true, logLevel: 'warning' });
  program = outfile;
  return outfile;
}

type Said<T extends WorkerMessage['type']> = Extract<WorkerMessage, { type: T }>;

/** A process that populates the `Result` table of `crashTables` until it is done or dead. */
export class CrashWorker {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #messages: WorkerMessage[] = [];
  readonly #waiting = new Set<() => void>();
  #isClosed = false;
  /** Resolves when the process has ended and all that it said was heard. */
  readonly ended: Promise<void>;

  constructor(order: WorkOrder) {
    this.#child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', builtProgram()], {
      env: { ...process.env, DJW_CRASH_ORDER: JSON.stringify(order) },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    // What is told to a process that was killed meanwhile.
    this.#child.stdin.on('error', () => undefined);
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#messages.push(JSON.parse(line) as WorkerMessage);
      this.#wake();
    });
    this.ended = once(this.#child, 'close').then(() => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  tell(command: WorkerCommand): void {
    this.#child.stdin.write(`${command}\n`);
  }

  /** False when there was no process any more. */
  signal(signal: NodeJS.Signals): boolean {
    return this.#child.kill(signal);
  }

  /** SIGKILL, and waits for the end. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  /** The first message that `fits`, now or later; null when the process ends without it. @throws when the worker failed */
  async said<T extends WorkerMessage['type']>(type: T, fits: (message: Said<T>) => boolean = () => true): Promise<Said<T> | null> {
    for (;;) {
      for (const message of this.#messages) {
        if (message.type === 'failed' && type !== 'failed') throw new Error(`the worker failed: ${message.message}`);
        if (message.type === type && fits(message as Said<T>)) return message as Said<T>;
      }
      if (this.#isClosed) return null;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** The same for a message that must come. */
  async must<T extends WorkerMessage['type']>(type: T, fits?: (message: Said<T>) => boolean): Promise<Said<T>> {
    const message = await this.said(type, fits);
    if (message === null) throw new Error(`the worker ended without saying ${type}: ${JSON.stringify(this.#messages.at(-1))}`);
    return message;
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
