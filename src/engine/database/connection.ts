import { AsyncLocalStorage } from 'node:async_hooks';
import { DataJointError } from '../errors';
import type { Catalog, Database, Dialect, Executor, Sessions, Transaction, TransactionOptions } from './contract';

/**
 * A database plus the transaction that the running code is in. A statement that runs through `executor` lands in the
 * ambient transaction without being handed one: the queries inside a `make()` find their job's transaction this way,
 * and several jobs can run side by side.
 */
export class Connection {
  readonly #ambient = new AsyncLocalStorage<Transaction | null>();

  constructor(readonly database: Database) {}

  /** The transaction of this async context on this connection, else the database itself. */
  get executor(): Executor {
    return this.#ambient.getStore() ?? this.database;
  }

  get inTransaction(): boolean {
    return (this.#ambient.getStore() ?? null) !== null;
  }

  /**
   * Runs `work` in a transaction that is ambient for everything it calls and awaits.
   * @throws DataJointError `not_allowed` inside another transaction of this connection.
   */
  async transaction<T>(work: (transaction: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T> {
    if (this.inTransaction) {
      throw new DataJointError(
        'not_allowed',
        'A transaction is already open here and transactions cannot be nested: do the work in the open one.',
      );
    }
    return this.database.transaction((transaction) => this.#ambient.run(transaction, work, transaction), options);
  }

  /** Runs `work` as if no transaction were open: what it writes stays whatever becomes of the ambient transaction. */
  outside<T>(work: () => T): T {
    return this.#ambient.run(null, work);
  }

  get dialect(): Dialect {
    return this.database.dialect;
  }

  get catalog(): Catalog {
    return this.database.catalog;
  }

  get sessions(): Sessions {
    return this.database.sessions;
  }

  get id(): string {
    return this.database.id;
  }

  get label(): string {
    return this.database.label;
  }

  get user(): string {
    return this.database.user;
  }

  close(): Promise<void> {
    return this.database.close();
  }
}
