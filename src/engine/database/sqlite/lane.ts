import { DatabaseSync, StatementSync } from 'node:sqlite';
import type { SqlRow, SqlValue, Statement } from '../contract';
import { registerFunctions } from './expression';

export interface LaneOptions {
  readonly durability: 'full' | 'normal';
  readonly readOnly: boolean;
}

/** A row as the binding gives it: an array of values, or an object where Node cannot give arrays (before 22.16). */
type RawRow = unknown;

interface Prepared {
  readonly statement: StatementSync;
  /** Running it twice changes nothing. */
  readonly repeatable: boolean;
  /** Integers are read as bigint first and narrowed after. */
  big: boolean;
  /** Column names, kept where the SQL text fixes them. */
  names: string[] | null;
}

const CACHE_GENERATION = 200;
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const READS = /^\s*(select|values|pragma|explain)\b/i;
const READS_WITH = /^\s*with\b(?!.*\b(insert|update|delete|replace)\b)/is;
const ARRAYS = 'setReturnArrays' in StatementSync.prototype;

/**
 * One SQLite connection with its prepared statements. Synchronous; throws the binding's own errors.
 * Statements live in two generations of a cache: a full young one becomes the old one and whatever is used again is
 * carried over, which keeps the recently used ones without bookkeeping on each use.
 */
export class Lane {
  readonly #database: DatabaseSync;
  #young = new Map<string, Prepared>();
  #old = new Map<string, Prepared>();

  constructor(location: string | URL, options: LaneOptions) {
    this.#database = new DatabaseSync(location, { readOnly: options.readOnly });
    try {
      this.#database.exec(
        'PRAGMA busy_timeout = 0; PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = OFF; ' +
          'PRAGMA case_sensitive_like = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384; ' +
          `PRAGMA synchronous = ${options.durability === 'full' ? 'FULL' : 'NORMAL'}`,
      );
      registerFunctions(this.#database);
      if (!options.readOnly) this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 67108864');
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** Runs SQL text that has no values and gives no rows. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** Ends the open transaction, if there is one: SQLite itself ends it after some errors. */
  rollback(): void {
    try {
      this.#database.exec('ROLLBACK');
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes('no transaction is active')) throw error;
    }
  }

  /** Runs a write and returns the number of rows it changed. */
  run(statement: Statement): number {
    return Number(this.#prepared(statement.sql).statement.run(...bindable(statement.values)).changes);
  }

  all(statement: Statement): SqlRow[] {
    const prepared = this.#prepared(statement.sql);
    const values = bindable(statement.values);
    let rows: RawRow[];
    try {
      rows = prepared.statement.all(...values);
    } catch (error) {
      if (prepared.big || !prepared.repeatable || !isIntegerTooLarge(error)) throw error;
      prepared.big = true;
      prepared.statement.setReadBigInts(true);
      rows = prepared.statement.all(...values);
    }
    if (rows.length === 0) return [];
    const names = namesOf(prepared, statement.sql);
    const result: SqlRow[] = new Array<SqlRow>(rows.length);
    for (let index = 0; index < rows.length; index++) result[index] = toRow(rows[index], names, prepared.big);
    return result;
  }

  /** The rows one at a time. The lane must do nothing else before the iterator is finished or returned. */
  *iterate(statement: Statement): Generator<SqlRow, void, undefined> {
    const prepared = this.#prepare(statement.sql, true);
    const names = namesOf(prepared, statement.sql);
    for (const row of prepared.statement.iterate(...bindable(statement.values))) yield toRow(row, names, true);
  }

  close(): void {
    this.#young.clear();
    this.#old.clear();
    this.#database.close();
  }

  #prepared(sql: string): Prepared {
    const young = this.#young.get(sql);
    if (young !== undefined) return young;
    const prepared = this.#old.get(sql) ?? this.#prepare(sql, !(READS.test(sql) || READS_WITH.test(sql)));
    if (this.#young.size >= CACHE_GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(sql, prepared);
    return prepared;
  }

  #prepare(sql: string, big: boolean): Prepared {
    const statement = this.#database.prepare(sql);
    if (big) statement.setReadBigInts(true);
    if (ARRAYS) statement.setReturnArrays(true);
    return { statement, repeatable: !big, big, names: null };
  }
}

/**
 * Whole numbers go in as integers: the binding would send them as floating point, and the text column that gets the
 * number 5 would then hold '5.0'. Minus zero has no integer and stays as it is.
 */
function bindable(values: readonly SqlValue[]): SqlValue[] {
  const bound = new Array<SqlValue>(values.length);
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as SqlValue;
    bound[index] =
      typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : value;
  }
  return bound;
}

function namesOf(prepared: Prepared, sql: string): string[] {
  if (prepared.names !== null) return prepared.names;
  const names = prepared.statement.columns().map((column) => column.name);
  // The columns of a star change with the table, all others are fixed by the text.
  if (!sql.includes('*')) prepared.names = names;
  return names;
}

function toRow(raw: RawRow, names: readonly string[], big: boolean): SqlRow {
  const row: SqlRow = {};
  const cells = raw as readonly SqlValue[] | SqlRow;
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    const value = (Array.isArray(cells) ? cells[index] : (cells as SqlRow)[name]) as SqlValue;
    row[name] = big && typeof value === 'bigint' && value <= MAX_SAFE && value >= -MAX_SAFE ? Number(value) : value;
  }
  return row;
}

function isIntegerTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_OUT_OF_RANGE';
}
