import type { SqlRow, Statement } from '../contract';

export type Awaitable<T> = T | Promise<T>;

/** The connection of reads and of writes that are their own transaction. */
export const MAIN_LANE = 0;

/** Thrown by `batch`: which statement failed (`statements.length`: the COMMIT) and why. */
export class BatchError extends Error {
  constructor(
    readonly step: number,
    override readonly cause: unknown,
  ) {
    super('A statement of a batch failed.');
  }
}

/**
 * What the asynchronous shell needs of SQLite. A lane is one SQLite connection; lanes are numbered by the shell and
 * open when first used. Nothing here waits for a lock: a conflict throws DataJointError `busy` at once, and the shell
 * tries again. In this thread every answer is there at once; a worker thread answers with promises.
 */
export interface Driver {
  /** Prepares file and folder, opens the main lane and lays the system tables. */
  open(): Awaitable<{ readOnly: boolean }>;
  all(lane: number, statement: Statement): Awaitable<SqlRow[]>;
  run(lane: number, statement: Statement): Awaitable<number>;
  /** BEGIN IMMEDIATE: takes the write lock of the file. */
  begin(lane: number): Awaitable<void>;
  /**
   * Runs statements with nothing in between, then COMMIT if asked. Returns the number of rows that the last one
   * changed. A failed batch leaves its transaction open.
   * @throws BatchError
   */
  batch(lane: number, statements: readonly Statement[], commit: boolean): Awaitable<number>;
  /** Ends the lane's transaction if there is one. */
  rollback(lane: number): Awaitable<void>;
  /** Opens a cursor; it lives until it is closed or the lane's transaction ends. */
  openCursor(lane: number, statement: Statement): Awaitable<number>;
  /** The next rows; fewer than asked means that the cursor has ended. */
  fetchCursor(cursor: number, count: number): Awaitable<SqlRow[]>;
  closeCursor(cursor: number): Awaitable<void>;
  /** Holds the lock file of a session until it is released or this process dies. */
  holdSession(id: number): Awaitable<void>;
  releaseSession(id: number): Awaitable<void>;
  /** For each session whether a living process holds its lock file; null when that cannot be told. */
  sessionsHeld(ids: readonly number[]): Awaitable<(boolean | null)[]>;
  /** Removes the lock files of sessions that are gone. */
  forgetSessions(ids: readonly number[]): Awaitable<void>;
  close(): Awaitable<void>;
}
