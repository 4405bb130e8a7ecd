import type { Socket } from 'node:net';
import type { Connection, ConnectionOptions, FieldPacket, QueryError, ResultSetHeader } from 'mysql2';
import type { SqlRow, Statement } from '../contract';
import { errnoOf, isLost } from './errorCodes';
import { logIn } from './login';
import { assertFits, type PacketLimit } from './packet';
import { rowReader, toParameter } from './values';

/** Prepared statements that a session keeps. Those with more parameters are prepared, run once and closed. */
export const KEPT_STATEMENTS = 100;
const MOST_PARAMETERS_KEPT = 100;
const MOST_TEXT_KEPT = 8192;
/** MySQL's ER_UNSUPPORTED_PS: the statement cannot be prepared. */
const NOT_PREPARABLE = 1295;
const NO_DEFAULT_DATABASE = 1046;

/** In this form the server looks the alias up in the default database, and fails when there is none. */
const MULTI_TABLE_DELETE = /^DELETE `[^`]+` FROM (`(?:[^`]|``)+`)\./;

interface Answer {
  readonly result: unknown;
  readonly fields: readonly FieldPacket[];
}

/** One connection to the server. Errors come out as mysql2 gives them. */
export class Session {
  /** The server's id of this session. */
  readonly id: number;
  /** Set when the connection is gone or was closed. */
  #ended = false;
  /** The default database, in backticks. */
  #schema: string | null = null;
  readonly #waiting = new Set<(error: Error) => void>();
  /** An empty transaction is open, for the next transaction: no lock, no snapshot. */
  #chained = false;
  idleSince = Date.now();
  /** Called once when the session ends otherwise than by `close`. */
  onCut: () => void = () => undefined;

  private constructor(
    private readonly connection: Connection,
    private readonly socket: Socket,
    private readonly limit: PacketLimit,
  ) {
    this.id = connection.threadId;
    const end = (): void => {
      this.#cut();
      // mysql2 answers what it was asked first; a statement that still waits after that gets no answer.
      setImmediate(() => this.#tellWaiting());
    };
    connection.on('error', end);
    connection.on('end', end);
    // An open session alone does not keep a program running that has nothing left to do.
    socket.unref();
  }

  /** Connects and logs in. @throws mysql2's error */
  static async connect(options: ConnectionOptions, limit: PacketLimit): Promise<Session> {
    const { connection, socket } = await logIn(options);
    return new Session(connection, socket, limit);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Begins a transaction, which takes its snapshot as it first reads. */
  async begin(): Promise<void> {
    if (this.#chained) this.#chained = false;
    else await this.#query('START TRANSACTION');
  }

  /** Commits, and saves the next transaction of the same kind its first turn to the server and back. */
  async commitAndBegin(): Promise<void> {
    await this.#query('COMMIT AND CHAIN');
    this.#chained = true;
  }

  /** The rows of a query. */
  async all(statement: Statement): Promise<SqlRow[]> {
    const { result, fields } = await this.#execute(statement);
    if (!Array.isArray(result)) return [];
    const read = rowReader(fields);
    return (result as Record<string, unknown>[]).map(read);
  }

  /** Runs a write; how many rows it matched or inserted. */
  async run(statement: Statement): Promise<number> {
    const schema = MULTI_TABLE_DELETE.exec(statement.sql)?.[1];
    if (schema === undefined) return await this.#write(statement);
    if (schema !== this.#schema) await this.#useSchema(schema);
    try {
      return await this.#write(statement);
    } catch (error) {
      // It was dropped meanwhile by any session, and perhaps made again.
      if (errnoOf(error) !== NO_DEFAULT_DATABASE) throw error;
      await this.#useSchema(schema);
      return await this.#write(statement);
    }
  }

  /** The rows of a query as they arrive, with backpressure. The session is busy until the last row was taken. */
  async *iterate(statement: Statement): AsyncGenerator<SqlRow, void, undefined> {
    if (this.#ended) throw lost();
    assertFits(statement, this.limit);
    this.#unchain();
    let read: ((row: Record<string, unknown>) => SqlRow) | null = null;
    const query = this.connection.execute({ sql: statement.sql, values: statement.values.map(toParameter) });
    query.on('fields', (fields: FieldPacket[]) => {
      read = rowReader(fields);
    });
    const stream = query.stream({ highWaterMark: 256 });
    const end = (error: Error): void => void stream.destroy(error);
    this.#wait(end);
    try {
      for await (const row of stream.iterator() as AsyncIterable<Record<string, unknown>>) {
        read ??= rowReader([]);
        yield read(row);
      }
    } finally {
      this.#waited(end);
    }
  }

  async ping(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.connection.ping((error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  }

  /** Ends the session in good order. Never throws. */
  async close(): Promise<void> {
    if (!this.#ended) {
      this.#ended = true;
      this.socket.ref();
      await new Promise<void>((resolve) => {
        this.connection.once('error', () => resolve());
        this.socket.once('close', () => resolve());
        this.connection.end(() => resolve());
      });
    }
    this.destroy();
  }

  /** Cuts the connection; the server rolls back and forgets the session. */
  destroy(): void {
    this.#cut();
    this.connection.destroy();
    this.socket.destroy();
    this.#tellWaiting();
  }

  #cut(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.onCut();
  }

  /** mysql2 tells nobody who still waits when the connection is cut. */
  #tellWaiting(): void {
    for (const reject of this.#waiting) reject(lost());
    this.#waiting.clear();
  }

  #wait(reject: (error: Error) => void): void {
    this.#waiting.add(reject);
    this.socket.ref();
  }

  #waited(reject: (error: Error) => void): void {
    this.#waiting.delete(reject);
    if (this.#waiting.size === 0 && !this.#ended) this.socket.unref();
  }

  /** Whatever else runs in this session runs outside of a transaction that nobody has begun. It is sent after this. */
  #unchain(): void {
    if (!this.#chained) return;
    this.#chained = false;
    this.connection.query('ROLLBACK', () => undefined);
  }

  async #write(statement: Statement): Promise<number> {
    const { result } =
      statement.values.length === 0 ? await this.#query(statement.sql) : await this.#execute(statement);
    return Array.isArray(result) ? 0 : changesOf(statement.sql, result as ResultSetHeader);
  }

  async #useSchema(schema: string): Promise<void> {
    this.#schema = null;
    await this.#query(`USE ${schema}`);
    this.#schema = schema;
  }

  async #query(sql: string): Promise<Answer> {
    assertFits({ sql, values: [] }, this.limit);
    this.#unchain();
    return await this.#answer((done) => this.connection.query(sql, done));
  }

  async #execute({ sql, values }: Statement): Promise<Answer> {
    assertFits({ sql, values }, this.limit);
    this.#unchain();
    const once = values.length > MOST_PARAMETERS_KEPT || sql.length > MOST_TEXT_KEPT;
    try {
      return await this.#answer((done) => this.connection.execute(sql, values.map(toParameter) as never, done));
    } catch (error) {
      if (errnoOf(error) === NOT_PREPARABLE && values.length === 0) return await this.#query(sql);
      throw error;
    } finally {
      if (once && !this.#ended) this.connection.unprepare(sql);
    }
  }

  #answer(
    send: (done: (error: QueryError | null, result: unknown, fields: FieldPacket[]) => void) => unknown,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#ended) {
        reject(lost());
        return;
      }
      this.#wait(reject);
      send((error, result, fields) => {
        this.#waited(reject);
        if (error === null) {
          resolve({ result, fields: Array.isArray(fields) ? fields : [] });
          return;
        }
        // The server may say so before it closes the connection: nothing more may be sent on it.
        if (isLost(error)) this.destroy();
        reject(error);
      });
    });
  }
}

function lost(): Error {
  return Object.assign(new Error('The connection was closed.'), { code: 'PROTOCOL_CONNECTION_LOST', fatal: true });
}

/**
 * An UPDATE counts the rows it changed; the rows it matched stand first in its info, `Rows matched: 3  Changed: 0`.
 * The flag FOUND_ROWS would count those, and count the rows that an insert passes over as well.
 */
function changesOf(sql: string, header: ResultSetHeader): number {
  if (/^\s*update\b/i.test(sql)) return Number(/\d+/.exec(header.info)?.[0] ?? header.affectedRows);
  if (/^\s*replace\b/i.test(sql)) return Number(/^\D*(\d+)/.exec(header.info)?.[1] ?? Math.min(header.affectedRows, 1));
  return header.affectedRows;
}
