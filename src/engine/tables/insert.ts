import { type Expression, EXPRESSION, isQueryable, Query, type Queryable, sourcesOf } from '../algebra';
import { encodeValue } from '../codecs';
import { type Connection, rowBytes, type SqlValue, type Statement, type TableSpec } from '../database';
import { DataJointError } from '../errors';
import type { TableBinding } from './binding';
import { PROVENANCE } from './hiddenAttributes';
import { insertSelect } from './insertSelect';
import { makeContext } from './makeContext';
import { provenanceNow } from './provenance';
import { assertKnown, assertMayBeAbsent, visibleNames } from './rowChecks';
import type { Contents } from './tier';

/** A row to insert: values by attribute name, or in the order of the definition. */
export type InsertRow = Readonly<Record<string, unknown>> | readonly unknown[];

export interface InsertOptions {
  /** Replace the row that has the same primary key. */
  readonly replace?: boolean;
  /** Pass over rows whose primary key exists. */
  readonly skipDuplicates?: boolean;
  /** Pass over values that name no attribute. */
  readonly ignoreExtraFields?: boolean;
  /** Insert into an Imported or Computed table outside its make(). */
  readonly allowDirectInsert?: boolean;
}

/** Refuses a row, given as it will be stored. */
type RowCheck = (row: ReadonlyMap<string, SqlValue>) => void;

/** Left free in a statement for what the database's protocol adds to it. */
const PROTOCOL_BYTES = 64;
/** The most rows of a stream that are held in memory at once. */
const STREAM_BATCH = 1000;

/**
 * Inserts rows, all or none. A stream is inserted in batches of 1,000 within one transaction; the rows of a query or of
 * another table go over within the database where their values can be stored as they are.
 * Source: datajoint-python 2.3.5, `table.Table.insert`.
 * @throws DataJointError `missing_value`, `invalid_value`, `unknown_attribute`, `duplicate`, `integrity`, and
 * `not_allowed` for an Imported or Computed table outside make().
 */
export async function insert(
  binding: TableBinding,
  rows: Iterable<InsertRow> | AsyncIterable<InsertRow> | Queryable,
  options: InsertOptions,
): Promise<void> {
  if (options.allowDirectInsert !== true) assertMayInsert(binding);
  const context = makeContext.getStore();
  const making = context?.target === (binding.master ?? binding) ? context : null;
  const check: RowCheck | null =
    making === null ? null : (row) => making.noteRow(binding, row, options.allowDirectInsert === true);
  const store = async () => {
    const { connection, spec } = await binding.ready();
    if (isQueryable(rows)) {
      const statement = await insertSelect(connection, spec, binding.label, rows[EXPRESSION], options, insertWords(connection, spec, options));
      // make() is to be told of each row, and a row that records where it came from is written by this program.
      if (statement !== null && check === null && provenanceNow(connection, spec) === null) {
        await connection.executor.write(statement);
        return;
      }
    }
    const given = isQueryable(rows) ? await rowsOf(rows[EXPRESSION], spec) : rows;
    if (Symbol.asyncIterator in given) {
      await inTransaction(connection, async () => {
        for await (const batch of batches(given, STREAM_BATCH)) await insertBatch(connection, spec, binding.label, batch, options, check);
      });
    } else {
      await insertBatch(connection, spec, binding.label, [...given], options, check);
    }
  };
  await (making === null ? store() : making.insert(store));
}

/** A query as a stream; one that reads the table itself whole, since a stream might come upon the rows that it brings. */
async function rowsOf(query: Expression, { name }: TableSpec): Promise<AsyncIterable<InsertRow> | InsertRow[]> {
  const isItself = [...sourcesOf(query)].some((source) => source.name.schema === name.schema && source.name.table === name.table);
  return isItself ? await new Query(query).fetch() : new Query(query);
}

/** Inserts what a Lookup's `contents` list and the table does not hold yet. */
export async function insertContents(connection: Connection, spec: TableSpec, label: string, contents: Contents): Promise<void> {
  const rows = await connection.executor.all({ sql: `SELECT COUNT(*) AS n FROM ${connection.dialect.tableReference(spec.name)}`, values: [] });
  if (Number(rows[0]?.['n'] ?? 0) < contents.length) {
    await insertBatch(connection, spec, label, contents, { skipDuplicates: true });
  }
}

/** datajoint-python 2.3.2, `AutoPopulate._allow_insert`: rows come from make(), into its own table or that table's parts. */
function assertMayInsert(binding: TableBinding): void {
  const owner = binding.master ?? binding;
  if (owner.tier !== 'computed' && owner.tier !== 'imported') return;
  if (makeContext.getStore()?.target === owner) return;
  throw new DataJointError(
    'not_allowed',
    `Rows of ${binding.label} come from ${owner.label}.make(): call populate(), or insert with { allowDirectInsert: true }.`,
  );
}

