/**
 * The contract between the engine and a database. Everything above this folder speaks only to these interfaces; only
 * the folders beside this file know which database is behind them.
 */
import type { ExpressionToken } from './expression';
import type { Attribute, ColumnType, HiddenForm, ListedTable, TableName, TableSpec } from './model';
import type { Proof } from './processProof';

/** What travels to and from a driver. Text is UTF-16 here and UTF-8 there; dates and decimals travel as text. */
export type SqlValue = null | number | bigint | string | Uint8Array;

export type SqlRow = Record<string, SqlValue>;

/** SQL with `?` for each value. Values are never spliced into the text. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

export interface ReadOptions {
  /** Aborting gives up waiting, and stops the query where the database can. */
  readonly signal?: AbortSignal;
}

/**
 * Something that runs statements: a database (each statement its own transaction) or one open transaction.
 * Driver errors come out as `DataJointError` children with a sentence for a person and the driver's error as `cause`.
 */
export interface Executor {
  /** All rows of a query. Integers beyond ±2^53 arrive as bigint, all others as number. */
  all(statement: Statement, options?: ReadOptions): Promise<SqlRow[]>;
  /** The rows of a query, one at a time, in constant memory. */
  iterate(statement: Statement, options?: ReadOptions): AsyncIterable<SqlRow>;
  /** Runs a write now and says how many rows it matched or inserted. */
  run(statement: Statement): Promise<{ changes: number }>;
  /**
   * Runs a write whose outcome nobody needs before the transaction ends. A transaction that defers its writes keeps it
   * back until something reads, runs or commits; an error then carries the stack of this call.
   */
  write(statement: Statement): Promise<void>;
}

export interface Transaction extends Executor {
  /** The session that signs jobs, as `connection_id` of a job row. A transaction that runs alone runs on it. */
  readonly connectionId: number;
}

export interface TransactionOptions {
  /**
   * Take no write lock before it is needed: writes are kept back until a read, `run` or the commit needs them, so a
   * computation between them does not block other writers. Only a hint; a database with row locks ignores it.
   */
  readonly deferWrites?: boolean;
  /**
   * Read each statement's own snapshot (READ COMMITTED) instead of one for the whole transaction, on a server whose
   * configuration lets such a transaction write.
   */
  readonly readCommitted?: boolean;
}

/** The SQL that differs between databases. Pure: text in, text out. */
export interface Dialect {
  quoteIdentifier(name: string): string;
  /** A table's address as it stands in a FROM clause. */
  tableReference(name: TableName): string;
  /** The server's time with `precision` fractional digits (0 to 6), as the type `datetime(precision)`. */
  now(precision: number): string;
  /** A datetime expression plus a number of seconds (may be fractional or negative); `seconds` is an SQL expression. */
  addSeconds(expression: string, seconds: string): string;
  /** Milliseconds since the Unix epoch of a stored datetime expression, as a number. */
  epochMillis(expression: string): string;
  /**
   * The words around `VALUES …` of an insert: `verb` stands before the table's name (`INSERT INTO`, `REPLACE INTO`),
   * `suffix` after the values. `skipDuplicates` passes over rows whose primary or unique key exists, and over nothing
   * else; `keyColumn` is any column of the primary key of `table`.
   */
  insertWords(
    mode: 'plain' | 'skipDuplicates' | 'replace',
    keyColumn: string,
    table: TableName,
  ): { verb: string; suffix: string };
  /** The words before WHERE of a delete whose conditions name the table by `alias`; `reference`: `tableReference`. */
  deleteFrom(reference: string, alias: string): string;
  /** Appended to a SELECT that claims rows: skips the rows that others claim. Empty where writers are serial anyway. */
  readonly skipLocked: string;
  /** Appended to a SELECT that claims rows: waits for the rows that others claim. Empty where `skipLocked` is. */
  readonly waitLocked: string;
  /**
   * Stands after the SELECT of an EXISTS in a statement that locks rows: what EXISTS asks is looked up for each row of the
   * statement, whose rows are walked by its own index. As a join that begins with the subquery it would lock them all.
   */
  readonly lookUpEach: string;
  /** The most `?` one statement may hold. */
  readonly maxParameters: number;
  /** A SELECT that gives many rows through few parameters; null where that cannot be. No value is null. */
  rowList(rows: readonly (readonly SqlValue[])[]): Statement | null;
  /** The default of an attribute that has one, as an expression that an UPDATE may set it to. */
  defaultValue(attribute: Attribute): string;
  /**
   * What a person wrote, as an expression that means here what it means to MySQL.
   * @throws DataJointError `query` for what this database cannot do
   */
  expression(tokens: readonly ExpressionToken[]): string;
  /** A column as an expression that sorts as its type does; an enum sorts by the place of its members in the definition. */
  sortKey(column: string, type: ColumnType): string;
  /** LIMIT/OFFSET clause. */
  limit(limit: number | null, offset: number): string;
  createTable(table: TableSpec, form?: HiddenForm): Statement[];
  /** From one to the other of two tables that differ only in comments, defaults and added secondary attributes. */
  alterTable(existing: TableSpec, wanted: TableSpec): Statement[];
}

/** A foreign key, by the tables at its two ends. */
export interface TableReference {
  readonly child: TableName;
  readonly parent: TableName;
}

