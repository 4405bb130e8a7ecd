/** Starts worker processes and keeps those that have nothing to do for the next populate. */
import { fork, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { DataJointError, type FromWorker, setWorkerLauncher, type ToWorker, type WorkerProcess } from '../engine';
import type { Context } from './command';
import { type FromProcess, workerFlag, type WorkerStart } from './workerMessages';

/** Finds the file that declares a table. */
export type FindFile = (table: { readonly schema: string; readonly label: string }) => Promise<Pick<WorkerStart, 'file' | 'isProgram'>>;

/** Lets `populate({ processes })` start worker processes, for tables that one file declares. */
export function startWorkersFrom(file: string, context: Pick<Context, 'database'>): void {
  startWorkersWith(() => Promise.resolve({ file, isProgram: false }), context);
}

/** Lets every `populate({ processes })` of this process start worker processes. They end with it. */
export function startWorkersWith(find: FindFile, { database }: Pick<Context, 'database'>): void {
  const idle = new Map<string, Child[]>();
  setWorkerLauncher(async (table, worker) => {
    // What names a server holds its password, which has no place in a command line: the environment has it.
    const named = database?.kind === 'embedded' ? database : null;
    const start = JSON.stringify({ ...(await find(table)), database: named } satisfies WorkerStart);
    const waiting = idle.get(start) ?? [];
    idle.set(start, waiting);
    const child = waiting.pop() ?? (await Child.start(start, worker));
    return child.hire(worker, () => waiting.push(child));
  });
}

class Child {
  readonly #ended: Promise<string>;
  #listener: ((message: FromWorker) => void) | null = null;
  /** The number that its lines are marked with. */
  #worker: number;

  private constructor(
    private readonly process: ChildProcess,
    worker: number,
  ) {
    this.#worker = worker;
    this.#ended = howEnded(process);
    process.on('message', (message) => this.#listener?.(message as FromWorker));
    this.#show(process.stdout, globalThis.process.stdout);
    this.#show(process.stderr, globalThis.process.stderr);
  }

  /** @throws DataJointError what keeps the process from working, as one sentence */
  static async start(start: string, worker: number): Promise<Child> {
    const process = fork(__filename, [workerFlag, start], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    const child = new Child(process, worker);
    await new Promise<void>((resolve, reject) => {
      process.once('message', (message) => {
        const greeting = message as FromProcess;
        if (greeting.type === 'refused') reject(new DataJointError(greeting.code, greeting.message));
        else resolve();
      });
      process.once('error', reject);
      void child.#ended.then((how) => {
        reject(new DataJointError('pipeline', `A worker process ended before it could begin (${how}).`));
      });
    });
    return child;
  }

  /** @param free called when it has nothing to do any more */
  hire(worker: number, free: () => void): WorkerProcess {
    this.#worker = worker;
    this.#hold(true);
    return {
      pid: this.process.pid ?? 0,
      ended: this.#ended,
      // One that has ended is noticed by its end.
      send: (message: ToWorker) => {
        if (this.process.connected) this.process.send(message, () => undefined);
      },
      listen: (listener) => {
        this.#listener = listener;
      },
      kill: () => void this.process.kill('SIGKILL'),
      release: () => {
        this.#hold(false);
        if (this.process.connected) free();
      },
    };
  }

  /** Whether this program waits for it. */
  #hold(held: boolean): void {
    const { process } = this;
    // Its outputs are sockets, which would keep this program waiting as well.
    const outputs = [process.stdout, process.stderr].filter((each) => each instanceof Socket);
    for (const each of [process, process.channel, ...outputs]) {
      if (held) each?.ref();
      else each?.unref();
    }
  }

  /** What its makes print, line by line, so that it is clear who printed what. */
  #show(from: Readable | null, to: NodeJS.WriteStream): void {
    if (from === null) return;
    createInterface({ input: from }).on('line', (line) => to.write(`[${this.#worker}] ${line}\n`));
  }
}

/** Settles when the process has ended and everything that it said has been heard. */
async function howEnded(process: ChildProcess): Promise<string> {
  const heard = new Promise<void>((resolve) => process.once('disconnect', resolve));
  const how = await new Promise<string>((resolve) => {
    process.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    process.once('error', () => resolve('it could not be started'));
  });
  if (process.connected) await heard;
  return how;
}