async function insertBatch(
  connection: Connection,
  spec: TableSpec,
  label: string,
  rows: readonly InsertRow[],
  options: InsertOptions,
  check: RowCheck | null = null,
): Promise<void> {
  const statements = insertStatements(connection, spec, label, rows, options, check);
  const [only] = statements;
  if (statements.length === 1 && only !== undefined) {
    await connection.executor.write(only);
  } else if (statements.length > 1) {
    await inTransaction(connection, async () => {
      for (const statement of statements) await connection.executor.write(statement);
    });
  }
}

/** Within the transaction that is open here, or in one of its own. */
export async function inTransaction<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  return connection.inTransaction ? await work() : await connection.transaction(work);
}

function insertWords({ dialect }: Connection, spec: TableSpec, options: InsertOptions): { verb: string; suffix: string } {
  const mode = options.replace === true ? 'replace' : options.skipDuplicates === true ? 'skipDuplicates' : 'plain';
  const keyColumn = spec.attributes.find((attribute) => attribute.inKey)?.name ?? '';
  return dialect.insertWords(mode, keyColumn, spec.name);
}

function insertStatements(
  connection: Connection,
  spec: TableSpec,
  label: string,
  rows: readonly InsertRow[],
  options: InsertOptions,
  check: RowCheck | null,
): Statement[] {
  const { dialect } = connection;
  const words = insertWords(connection, spec, options);
  const target = dialect.tableReference(spec.name);
  const provenance = provenanceNow(connection, spec);

  const statements: Statement[] = [];
  let columns: readonly string[] = [];
  let values: SqlValue[] = [];
  let count = 0;
  let bytes = 0;
  const flush = () => {
    if (count === 0) return;
    const list = columns.map((name) => dialect.quoteIdentifier(name)).join(', ');
    const tuple = `(${columns.map(() => '?').join(', ')})`;
    const tuples = Array.from({ length: count }, () => tuple).join(', ');
    statements.push({ sql: `${words.verb} ${target} (${list}) VALUES ${tuples} ${words.suffix}`, values });
    values = [];
    count = 0;
    bytes = 0;
  };
  const head = [words.verb, target, ...spec.attributes.map(({ name }) => dialect.quoteIdentifier(name)), ' VALUES ', words.suffix];
  const maxBytes = connection.database.maxStatementBytes - Buffer.byteLength(head.join(', ')) - PROTOCOL_BYTES;
  for (const row of rows) {
    const encoded = encodeRow(spec, label, row, options.ignoreExtraFields === true);
    if (provenance !== null) encoded.set(PROVENANCE, provenance);
    check?.(encoded);
    const names = [...encoded.keys()];
    const same = names.length === columns.length && names.every((name, i) => name === columns[i]);
    const size = rowBytes(encoded.values());
    if (!same || values.length + names.length > dialect.maxParameters || bytes + size > maxBytes) {
      flush();
      columns = names;
    }
    values.push(...encoded.values());
    count += 1;
    bytes += size;
  }
  flush();
  return statements;
}

function encodeRow(
  spec: TableSpec,
  label: string,
  row: InsertRow,
  ignoreExtraFields: boolean,
): Map<string, SqlValue> {
  const given = named(spec, label, row);
  if (!ignoreExtraFields) assertKnown(spec, label, Object.keys(given));
  const encoded = new Map<string, SqlValue>();
  for (const attribute of spec.attributes) {
    const value = given[attribute.name];
    const absent = value === undefined || (value === null && !attribute.nullable);
    if (absent) assertMayBeAbsent(attribute, label);
    else encoded.set(attribute.name, encodeValue(attribute, value, label));
  }
  return encoded;
}

/** Rows come from untyped programs too, so what is no row is refused here. */
function named(spec: TableSpec, label: string, row: unknown): Readonly<Record<string, unknown>> {
  if (Array.isArray(row)) {
    const names = visibleNames(spec);
    if (row.length !== names.length) {
      throw new DataJointError('invalid_value', `A row of ${label} has ${String(names.length)} values (${names.join(', ')}), but ${String(row.length)} were given.`);
    }
    return Object.fromEntries(names.map((name, i) => [name, row[i] as unknown]));
  }
  if (typeof row !== 'object' || row === null) {
    throw new DataJointError('invalid_value', `A row of ${label} is an object or an array of values, not ${row === null ? 'null' : typeof row}.`);
  }
  return { ...row };
}

async function* batches<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[], void> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
