import { DataJointError, LostConnectionError } from '../../errors';
import type { ReadOptions, SqlRow, Statement, Transaction, TransactionOptions } from '../contract';
import { orAbort } from './abort';
import { endsTransaction, translateError } from './errors';
import type { Session } from './session';

/** What a transaction needs of its database. */
export interface TransactionHost {
  readonly label: string;
  /** Stops what runs in a session, from another one. Never rejects. */
  readonly stop: (session: Session) => Promise<void>;
}

/** One transaction on a session of its own. */
export class MysqlTransaction implements Transaction {
  #ended = false;
  /** Why nothing more can run: the server has ended the transaction. */
  #broken: Error | null = null;
  /** Settled when no order to stop is on its way to the session. */
  #stopping: Promise<void> = Promise.resolve();

  constructor(
    private readonly session: Session,
    readonly connectionId: number,
    private readonly host: TransactionHost,
  ) {}

  /** Its snapshot is taken here, as in datajoint-python 2.3.2 (`adapters.mysql.start_transaction_sql`). */
  async begin(options: TransactionOptions | undefined): Promise<void> {
    const [level, start] =
      options?.readCommitted === true
        ? ['READ COMMITTED', 'START TRANSACTION']
        : ['REPEATABLE READ', 'START TRANSACTION WITH CONSISTENT SNAPSHOT'];
    await Promise.all([
      this.session.run({ sql: `SET TRANSACTION ISOLATION LEVEL ${level}`, values: [] }),
      this.session.run({ sql: start, values: [] }),
    ]);
  }

  async all(statement: Statement, options?: ReadOptions): Promise<SqlRow[]> {
    options?.signal?.throwIfAborted();
    const stop = (): void => {
      this.#stopping = this.host.stop(this.session);
    };
    return await orAbort(this.#guarded(statement, () => this.session.all(statement)), options?.signal, stop);
  }

  /** Holds the whole result in memory: the session must stay free for the transaction's other statements. */
  async *iterate(statement: Statement, options?: ReadOptions): AsyncGenerator<SqlRow, void, undefined> {
    for (const row of await this.all(statement, options)) {
      options?.signal?.throwIfAborted();
      yield row;
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
    await this.#stopping;
    try {
      await this.session.run({ sql: 'COMMIT', values: [] });
    } catch (error) {
      this.session.destroy();
      throw await this.#translated(error, { sql: 'COMMIT', values: [] });
    }
  }

  /** Undoes everything, if that has not happened yet. Never throws: it is called because something else has failed. */
  async rollback(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#stopping;
    if (this.session.ended) return;
    try {
      await this.session.run({ sql: 'ROLLBACK', values: [] });
    } catch {
      this.session.destroy();
    }
  }

  async #guarded<T>(statement: Statement, work: () => Promise<T>): Promise<T> {
    this.#check();
    try {
      return await work();
    } catch (thrown) {
      throw await this.#translated(thrown, statement);
    }
  }

  async #translated(thrown: unknown, statement: Statement): Promise<Error> {
    const look = (query: Statement): Promise<SqlRow[]> => this.session.all(query);
    const error = await translateError(thrown, { label: this.host.label, statement, look });
    if (endsTransaction(error)) this.#broken = error;
    return error;
  }

  #check(): void {
    if (this.#broken instanceof LostConnectionError) {
      throw new LostConnectionError(`${this.#broken.message} The transaction was undone.`, { cause: this.#broken });
    }
    if (this.#broken !== null) throw this.#broken;
    if (!this.#ended) return;
    throw new DataJointError('query', 'The transaction has ended: await everything that a transaction does before it returns.');
  }
}
