import type { SqlRow } from '../contract';

/**
 * The rows of a query that occupies its session until the last one was taken. Whatever else needs the session has the
 * rest read into memory first.
 */
export class Cursor {
  readonly #kept: SqlRow[] = [];
  #given = 0;
  #failure: Error | null = null;
  #reading: Promise<void> | null = null;

  constructor(private readonly source: AsyncGenerator<SqlRow, void, undefined>) {}

  /** The next row, or null after the last. @throws what the query failed with */
  async next(): Promise<SqlRow | null> {
    if (this.#reading === null) return (await this.source.next()).value ?? null;
    await this.#reading;
    const row = this.#kept[this.#given];
    this.#given += 1;
    if (row === undefined && this.#failure !== null) throw this.#failure;
    return row ?? null;
  }

  /** Reads what is left, so that the session is free. The reader of the rows gets the error of the query. */
  keep(): Promise<void> {
    this.#reading ??= this.#read((row) => this.#kept.push(row));
    return this.#reading;
  }

  /** As `keep`, for rows that nobody will take. */
  async discard(): Promise<void> {
    await (this.#reading ?? this.#read(() => undefined));
  }

  async #read(take: (row: SqlRow) => void): Promise<void> {
    try {
      for (let next = await this.source.next(); next.value !== undefined; next = await this.source.next())
        take(next.value);
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
  }
}
