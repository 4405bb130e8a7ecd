import { all, any, concat, type Fragment, Query, raw, sql, value } from '../algebra';
import type { Attribute, Connection, ReadOptions, SqlRow, TableName, TableSpec } from '../database';
import { classNameOf } from '../definition';
import { type JobMove, keyBlobColumn, keyColumn, keyHash, messageColumn, nameColumn, readKey, type SchemaJobTable, schemaWorkerOf, stackColumns, storedStack } from '../jobs';
import { StoredTable } from '../tables';
import type { JobStatus, JobSummary, Key, Page } from './contract';
import type { Queue } from './queue';

/** How many rows are looked through for a key whose hash is not the one that Python would have given it. */
const MOST_SEARCHED = 10_000;

/**
 * The jobs of one table in the schema-wide queue, written by datajoint-python, by DataJoint for MATLAB or by this
 * engine. A job whose key cannot be read goes by its hash: `{ key_hash: '…' }`.
 * @param target null for a table that is gone
 */
export function schemaQueue(jobs: SchemaJobTable, name: TableName, target: TableSpec | null): Queue {
  const rows = new SchemaJobRows(jobs, () => target);
  const { connection } = jobs;
  const own = named(jobs, name);
  const keyed = async (key: Key, options?: ReadOptions): Promise<Fragment> => all([own, await rows.matching(own, name, key, options)]);
  return {
    count: async (status, options) => {
      const [row] = await connection.executor.all(sql`SELECT COUNT(*) AS n FROM ${rows.reference} WHERE ${all([own, rows.has(status)])}`, options);
      return Number(row?.['n'] ?? 0);
    },
    page: (status, page, options) => rows.page(all([own, rows.has(status)]), page, options),
    job: async (key, options) => (await rows.withStack(await keyed(key, options), options))[0] ?? null,
    done: async (key) => {
      if (target === null || 'key_hash' in key) return false;
      return (await new Query({ op: 'table', source: new StoredTable(connection, target) }).restrict(key).proj().keys({ limit: 1 })).length > 0;
    },
    failures: async (most, options) =>
      (await rows.page(all([own, rows.has('error')]), { limit: most, offset: 0 }, options)).map(({ key, message }) => ({ key, message })),
    idOf: (key) => JSON.stringify(key, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)),
    free: async ({ host, pid, connectionId }) => {
      // Older tables have fewer columns.
      const marks = Object.entries({ host, pid, connection_id: connectionId }).filter(([name]) => jobs.spec.attributes.some((each) => each.name === name));
      const held = marks.map(([name, mark]) => sql`${rows.column(name)} = ${value(mark)}`);
      const { changes } = await connection.executor.run(sql`DELETE FROM ${rows.reference} WHERE ${all([own, rows.has('reserved'), ...held])}`);
      return changes;
    },
    move: async (what, keys) => {
      let changed = 0;
      for (const key of keys) changed += (await connection.executor.run(move(rows, what, await keyed(key)))).changes;
      return changed;
    },
  };
}

/** Python names a table as the database does, MATLAB by its package and class. */
function named({ connection }: SchemaJobTable, { table }: TableName): Fragment {
  const column = connection.dialect.quoteIdentifier('table_name');
  return any([sql`${column} = ${value(table)}`, sql`${column} LIKE ${value(`%.${classNameOf(table)}`)}`]);
}

/** No row means that a key is available: to retry or to clear a job is to remove its row. */
function move(rows: SchemaJobRows, what: JobMove, chosen: Fragment): Fragment {
  const free = all([chosen, sql`${rows.column('status')} <> 'reserved'`]);
  return what === 'ignore'
    ? sql`UPDATE ${rows.reference} SET ${rows.column('status')} = 'ignore' WHERE ${free}`
    : sql`DELETE FROM ${rows.reference} WHERE ${free}`;
}

/** The rows of a `~jobs` table, read with whatever columns it has. */
export class SchemaJobRows {
  readonly reference: Fragment;
  readonly #connection: Connection;
  readonly #attributes: ReadonlyMap<string, Attribute>;

