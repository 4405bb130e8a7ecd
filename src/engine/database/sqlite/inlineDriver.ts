import { DataJointError } from '../../errors';
import type { SqlRow, Statement } from '../contract';
import { BatchError, MAIN_LANE, type Driver } from './driver';
import { translateError } from './errors';
import { brokenReference, duplicateValues } from './culprit';
import { openFile, type OpenedFile } from './file';
import type { Lane } from './lane';
import { SessionLocks } from './sessionLocks';

export interface DriverOptions {
  readonly file: string;
  readonly durability: 'full' | 'normal';
  readonly readOnly: boolean;
}

interface Cursor {
  readonly lane: number;
  readonly rows: Generator<SqlRow, void, undefined>;
}

/** SQLite in this thread: every call blocks for as long as SQLite works, never for a lock. */
export class InlineDriver implements Driver {
  readonly #lanes = new Map<number, Lane>();
  readonly #cursors = new Map<number, Cursor>();
  #lastCursor = 0;
  #opened: { readonly file: OpenedFile; readonly locks: SessionLocks } | null = null;

  constructor(private readonly options: DriverOptions) {}

  open(): { readOnly: boolean } {
    return this.#translated(null, null, () => {
      const file = openFile(this.options);
      this.#opened = { file, locks: new SessionLocks(file.path) };
      this.#lanes.set(MAIN_LANE, file.main);
      return { readOnly: file.readOnly };
    });
  }

  all(lane: number, statement: Statement): SqlRow[] {
    const target = this.#lane(lane);
    try {
      return target.all(statement);
    } catch (error) {
      throw this.#translate(error, target, statement);
    }
  }

  run(lane: number, statement: Statement): number {
    const target = this.#lane(lane);
    try {
      return target.run(statement);
    } catch (error) {
      throw this.#translate(error, target, statement);
    }
  }

  begin(lane: number): void {
    this.run(lane, BEGIN);
  }

  batch(lane: number, statements: readonly Statement[], commit: boolean): number {
    const target = this.#lane(lane);
    let step = 0;
    let changes = 0;
    try {
      for (; step < statements.length; step++) changes = target.run(statements[step] as Statement);
      if (commit) {
        this.#closeCursors(lane);
        target.run(COMMIT);
      }
      return changes;
    } catch (error) {
      throw new BatchError(step, this.#translate(error, target, statements[step] ?? null));
    }
  }

  rollback(lane: number): void {
    this.#closeCursors(lane);
    this.#lane(lane).rollback();
  }

  openCursor(lane: number, statement: Statement): number {
    const target = this.#lane(lane);
    return this.#translated(target, statement, () => {
      this.#cursors.set(++this.#lastCursor, { lane, rows: target.iterate(statement) });
      return this.#lastCursor;
    });
  }

  fetchCursor(id: number, count: number): SqlRow[] {
    const cursor = this.#cursors.get(id);
    if (cursor === undefined) {
      throw new DataJointError('query', 'These rows can no longer be read: the transaction that read them has ended.');
    }
    return this.#translated(this.#lane(cursor.lane), null, () => {
      const rows: SqlRow[] = [];
      while (rows.length < count) {
        const next = cursor.rows.next();
        if (next.done === true) break;
        rows.push(next.value);
      }
      return rows;
    });
  }

  closeCursor(id: number): void {
    this.#cursors.get(id)?.rows.return();
    this.#cursors.delete(id);
  }

  holdSession(id: number): void {
    this.#translated(null, null, () => this.#opened?.locks.hold(id));
  }

  releaseSession(id: number): void {
    this.#opened?.locks.release(id);
  }

  sessionsHeld(ids: readonly number[]): (boolean | null)[] {
    return ids.map((id) => this.#opened?.locks.isHeld(id) ?? null);
  }

  forgetSessions(ids: readonly number[]): void {
    for (const id of ids) this.#opened?.locks.forget(id);
  }

  close(): void {
    for (const cursor of [...this.#cursors.keys()]) this.closeCursor(cursor);
    for (const lane of this.#lanes.values()) lane.close();
    this.#lanes.clear();
    this.#opened?.locks.close();
    this.#opened = null;
  }

  #closeCursors(lane: number): void {
    for (const [id, cursor] of this.#cursors) if (cursor.lane === lane) this.closeCursor(id);
  }

  #lane(number: number): Lane {
    const lane = this.#lanes.get(number);
    if (lane !== undefined) return lane;
    return this.#translated(null, null, () => {
      if (this.#opened === null) throw new Error('database is not open');
      const opened = this.#opened.file.openLane();
      this.#lanes.set(number, opened);
      return opened;
    });
  }

  #translated<T>(lane: Lane | null, statement: Statement | null, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#translate(error, lane, statement);
    }
  }

  #translate(error: unknown, lane: Lane | null, statement: Statement | null): Error {
    return translateError(error, {
      file: this.options.file,
      duplicate: (table, attributes) =>
        lane === null || statement === null ? null : duplicateValues(lane, statement, table, attributes),
      brokenReference: () => (lane === null || statement === null ? null : brokenReference(lane, statement)),
    });
  }
}

const BEGIN: Statement = { sql: 'BEGIN IMMEDIATE', values: [] };
const COMMIT: Statement = { sql: 'COMMIT', values: [] };
