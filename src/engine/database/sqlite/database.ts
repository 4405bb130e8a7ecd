import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Database, ReadOptions, SqlRow, Statement, Transaction, TransactionOptions } from '../contract';
import type { OpenOptions } from '../spec';
import { accountName } from './account';
import { SqliteCatalog } from './catalog';
import { SqliteDialect } from './dialect';
import type { Driver } from './driver';
import { isBusy } from './errors';
import { InlineDriver } from './inlineDriver';
import { Pool } from './pool';
import { lockFileOf } from './sessionLocks';
import { SqliteSessions } from './sessions';
import { ThreadDriver } from './threadDriver';
import { SqliteTransaction } from './transaction';
import { untilFree } from './writeLock';

/** Opens an embedded database file; see `openDatabase`. */
export async function openSqlite(path: string, durability: 'full' | 'normal', options: OpenOptions): Promise<Database> {
  const file = resolve(path);
  const driverOptions = { file, durability, readOnly: options.readOnly === true };
  const driver: Driver = options.thread === true ? new ThreadDriver(driverOptions) : new InlineDriver(driverOptions);
  const pool = new Pool(driver, file);
  try {
    const { readOnly } = await untilFree(() => driver.open());
    const sessions = new SqliteSessions(pool, (id) => lockFileOf(realpathSync(file), id));
    pool.explain = (error) => sessions.explainBusy(file, error);
    if (!readOnly) await sessions.register(options.program ?? 'datajoint-workbench');
    return new SqliteDatabase(file, pool, sessions);
  } catch (error) {
    await pool.close();
    throw error;
  }
}

const CHANGE_TOKEN: Statement = {
  sql: 'SELECT total_changes() AS own, (SELECT data_version FROM pragma_data_version) AS others',
  values: [],
};

/** The embedded database: one SQLite file. */
class SqliteDatabase implements Database {
  readonly id: string;
  readonly label: string;
  readonly user = `${accountName()}@localhost`;
  readonly channel = 'file';
  readonly dialect = new SqliteDialect();
  readonly maxStatementBytes = Infinity;
  readonly catalog: SqliteCatalog;
  /** Never: who ends an embedded session ends its process. */
  readonly connectionEnd = new AbortController().signal;
  #closing: Promise<void> | null = null;

  constructor(
    file: string,
    private readonly pool: Pool,
    readonly sessions: SqliteSessions,
  ) {
    this.id = `sqlite:${file}`;
    this.label = join(basename(dirname(file)), basename(file));
    this.catalog = new SqliteCatalog(this);
  }

  all(statement: Statement, options?: ReadOptions): Promise<SqlRow[]> {
    return this.pool.all(statement, options);
  }

  iterate(statement: Statement, options?: ReadOptions): AsyncIterable<SqlRow> {
    return this.pool.iterate(statement, options);
  }

  async run(statement: Statement): Promise<{ changes: number }> {
    return { changes: await this.pool.run(statement) };
  }

  async write(statement: Statement): Promise<void> {
    await this.pool.run(statement);
  }

  async transaction<T>(work: (transaction: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T> {
    const defers = options?.deferWrites === true;
    const transaction = new SqliteTransaction(this.pool, this.sessions.id, defers);
    try {
      if (!defers) await transaction.begin();
      const result = await work(transaction);
      await transaction.commit();
      return result;
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
  }

  async changeToken(options?: ReadOptions): Promise<string> {
    const [row] = await this.all(CHANGE_TOKEN, options);
    return `${String(row?.['others'])}.${String(row?.['own'])}`;
  }

  isTransient(error: unknown): boolean {
    return isBusy(error);
  }

  close(): Promise<void> {
    this.#closing ??= this.sessions.unregister().finally(() => this.pool.close());
    return this.#closing;
  }
}
