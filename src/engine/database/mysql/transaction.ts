import { DataJointError } from '../../errors';
import type { ReadOptions, SqlRow, Statement, Transaction, TransactionOptions } from '../contract';
import { orAbort } from './abort';
import { Cursor } from './cursor';
import { isLost } from './errorCodes';
import { endsTransaction, translateError } from './errors';
import type { Session } from './session';

/** Rows that nobody wants any more are read to the end this long, and then stopped. */
const PATIENCE_MS = 100;

/** What a transaction needs of its database. */
export interface TransactionHost {
  readonly label: string;
  readonly writesReadCommitted: boolean;
  /** Stops what runs in a session, from another one. Never rejects. */
  readonly stop: (session: Session) => Promise<void>;
}

/** One transaction on a session that nobody else uses meanwhile. */
export class MysqlTransaction implements Transaction {
  #ended = false;
  /** Others like it follow. */
  #isMake = false;
  /** Why nothing more can run: the server has ended the transaction. */
  #broken: Error | null = null;
  /** How many statements are on their way. */
  #running = 0;
  /** A query whose rows are still being taken. */
  #cursor: Cursor | null = null;
  /** Settled when no order to stop is on its way to the session. */
  #stopping: Promise<void> = Promise.resolve();

  constructor(
    private readonly session: Session,
    readonly connectionId: number,
    private readonly host: TransactionHost,
  ) {}

  /**
   * REPEATABLE READ, as every session has it (`Connector.open`). Its snapshot is taken here, as in datajoint-python 2.3.2
   * (`adapters.mysql.start_transaction_sql`), except for a make(): that has it from its first read on, because the COMMIT
   * of the make() before has begun its transaction. Where READ COMMITTED may not write, the snapshot is the first read's.
   */
  async begin(options: TransactionOptions | undefined): Promise<void> {
    if (options?.deferWrites === true) {
      this.#isMake = true;
      await this.session.begin();
      return;
    }
    if (options?.readCommitted !== true) {
      await this.session.run({ sql: 'START TRANSACTION WITH CONSISTENT SNAPSHOT', values: [] });
      return;
    }
    const level = { sql: 'SET TRANSACTION ISOLATION LEVEL READ COMMITTED', values: [] };
    await Promise.all([
      ...(this.host.writesReadCommitted ? [this.session.run(level)] : []),
      this.session.run({ sql: 'START TRANSACTION', values: [] }),
    ]);
  }

  async all(statement: Statement, options?: ReadOptions): Promise<SqlRow[]> {
    options?.signal?.throwIfAborted();
    return await orAbort(
      this.#guarded(statement, () => this.session.all(statement)),
      options?.signal,
      () => this.#stop(),
    );
  }

  /**
   * In constant memory as long as the transaction does nothing else between two rows; its first other statement reads
   * the rest of the rows into memory, because a session does one thing at a time.
   */
  async *iterate(statement: Statement, options?: ReadOptions): AsyncGenerator<SqlRow, void, undefined> {
    const signal = options?.signal;
    signal?.throwIfAborted();
    while (this.#cursor !== null) await this.#freeSession();
    this.#check();
    const cursor = new Cursor(this.session.iterate(statement));
    this.#cursor = cursor;
    const stop = (): void => this.#stop();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      for (let row = await cursor.next(); row !== null; row = await cursor.next()) {
        signal?.throwIfAborted();
        yield row;
      }
    } catch (thrown) {
      signal?.throwIfAborted();
      throw await this.#translated(thrown, statement);
    } finally {
      signal?.removeEventListener('abort', stop);
      await this.#discard(cursor);
    }
  }

  async run(statement: Statement): Promise<{ changes: number }> {
    return { changes: await this.#guarded(statement, () => this.session.run(statement)) };
  }

  async write(statement: Statement): Promise<void> {
    await this.run(statement);
  }

  /** @throws LostConnectionError when the session ended meanwhile: the server has undone everything, or may have. */
  async commit(): Promise<void> {
    this.#check();
    this.#ended = true;
    if (this.#cursor !== null) await this.#discard(this.#cursor);
    await this.#stopping;
    try {
      if (this.#isMake) await this.session.commitAndBegin();
      else await this.session.run({ sql: 'COMMIT', values: [] });
    } catch (error) {
      if (!isLost(error)) await this.#undo();
      throw await this.#translated(error, { sql: 'COMMIT', values: [] });
    }
  }

  /** Undoes everything, if that has not happened yet. Never throws: it is called because something else has failed. */
  async rollback(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    // Nobody waits any more for what still runs.
    if (this.#running > 0 || this.#cursor !== null) this.#stop();
    if (this.#cursor !== null) await this.#discard(this.#cursor);
    await this.#stopping;
    await this.#undo();
  }

  async #undo(): Promise<void> {
    if (this.session.ended) return;
    try {
      await this.session.run({ sql: 'ROLLBACK', values: [] });
    } catch {
      this.session.destroy();
    }
  }

  #stop(): void {
    this.#stopping = this.session.ended ? Promise.resolve() : this.host.stop(this.session);
  }

  /** When this resolves, another query may have the session already. */
  async #freeSession(): Promise<void> {
    const cursor = this.#cursor;
    await cursor?.keep();
    if (this.#cursor === cursor) this.#cursor = null;
  }

  async #discard(cursor: Cursor): Promise<void> {
    const timer = setTimeout(() => this.#stop(), PATIENCE_MS);
    await cursor.discard();
    clearTimeout(timer);
    if (this.#cursor === cursor) this.#cursor = null;
  }

  async #guarded<T>(statement: Statement, work: () => Promise<T>): Promise<T> {
    while (this.#cursor !== null) await this.#freeSession();
    this.#check();
    this.#running += 1;
    try {
      return await work();
    } catch (thrown) {
      throw await this.#translated(thrown, statement);
    } finally {
      this.#running -= 1;
    }
  }

  async #translated(thrown: unknown, statement: Statement): Promise<Error> {
    const look = (query: Statement): Promise<SqlRow[]> => this.session.all(query);
    const context = { label: this.host.label, statement, session: this.session.id, look };
    const error = await translateError(thrown, context);
    if (endsTransaction(error)) this.#broken = error;
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
