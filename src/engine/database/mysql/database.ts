import type { Channel, Database, ReadOptions, SqlRow, Statement, Transaction, TransactionOptions } from '../contract';
import type { OpenOptions } from '../spec';
import { orAbort } from './abort';
import { MysqlCatalog } from './catalog';
import { Connector, type ServerSpec } from './connect';
import { connectError } from './connectErrors';
import { MysqlDialect } from './dialect';
import { isLost } from './errorCodes';
import { isTransient, translateError } from './errors';
import { MainSession } from './mainSession';
import { patiently } from './patience';
import { Pool } from './pool';
import { quoteText } from './quote';
import { readServer, SERVER_VARIABLES, type Server } from './server';
import type { Session } from './session';
import { MysqlSessions } from './sessions';
import { MysqlTransaction } from './transaction';
import { againIfLost, Turns } from './turns';

/** Opens a database on a MySQL or MariaDB server; see `openDatabase`. */
export async function openMysql(spec: ServerSpec, options: OpenOptions): Promise<Database> {
  const label = `${spec.user}@${spec.host}:${spec.port}`;
  const readOnly = options.readOnly === true;
  const connector = new Connector(spec, options.program ?? 'datajoint-workbench', readOnly);
  const main = new MainSession(connector, label, !readOnly);
  try {
    await main.open();
    const rows = await main.use((session) => session.all(VARIABLES), { retry: true });
    const variables = Object.fromEntries(rows.map((row) => [String(row['Variable_name']), String(row['Value'])]));
    return new MysqlDatabase(`mysql:${label}`, label, main.user, readServer(variables), connector, main);
  } catch (error) {
    await main.close();
    throw connectError(error, spec);
  }
}

const VARIABLES: Statement = {
  sql: `SHOW VARIABLES WHERE Variable_name IN (${SERVER_VARIABLES.map(quoteText).join(', ')})`,
  values: [],
};

/**
 * Counters of the whole server: rows written, and transactions and definitions that took effect. They move whenever
 * anybody commits something, on any schema; information_schema's own update times are minutes late on InnoDB.
 */
function changeToken(server: Server): Statement {
  // MySQL's handler counters count its own temporary tables too, and MariaDB has no counters of InnoDB's rows.
  const rows = server.isMariaDb
    ? ['Handler_write', 'Handler_update', 'Handler_delete']
    : ['Innodb_rows_inserted', 'Innodb_rows_updated', 'Innodb_rows_deleted'];
  const commands = [
    'commit',
    'xa_commit',
    'create_table',
    'alter_table',
    'drop_table',
    'rename_table',
    'truncate',
    'create_db',
    'drop_db',
  ];
  const names = [...rows, ...commands.map((command) => `Com_${command}`)].map(quoteText);
  return { sql: `SHOW GLOBAL STATUS WHERE Variable_name IN (${names.join(', ')})`, values: [] };
}

/** The schemas of a MySQL or MariaDB server. */
class MysqlDatabase implements Database {
  readonly dialect: MysqlDialect;
  readonly catalog: MysqlCatalog;
  readonly sessions: MysqlSessions;
  readonly #pool: Pool;
  readonly #changeToken: Statement;
  /** Statements outside transactions while a transaction has the main session. */
  readonly #asides = new Turns();
  /** Ends when the transaction that runs now has ended; see `transaction`. */
  #serial: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | null = null;

