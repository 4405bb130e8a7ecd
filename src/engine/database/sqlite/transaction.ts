import { DataJointError, messageOf } from '../../errors';
import type { ReadOptions, SqlRow, Statement, Transaction } from '../contract';
import { BatchError, type Awaitable } from './driver';
import { leavesTransactionOpen } from './errors';
import type { Pool } from './pool';

interface Buffered extends Statement {
  /** Where `write` was called: an error of the statement carries this stack. */
  readonly call: { readonly stack?: string };
}

/**
 * One transaction. A deferring one begins with nothing: its reads see the newest committed data (they hold no
 * snapshot, because SQLite refuses to write from a snapshot that others have overtaken), and its writes are buffered.
 * The first read or `run` after a buffered write takes the write lock; from there on it is an ordinary transaction.
 */
export class SqliteTransaction implements Transaction {
  /** The connection that has begun, -1 before. */
  #lane = -1;
  #beginning: Promise<void> | null = null;
  #buffer: Buffered[] = [];
  #ended = false;
  /** Why nothing more can run: SQLite has ended the transaction, or a buffered write has failed. */
  #broken: Error | null = null;

  constructor(
    private readonly pool: Pool,
    readonly connectionId: number,
    private readonly defers: boolean,
  ) {}

  async all(statement: Statement, options?: ReadOptions): Promise<SqlRow[]> {
    options?.signal?.throwIfAborted();
    this.#check();
    if (this.#isIdle()) return this.pool.all(statement, options);
    await this.#flush();
    return this.#guarded(() => this.pool.driver.all(this.#lane, statement));
  }

  async *iterate(statement: Statement, options?: ReadOptions): AsyncGenerator<SqlRow, void, undefined> {
    this.#check();
    if (this.#isIdle()) {
      yield* this.pool.iterate(statement, options);
      return;
    }
    await this.#flush();
    yield* this.pool.stream(this.#lane, statement, options);
  }

  async run(statement: Statement): Promise<{ changes: number }> {
    this.#check();
    return { changes: await this.#send(statement, false) };
  }

  async write(statement: Statement): Promise<void> {
    this.#check();
    if (!this.defers || this.#lane >= 0) {
      await this.#send(statement, false);
      return;
    }
    const call: { stack?: string } = {};
    Error.captureStackTrace(call);
    this.#buffer.push({ sql: statement.sql, values: statement.values, call });
  }

  /** Takes the write lock. */
  begin(): Promise<void> {
    this.#beginning ??= this.pool.beginWrite().then((lane) => {
      this.#lane = lane;
    });
    return this.#beginning;
  }

  /** Writes what is buffered and commits. A transaction that wrote nothing has nothing to commit. */
  async commit(): Promise<void> {
    this.#check();
    this.#ended = true;
    if (this.#beginning === null && this.#buffer.length === 0) return;
    await this.#send(null, true);
    this.#leave();
  }

  /** Undoes everything, if that has not happened yet. Never throws: it is called because something else has failed. */
  async rollback(): Promise<void> {
    this.#ended = true;
    this.#buffer = [];
    await this.#beginning?.catch(() => undefined);
    if (this.#lane < 0) return;
    try {
      await this.pool.driver.rollback(this.#lane);
    } finally {
      this.#leave();
    }
  }

  #leave(): void {
    this.pool.endWrite(this.#lane);
    this.#lane = -1;
  }

  #isIdle(): boolean {
    return this.defers && this.#beginning === null && this.#buffer.length === 0;
  }

  async #flush(): Promise<void> {
    if (this.#lane < 0 || this.#buffer.length > 0) await this.#send(null, false);
  }

  /** Sends the buffered writes and one more statement, after taking the write lock if that is still to be done. */
  async #send(last: Statement | null, commit: boolean): Promise<number> {
    if (this.#lane < 0) await this.begin();
    const buffered = this.#buffer;
    this.#buffer = [];
    try {
      return await this.pool.driver.batch(this.#lane, last === null ? buffered : [...buffered, last], commit);
    } catch (error) {
      if (!(error instanceof BatchError)) throw this.#noted(error);
      const call = buffered[error.step]?.call;
      if (call === undefined) throw this.#noted(error.cause);
      this.#broken = withCallerStack(error.cause, call);
      throw this.#broken;
    }
  }

  async #guarded<T>(work: () => Awaitable<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#noted(error);
    }
  }

  #noted(thrown: unknown): Error {
    const error = asError(thrown);
    if (!leavesTransactionOpen(error)) this.#broken = error;
    return error;
  }

  #check(): void {
    if (this.#broken !== null) throw this.#broken;
    if (!this.#ended) return;
    throw new DataJointError(
      'query',
      'The transaction has ended: await everything that a transaction does before it returns.',
    );
  }
}

/** Gives an error the stack of the call that caused it, which was long before it came out. */
function withCallerStack(thrown: unknown, call: { readonly stack?: string }): Error {
  const error = asError(thrown);
  // Without the headline and the frame of `write` itself.
  const frames = call.stack?.split('\n').slice(2) ?? [];
  error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n');
  return error;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(messageOf(thrown));
}
