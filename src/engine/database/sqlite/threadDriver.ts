import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LostConnectionError } from '../../errors';
import type { SqlRow, Statement } from '../contract';
import type { Driver } from './driver';
import type { DriverOptions } from './inlineDriver';
import { unpackError, type Method, type Reply, type Request } from './wire';

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/** A driver whose work is done by a worker thread, so that nothing it does blocks this one. */
export class ThreadDriver implements Driver {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #ended: Error | null = null;

  constructor(private readonly options: DriverOptions) {
    this.#worker = startWorker(options);
    this.#worker.unref();
    this.#worker.on('message', (reply: Reply) => this.#settle(reply));
    this.#worker.on('error', (cause: unknown) => this.#end(cause));
    this.#worker.on('exit', () => this.#end());
  }

  open(): Promise<{ readOnly: boolean }> {
    return this.#call('open');
  }

  all(lane: number, statement: Statement): Promise<SqlRow[]> {
    return this.#call('all', lane, statement);
  }

  run(lane: number, statement: Statement): Promise<number> {
    return this.#call('run', lane, statement);
  }

  begin(lane: number): Promise<void> {
    return this.#call('begin', lane);
  }

  batch(lane: number, statements: readonly Statement[], commit: boolean): Promise<number> {
    // Only what a statement is made of can travel, not what a caller keeps beside it.
    return this.#call(
      'batch',
      lane,
      statements.map(({ sql, values }) => ({ sql, values })),
      commit,
    );
  }

  rollback(lane: number): Promise<void> {
    return this.#call('rollback', lane);
  }

  openCursor(lane: number, statement: Statement): Promise<number> {
    return this.#call('openCursor', lane, statement);
  }

  fetchCursor(cursor: number, count: number): Promise<SqlRow[]> {
    return this.#call('fetchCursor', cursor, count);
  }

  closeCursor(cursor: number): Promise<void> {
    return this.#call('closeCursor', cursor);
  }

  holdSession(id: number): Promise<void> {
    return this.#call('holdSession', id);
  }

  releaseSession(id: number): Promise<void> {
    return this.#call('releaseSession', id);
  }

  sessionsHeld(ids: readonly number[]): Promise<(boolean | null)[]> {
    return this.#call('sessionsHeld', ids);
  }

  forgetSessions(ids: readonly number[]): Promise<void> {
    return this.#call('forgetSessions', ids);
  }

  async close(): Promise<void> {
    if (this.#ended === null) await this.#call('close');
    await this.#worker.terminate();
  }

  #call<T>(method: Method, ...args: readonly unknown[]): Promise<T> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    return new Promise<T>((resolve, reject) => {
      const request: Request = { id: ++this.#lastId, method, args };
      this.#worker.postMessage(request);
      if (this.#pending.size === 0) this.#worker.ref();
      this.#pending.set(request.id, { resolve, reject });
    });
  }

  #settle(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (this.#pending.size === 0) this.#worker.unref();
    if ('error' in reply) pending?.reject(unpackError(reply.error));
    else pending?.resolve(reply.result as never);
  }

  #end(cause?: unknown): void {
    this.#ended ??= new LostConnectionError(`The database ${this.options.file} has been closed.`, { cause });
    for (const { reject } of this.#pending.values()) reject(this.#ended);
    this.#pending.clear();
  }
}

/** The bundle has the worker beside it; from the source tree the worker is the source file, loaded through tsx. */
function startWorker(workerData: DriverOptions): Worker {
  const bundled = join(__dirname, 'sqliteThread.js');
  if (existsSync(bundled)) return new Worker(bundled, { workerData });
  return new Worker(join(__dirname, 'sqliteThread.ts'), { workerData, execArgv: ['--import', 'tsx'] });
}
