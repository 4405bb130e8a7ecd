import type { ReadOptions, SqlRow, Statement } from '../contract';
import { orAbort } from './abort';
import { MAIN_LANE, type Driver } from './driver';
import { joinWriteLock, leaveWriteLock, untilFree, type WriteLock } from './writeLock';

const ROWS_PER_FETCH = 256;

/**
 * The SQLite connections of one database. Reads share the main one; every transaction and every cursor has one of its
 * own meanwhile, so nobody sees what is not committed and no cursor holds back the main one's view.
 */
export class Pool {
  readonly #idle: number[] = [];
  #lastLane = MAIN_LANE;
  readonly #lock: WriteLock;
  /** Says more of a lock that was not freed in time; set where the holders can be known. */
  explain?: (error: unknown) => Promise<unknown>;

  constructor(
    readonly driver: Driver,
    private readonly file: string,
  ) {
    this.#lock = joinWriteLock(file);
  }

  all(statement: Statement, options?: ReadOptions): Promise<SqlRow[]> {
    const signal = options?.signal;
    return untilFree(() => orAbort(this.driver.all(MAIN_LANE, statement), signal), { signal });
  }

  async run(statement: Statement): Promise<number> {
    if (!this.#lock.tryAcquire()) await this.#lock.acquire(this.file);
    try {
      return await untilFree(() => this.driver.run(MAIN_LANE, statement), this);
    } finally {
      this.#lock.release();
    }
  }

  async *iterate(statement: Statement, options?: ReadOptions): AsyncGenerator<SqlRow, void, undefined> {
    const lane = this.#takeLane();
    try {
      yield* this.stream(lane, statement, options);
    } finally {
      this.#idle.push(lane);
    }
  }

  /** The rows of a query on the given connection. */
  async *stream(lane: number, statement: Statement, options?: ReadOptions): AsyncGenerator<SqlRow, void, undefined> {
    const signal = options?.signal;
    const cursor = await untilFree(() => this.driver.openCursor(lane, statement), { signal });
    try {
      for (let more = true; more;) {
        signal?.throwIfAborted();
        const rows = await untilFree(() => orAbort(this.driver.fetchCursor(cursor, ROWS_PER_FETCH), signal), {
          signal,
        });
        yield* rows;
        more = rows.length === ROWS_PER_FETCH;
      }
    } finally {
      await this.driver.closeCursor(cursor);
    }
  }

  /** Takes the write lock and begins a transaction; returns its connection. Give it back with `endWrite`. */
  async beginWrite(): Promise<number> {
    if (!this.#lock.tryAcquire()) await this.#lock.acquire(this.file);
    const lane = this.#takeLane();
    try {
      await untilFree(() => this.driver.begin(lane), this);
      return lane;
    } catch (error) {
      this.endWrite(lane);
      throw error;
    }
  }

  /** Gives back the connection of a transaction that has been committed or rolled back. */
  endWrite(lane: number): void {
    this.#idle.push(lane);
    this.#lock.release();
  }

  async close(): Promise<void> {
    await this.driver.close();
    leaveWriteLock(this.file, this.#lock);
  }

  #takeLane(): number {
    return this.#idle.pop() ?? ++this.#lastLane;
  }
}
