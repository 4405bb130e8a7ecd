import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type * as dj from '../../../src/engine';
import type { Gate } from '../../harness/gate';

/** What a worker process is told to do. */
export interface WorkOrder {
  readonly spec: dj.ConnectionSpec;
  readonly schema: string;
  /** Milliseconds that each make takes. */
  readonly milliseconds: number;
  /** The key at which make never ends. */
  readonly hangAt: number | null;
  /** The file of a gate at which the first make waits. */
  readonly gate?: string;
}

/** What a worker process says, a line each. */
export type WorkerMessage =
  | { readonly type: 'ready'; readonly pid: number }
  | { readonly type: 'making'; readonly key: number }
  | { readonly type: 'done'; readonly made: number; readonly successCount: number; readonly errors: unknown[] }
  | { readonly type: 'failed'; readonly message: string };

/** A process of its own that populates the `Result` table of `workTables`. It ends with its test at the latest. */
export class WorkerProcess {
  private readonly child: ChildProcessByStdio<Writable, Readable, null>;
  private readonly messages: WorkerMessage[] = [];
  private readonly waiting = new Set<() => void>();
  readonly ended: Promise<unknown>;

  constructor(context: Pick<TestContext, 'after'>, order: WorkOrder) {
    const script = join(__dirname, 'populateInProcess.ts');
    this.child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--import', 'tsx', script], {
      env: { ...process.env, DJW_WORK_ORDER: JSON.stringify(order) },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      this.messages.push(JSON.parse(line) as WorkerMessage);
      this.wake();
    });
    this.ended = once(this.child, 'close').then(() => this.wake());
    context.after(async () => {
      this.kill('SIGKILL');
      await this.ended;
    });
  }

  /** Begins to populate. */
  go(): void {
    this.child.stdin.write('go\n');
  }

  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT'): void {
    this.child.kill(signal);
  }

  /** The first message that `fits`, now or later. Rejects when the process ends without it. */
  async message<T extends WorkerMessage['type']>(type: T, fits: (message: Extract<WorkerMessage, { type: T }>) => boolean = () => true) {
    for (;;) {
      for (const message of this.messages) {
        if (message.type === 'failed') throw new Error(`the worker failed: ${message.message}`);
        if (message.type === type && fits(message as Extract<WorkerMessage, { type: T }>)) return message as Extract<WorkerMessage, { type: T }>;
      }
      if (this.child.exitCode !== null || this.child.signalCode !== null) throw new Error(`the worker ended without saying ${type}`);
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}

/** Lets workers begin that wait at this gate, and opens it once each is making a key: so each of them has a share. */
export async function beginTogether(workers: readonly WorkerProcess[], gate: Gate): Promise<void> {
  for (const worker of workers) worker.go();
  await Promise.all(workers.map((worker) => worker.message('making')));
  await gate.open();
}
