/** Indexes a folder in a thread of its own, so that not even a large one is felt where it is asked for. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { IndexedPlaces, Indexer, IndexOptions, PipelineIndex } from './indexer';

export interface IndexThreadData {
  readonly folder: string;
  readonly places: IndexedPlaces;
}

export type IndexRequest =
  { readonly id: number; readonly type: 'all' } | { readonly id: number; readonly type: 'abort' };

export type IndexReply =
  { readonly id: number; readonly index: PipelineIndex } | { readonly id: number; readonly error: Error };

interface Pending {
  readonly resolve: (index: PipelineIndex) => void;
  readonly reject: (error: unknown) => void;
}

/** As `PipelineIndexer`. The thread starts with the first question, ends with `close`, and keeps no process alive. */
export class ThreadIndexer implements Indexer {
  readonly folder: string;
  private worker: Worker | null = null;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;

  constructor(
    folder: string,
    readonly places: IndexedPlaces = {},
  ) {
    this.folder = path.resolve(folder);
  }

  all(options: IndexOptions = {}): Promise<PipelineIndex> {
    return this.ask(options);
  }

  async close(): Promise<void> {
    await this.worker?.terminate();
  }

  private async ask({ signal }: IndexOptions): Promise<PipelineIndex> {
    signal?.throwIfAborted();
    const worker = (this.worker ??= this.start());
    const id = ++this.lastId;
    const abort = (): void => worker.postMessage({ id, type: 'abort' } satisfies IndexRequest);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await new Promise<PipelineIndex>((resolve, reject) => {
        this.pending.set(id, { resolve, reject });
        worker.ref();
        worker.postMessage({ id, type: 'all' } satisfies IndexRequest);
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.pending.delete(id);
      if (this.pending.size === 0) worker.unref();
    }
  }

  private start(): Worker {
    const worker = startWorker({ folder: this.folder, places: this.places });
    worker.on('message', (reply: IndexReply) => {
      const pending = this.pending.get(reply.id);
      if ('error' in reply) pending?.reject(reply.error);
      else pending?.resolve(reply.index);
    });
    const end = (cause?: unknown): void => {
      if (this.worker !== worker) return;
      // The next question starts another.
      this.worker = null;
      const reason = new Error(`Reading the sources of ${this.folder} has ended.`, { cause });
      for (const { reject } of this.pending.values()) reject(reason);
    };
    worker.on('error', end);
    worker.on('exit', () => end());
    return worker;
  }
}

/** The bundle has the worker beside it; from the source tree the worker is the source file, loaded through tsx. */
function startWorker(workerData: IndexThreadData): Worker {
  const bundled = path.join(__dirname, 'indexThread.js');
  if (existsSync(bundled)) return new Worker(bundled, { workerData });
  return new Worker(path.join(__dirname, 'indexThread.ts'), { workerData, execArgv: ['--import', 'tsx'] });
}