  /** @param targetOf the table of a row by its name there, null for one that is gone */
  constructor(
    private readonly jobs: SchemaJobTable,
    private readonly targetOf: (tableName: string) => TableSpec | null,
  ) {
    this.#connection = jobs.connection;
    this.#attributes = new Map(jobs.spec.attributes.map((attribute) => [attribute.name, attribute]));
    this.reference = raw(this.#connection.dialect.tableReference(jobs.spec.name));
  }

  column(name: string): Fragment {
    return raw(this.#connection.dialect.quoteIdentifier(name));
  }

  has(status: JobStatus): Fragment {
    return sql`${this.column('status')} = ${value(status)}`;
  }

  /** Newest first. */
  async page(where: Fragment, page: Page, options?: ReadOptions): Promise<JobSummary[]> {
    return (await this.#read(where, [], page, options)).map((row) => this.#summary(row));
  }

  async withStack(where: Fragment, options?: ReadOptions): Promise<{ summary: JobSummary; stack: string | null }[]> {
    const rows = await this.#read(where, this.#attributes.has('error_stack') ? [stackColumns(this.#connection)] : [], { limit: 1, offset: 0 }, options);
    return rows.map((row) => ({ summary: this.#summary(row), stack: storedStack(row) }));
  }

  /**
   * A condition that only the rows of a key meet: by the hash that Python gives it, else, for MATLAB's, by looking at the
   * keys themselves.
   */
  async matching(own: Fragment, name: TableName, key: Key, options?: ReadOptions): Promise<Fragment> {
    const hash = this.column('key_hash');
    if (typeof key['key_hash'] === 'string') return sql`${hash} = ${value(key['key_hash'])}`;
    const target = this.targetOf(name.table);
    const columns = Object.fromEntries((target?.attributes ?? []).map(({ name: attribute, column }) => [attribute, column]));
    const python = keyHash(key, columns);
    const [found] = await this.#connection.executor.all(sql`SELECT 1 AS found FROM ${this.reference} WHERE ${all([own, sql`${hash} = ${value(python)}`])}`, options);
    if (found !== undefined) return sql`${hash} = ${value(python)}`;
    const wanted = comparable(key);
    const others = (await this.#read(own, [], { limit: MOST_SEARCHED, offset: 0 }, options)).filter((row) => comparable(this.#key(row)) === wanted);
    const hashes = [...new Set([python, ...others.map((row) => String(row['key_hash']))])];
    return any(hashes.map((each) => sql`${hash} = ${value(each)}`));
  }

  async #read(where: Fragment, more: readonly Fragment[], page: Page, options?: ReadOptions): Promise<SqlRow[]> {
    const { dialect, executor } = this.#connection;
    const known = (name: string): boolean => this.#attributes.has(name);
    const names = ['table_name', 'key_hash', 'user', 'host'].filter(known).map((name) => raw(nameColumn(this.#connection, name)));
    const columns = [...names, ...['status', 'pid', 'connection_id'].filter(known).map((name) => this.column(name)), ...more];
    const key = keyColumn(this.jobs.spec);
    if (key !== null) columns.push(raw(keyBlobColumn(this.#connection, key)));
    if (this.#attributes.has('error_message')) columns.push(raw(`${messageColumn(this.#connection)} AS error_message`));
    if (this.#attributes.has('timestamp')) columns.push(raw(`${dialect.epochMillis(dialect.quoteIdentifier('timestamp'))} AS at_ms`));
    const order = [...(this.#attributes.has('timestamp') ? [sql`${this.column('timestamp')} DESC`] : []), this.column('key_hash')];
    return await executor.all(
      sql`SELECT ${concat(columns, ', ')} FROM ${this.reference} WHERE ${where} ORDER BY ${concat(order, ', ')} ${dialect.limit(page.limit, page.offset)}`,
      options,
    );
  }

  #summary(row: SqlRow): JobSummary {
    const status = String(row['status']) as JobStatus;
    const target = this.targetOf(String(row['table_name']));
    const { schema } = this.jobs.spec.name;
    const at = row['at_ms'] === null || row['at_ms'] === undefined ? null : Math.round(Number(row['at_ms']));
    const identity = schemaWorkerOf(row);
    return {
      table: target?.name ?? { schema, table: String(row['table_name']) },
      key: this.#key(row),
      status,
      layout: 'schema',
      priority: 0,
      message: status === 'error' ? String(row['error_message'] ?? '') : '',
      worker: identity.host === '' ? null : { ...identity, user: String(row['user'] ?? '') },
      createdAt: null,
      scheduledAt: null,
      reservedAt: status === 'reserved' ? at : null,
      completedAt: status === 'reserved' ? null : at,
      duration: null,
      version: '',
    };
  }

  #key(row: SqlRow): Key {
    const target = this.targetOf(String(row['table_name']));
    const attributes = new Map((target?.attributes ?? []).map((attribute) => [attribute.name, attribute]));
    return readKey(row[keyColumn(this.jobs.spec) ?? 'key'] ?? null, attributes) ?? { key_hash: String(row['key_hash']) };
  }
}

const comparable = (key: Key): string =>
  JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, part]) => [name, String(part)]));