  constructor(
    readonly id: string,
    readonly label: string,
    readonly user: string,
    private readonly server: Server,
    private readonly connector: Connector,
    private readonly main: MainSession,
  ) {
    this.#changeToken = changeToken(server);
    this.#pool = new Pool(connector, label);
    this.dialect = new MysqlDialect(server);
    this.catalog = new MysqlCatalog(this, server);
    this.sessions = new MysqlSessions(this, () => [...main.ids, ...this.#pool.ids], server);
  }

  get channel(): Channel {
    return this.connector.channel;
  }

  get connectionEnd(): AbortSignal {
    return this.main.end;
  }

  get maxStatementBytes(): number {
    return this.connector.packetLimit.bytes;
  }

  async all(statement: Statement, options?: ReadOptions): Promise<SqlRow[]> {
    const signal = options?.signal;
    signal?.throwIfAborted();
    let running: Session | null = null;
    let stopping: Promise<void> | null = null;
    const work = this.#use(
      async (session) => {
        signal?.throwIfAborted();
        running = session;
        try {
          return await session.all(statement);
        } finally {
          running = null;
          // The order to stop must not reach the next statement of this session.
          await stopping;
        }
      },
      { retry: true },
    );
    const stop = (): void => {
      if (running !== null) stopping = this.#stop(running);
    };
    return await orAbort(this.#guarded(statement, work), signal, stop);
  }

  async *iterate(statement: Statement, options?: ReadOptions): AsyncGenerator<SqlRow, void, undefined> {
    const signal = options?.signal;
    signal?.throwIfAborted();
    const session = await this.#pool.take(true);
    const stop = (): void => void this.#stop(session);
    signal?.addEventListener('abort', stop, { once: true });
    let whole = false;
    try {
      for await (const row of session.iterate(statement)) {
        signal?.throwIfAborted();
        yield row;
      }
      whole = true;
    } catch (thrown) {
      signal?.throwIfAborted();
      throw await translateError(thrown, { label: this.label, statement, look: () => Promise.resolve([]) });
    } finally {
      signal?.removeEventListener('abort', stop);
      // Rows that nobody takes would fill the session's buffers.
      if (!whole) session.destroy();
      this.#pool.giveBack(session);
    }
  }

  async run(statement: Statement): Promise<{ changes: number }> {
    return {
      changes: await this.#guarded(
        statement,
        this.#use((session) => session.run(statement), { retry: false }),
      ),
    };
  }

  async write(statement: Statement): Promise<void> {
    await this.run(statement);
  }

  /**
   * Transactions of this database run side by side when they defer their writes (make) or read what is committed
   * (the job queue, which locks the rows it takes). All others run one after the other, so that reading a row and then
   * writing it is safe within one process; between processes the server's row locks decide.
   */
  async transaction<T>(work: (transaction: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T> {
    if (options?.deferWrites === true || options?.readCommitted === true) return await this.#transact(work, options);
    const mine = this.#serial.then(() => this.#transact(work, options));
    this.#serial = mine.catch(() => undefined);
    return await mine;
  }

  async changeToken(options?: ReadOptions): Promise<string> {
    const rows = await this.all(this.#changeToken, options);
    return rows.map((row) => String(row['Value'])).join('.');
  }

  isTransient(error: unknown): boolean {
    return isTransient(error);
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all([this.main.close(), this.#pool.close()]).then(() => undefined);
    return this.#closing;
  }

  async #transact<T>(
    work: (transaction: Transaction) => Promise<T>,
    options: TransactionOptions | undefined,
  ): Promise<T> {
    const { transaction, give } = await this.#begin(options);
    try {
      const result = await work(transaction);
      await transaction.commit();
      return result;
    } catch (error) {
      await transaction.rollback();
      throw error;
    } finally {
      give();
    }
  }

  /**
   * The main session if nobody uses it, so that one job at a time needs no other; else one of the pool. One that the
   * server closed while nobody used it costs nothing but another try.
   */
  async #begin(options: TransactionOptions | undefined): Promise<{ transaction: MysqlTransaction; give: () => void }> {
    for (let attempt = 1; ; attempt += 1) {
      // As many make() run at once as populate was asked for: none of them waits for a session.
      const { session, give } = await patiently(() => this.#free(options?.deferWrites === true));
      try {
        // Jobs are signed with the main session whichever session the transaction has, so it must be open.
        await this.main.ready();
        const stop = (running: Session): Promise<void> => this.#stop(running);
        const host = { label: this.label, stop, writesReadCommitted: this.server.writesReadCommitted };
        const transaction = new MysqlTransaction(session, this.main.id, host);
        await transaction.begin(options);
        return { transaction, give };
      } catch (error) {
        session.destroy();
        give();
        if (attempt === 2 || !isLost(error)) throw await translateError(error, this.#context({ sql: '', values: [] }));
      }
    }
  }

  async #free(beyond: boolean): Promise<{ session: Session; give: () => void }> {
    const main = await this.main.borrow();
    if (main !== null) return { session: main, give: () => this.main.giveBack(main) };
    const session = await this.#pool.take(beyond);
    return { session, give: () => this.#pool.giveBack(session) };
  }

  /** Runs one statement on the main session; on another while a transaction has that one. */
  async #use<T>(work: (session: Session) => Promise<T>, options: { readonly retry: boolean }): Promise<T> {
    return await patiently(async () => {
      if (!this.main.isLent) return await this.main.use(work, options);
      return await this.#asides.take(() => againIfLost(options.retry, () => this.#aside(work)));
    });
  }

  /** Beyond the pool's limit: the holder of all its sessions may wait for this statement. */
  async #aside<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.#pool.take(true);
    try {
      return await work(session);
    } finally {
      this.#pool.giveBack(session);
    }
  }

  /** Stops the statement that runs in a session. When that fails, it runs to its end. */
  async #stop(session: Session): Promise<void> {
    try {
      const other = await this.#pool.take(true);
      try {
        await other.run({ sql: `KILL QUERY ${session.id}`, values: [] });
      } finally {
        this.#pool.giveBack(other);
      }
    } catch {
      // Nobody waits for the statement any more.
    }
  }

  async #guarded<T>(statement: Statement, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (thrown) {
      throw await translateError(thrown, this.#context(statement));
    }
  }

  #context(statement: Statement) {
    const look = (query: Statement): Promise<SqlRow[]> => this.#use((session) => session.all(query), { retry: true });
    return { label: this.label, statement, look };
  }
}