/** What exists in the database, read from its own catalogue in a fixed number of statements. */
export interface Catalog {
  /** All schemas that hold or may hold DataJoint tables, sorted; system schemas left out. */
  schemas(options?: ReadOptions): Promise<string[]>;
  createSchema(schema: string): Promise<void>;
  /** Drops an empty or full schema with everything in it. */
  dropSchema(schema: string): Promise<void>;
  /**
   * Drops tables with their rows, in the given order: each before the tables that it refers to. One that is not there is
   * passed over. All go or none where the database can do that; elsewhere the error says which of them are gone.
   */
  dropTables(names: readonly TableName[]): Promise<void>;
  /** Every table of the given schemas (all when absent), hidden `~` tables included, sorted by name. */
  tables(schemas?: readonly string[], options?: ReadOptions): Promise<TableSpec[]>;
  /**
   * Every foreign key among the tables that this account may see, by the children's names; two from one table to another
   * are two. One statement, which reads no table of anybody: much cheaper than reading the tables.
   */
  references(options?: ReadOptions): Promise<TableReference[]>;
  /** The names of all tables and views, hidden `~` tables included, sorted: much cheaper than reading the tables. */
  tableNames(options?: ReadOptions): Promise<ListedTable[]>;
  /** One table, or null. Cheap: a fixed number of statements. */
  table(name: TableName, options?: ReadOptions): Promise<TableSpec | null>;
  /** A few tables in the order of their names, null for one that is not there; as few statements as for one. */
  tablesNamed(names: readonly TableName[], options?: ReadOptions): Promise<(TableSpec | null)[]>;
  /** How hidden attributes are declared in a schema, as its tables show; where none does, as the newest version does. */
  hiddenForm(schema: string): Promise<HiddenForm>;
}

/** One session of the database, as a row of a process list. */
export interface SessionInfo {
  readonly id: number;
  readonly user: string;
  readonly host: string;
  readonly db: string | null;
  /** `Sleep`, `Query`; on the embedded database `Sleep` or `Populate`. */
  readonly command: string;
  /** Seconds in this state. */
  readonly time: number;
  readonly state: string | null;
  readonly info: string | null;
  /** Process id on `host`, where known. */
  readonly pid: number | null;
  /** True for a session of this very process. */
  readonly own: boolean;
}

/** Whether the session behind a reservation still exists, with the reason in words. */
export interface Liveness {
  readonly verdict: 'alive' | 'gone' | 'unknown';
  readonly reason: string;
}

/** A reservation's worker as a job row names it. */
export interface WorkerIdentity {
  readonly connectionId: number;
  readonly host: string;
  readonly pid: number;
  /** The account, and where the server saw it come from: `name@host`. Absent where the row does not tell. */
  readonly user?: string;
  /**
   * True for a worker of this engine, whose main session holds a lock while it lives. datajoint-python holds none, and
   * its forked workers sign with a session id that has ended.
   */
  readonly locked?: boolean;
}

/** One session waits for a lock that another one holds. */
export interface LockWait {
  readonly waiter: number;
  readonly blocker: number;
}

export interface Sessions {
  list(options?: ReadOptions): Promise<SessionInfo[]>;
  /** False when this account sees its own sessions only: then one that is not listed may still be there. */
  seesAll(options?: ReadOptions): Promise<boolean>;
  /** Who waits for whom just now; null where this account may not know. The embedded database has no such waits. */
  lockWaits(options?: ReadOptions): Promise<LockWait[] | null>;
  /** The verdict for each worker, in order. One statement or less, however many workers. */
  liveness(workers: readonly WorkerIdentity[]): Promise<Liveness[]>;
  /**
   * Whether the process of this machine that a worker names is the one behind its session, by what the system tells of
   * that process: a row alone is no evidence.
   * @param since when the worker took its job, in milliseconds since 1970; null where that is not known
   */
  provesProcess(worker: WorkerIdentity, since: number | null): Promise<Proof>;
  /**
   * Ends a session. Re-checks that it is still the one that was shown; refuses one's own; one that is already gone is
   * a success. Resolves when the session has ended.
   * @throws DataJointError `not_allowed` for one's own session or one that changed, `access` without the privilege.
   */
  kill(session: SessionInfo): Promise<void>;
  /**
   * Says what this session is doing, for others who list sessions. Null: idle. Absent where the database's own list
   * shows what each session runs.
   */
  describe?(info: string | null): Promise<void>;
}

/**
 * What guards the way to a database: `file` for one that is opened here, `plain` for nothing, `encrypted` where nothing has
 * checked which server answers, `verified` where its certificate has.
 */
export type Channel = 'file' | 'plain' | 'encrypted' | 'verified';

export interface Database extends Executor {
  /** For people: `.datajoint/embedded.db`, or `user@host:port`. */
  readonly label: string;
  /** Stable identity of the database that is behind this, for caches and tree ids. */
  readonly id: string;
  /** The account, as the `user` column of a job row: `name@host`. */
  readonly user: string;
  readonly channel: Channel;
  readonly dialect: Dialect;
  readonly catalog: Catalog;
  readonly sessions: Sessions;
  /** The most bytes that one statement may have with its values; Infinity where nothing limits them. */
  readonly maxStatementBytes: number;
  /**
   * Aborts with a LostConnectionError when the session that signs jobs ends: it was killed, or the server is gone. The
   * next session that is opened in its place has a signal of its own.
   */
  readonly connectionEnd: AbortSignal;
  /** Runs `work` in a transaction: commits when it resolves, rolls back when it rejects. Not to be nested. */
  transaction<T>(work: (transaction: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Changes whenever anybody committed something; at most two cheap statements. */
  changeToken(options?: ReadOptions): Promise<string>;
  /** True for errors after which the same transaction may simply be tried again (deadlock, lock timeout, busy). */
  isTransient(error: unknown): boolean;
  /** Ends every session of this database in this process. Idempotent. */
  close(): Promise<void>;
}

export type { Attribute, TableName, TableSpec };
