import { hostname } from 'node:os';
import { type Expression, type Key, sql, type TableSource, value } from '../../algebra';
import type { Connection, TableName, TableSpec } from '../../database';
import { DataJointError } from '../../errors';
import { bindingOf, TableQuery } from '../../tables';
import type { Failure } from '../failure';
import { keyHash } from '../keyHash';
import { claim, insertJobs, type Wanted } from './claim';
import { completeInSchema, failInSchema } from './finish';
import type { KeyAttributes } from './keyBlob';
import { column, reference, type SchemaReservation } from './reservation';
import { declaredSchemaJobs, type SchemaJobTable, schemaJobsName } from './spec';

/** A row of `~jobs`, as fetched. */
export type SchemaJobRow = {
  readonly status: 'reserved' | 'error' | 'ignore';
  readonly key: unknown;
  readonly error_message: string;
  readonly error_stack: unknown;
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly connection_id: bigint;
  readonly timestamp: string;
};

export type SchemaJobKey = { readonly table_name: string; readonly key_hash: string };

/** A table, as its class or its name in the database (`__job_results`). */
export type TableOrName = string | object;

/** The `~jobs` table as a source of queries, declared on first use; the blobs are read. */
class SchemaJobSource implements TableSource {
  private found: SchemaJobTable | null = null;

  constructor(
    readonly schemaName: string,
    private readonly connect: () => Promise<Connection>,
  ) {}

  get name(): TableName {
    return schemaJobsName(this.schemaName);
  }

  get label(): string {
    return `${this.schemaName}.jobs`;
  }

  get spec(): TableSpec | null {
    return this.found?.spec ?? null;
  }

  get connection(): Connection | null {
    return this.found?.connection ?? null;
  }

  async prepare(): Promise<TableSpec> {
    return (await this.table()).spec;
  }

  async table(): Promise<SchemaJobTable> {
    this.found ??= await declaredSchemaJobs(await this.connect(), this.schemaName);
    return this.found;
  }
}

/**
 * The schema-wide job queue of datajoint-python up to 0.14 and of DataJoint for MATLAB: a query over its rows, which
 * are there for reserved, failed and ignored keys only. `schema.jobs.restrict("status = 'error'").delete()` makes failed
 * keys available again.
 * Source: document 003; datajoint-python 0.14.9, `jobs.JobTable`.
 */
export class SchemaJobs extends TableQuery<SchemaJobKey, SchemaJobRow> {
  readonly #held = new Map<string, SchemaReservation>();

  constructor(
    private readonly jobs: SchemaJobSource,
    expression: Expression = { op: 'table', source: jobs },
  ) {
    super(jobs, expression);
  }

  static of(schemaName: string, connect: () => Promise<Connection>): SchemaJobs {
    return new SchemaJobs(new SchemaJobSource(schemaName, connect));
  }

  /** The `~jobs` table, declared if need be. */
  async table(): Promise<SchemaJobTable> {
    return await this.jobs.table();
  }

  /** Takes a key for this process. False: somebody has it, it has failed, or it is set aside. */
  async reserve(table: TableOrName, key: Key): Promise<boolean> {
    const { tableName, wanted, attributes } = job(table, key);
    const stored = await this.table();
    const [reservation] = await claim(stored, thisProcess(stored), tableName, [wanted], attributes);
    if (reservation !== undefined) this.#held.set(`${tableName} ${wanted.hash}`, reservation);
    return reservation !== undefined;
  }

  /** Ends a job that this process has reserved: its row goes. @throws DataJointError `reservation_lost`. */
  async complete(table: TableOrName, key: Key): Promise<void> {
    const reservation = this.#take(table, key);
    await completeInSchema(reservation.table.connection.executor, reservation);
  }

  /** Records that a key that this process has reserved failed. */
  async error(table: TableOrName, key: Key, message: string, stack = ''): Promise<void> {
    const failure: Failure = { message, stack, duration: 0 };
    await failInSchema(this.#take(table, key), failure);
  }

  /** Sets a key aside. False when it has a row already. */
  async ignore(table: TableOrName, key: Key): Promise<boolean> {
    const { tableName, wanted, attributes } = job(table, key);
    const stored = await this.table();
    const before = await this.#exists(stored, tableName, wanted.hash);
    if (before) return false;
    const worker = { ...thisProcess(stored), connectionId: 0 };
    await stored.connection.executor.run(insertJobs(stored, worker, tableName, [wanted], attributes, 'ignore', ''));
    return true;
  }

  async #exists(stored: SchemaJobTable, tableName: string, hash: string): Promise<boolean> {
    const rows = await stored.connection.executor.all(
      sql`SELECT 1 AS found FROM ${reference(stored)} WHERE ${column(stored, 'table_name')} = ${value(tableName)} AND ${column(stored, 'key_hash')} = ${value(hash)}`,
    );
    return rows.length > 0;
  }

  #take(table: TableOrName, key: Key): SchemaReservation {
    const { tableName, wanted } = job(table, key);
    const name = `${tableName} ${wanted.hash}`;
    const reservation = this.#held.get(name);
    if (reservation === undefined) {
      throw new DataJointError('reservation_lost', `This key of ${tableName} is not reserved by schema.jobs.reserve() of this process.`);
    }
    this.#held.delete(name);
    return reservation;
  }
}

function job(table: TableOrName, key: Key): { tableName: string; wanted: Wanted; attributes: KeyAttributes } {
  if (typeof table === 'string') return { tableName: table, wanted: { key, hash: keyHash(key) }, attributes: new Map() };
  const { name, spec } = bindingOf(table);
  const attributes = new Map((spec?.attributes ?? []).map((attribute) => [attribute.name, attribute]));
  const columns = Object.fromEntries([...attributes].map(([attributeName, attribute]) => [attributeName, attribute.column]));
  return { tableName: name.table, wanted: { key, hash: keyHash(key, columns) }, attributes };
}

const thisProcess = ({ connection }: SchemaJobTable) => ({ host: hostname(), pid: process.pid, user: connection.user, version: '' });
