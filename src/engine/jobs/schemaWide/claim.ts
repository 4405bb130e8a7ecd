import { any, concat, type Fragment, type Key, sql, value } from '../../algebra';
import type { SqlValue } from '../../database';
import type { Worker } from '../reservation';
import { type KeyAttributes, packKey } from './keyBlob';
import { column, has, newMark, reference, type SchemaReservation } from './reservation';
import { keyColumn, type SchemaJobTable } from './spec';

/** A key that is to be reserved, with its hash. */
export interface Wanted {
  readonly key: Key;
  readonly hash: string;
}

/**
 * Reserves those of `wanted` that nobody has reserved, failed or set aside: one INSERT that passes over the rows that
 * exist, and one SELECT of those that came in. To datajoint-python 0.14, which inserts one row at a time and takes a
 * duplicate for "taken", it is the same protocol (`jobs.JobTable.reserve`).
 * @param onClaim told of what is claimed before the commit, which may take effect though its answer never comes
 */
export async function claim(
  table: SchemaJobTable,
  worker: Omit<Worker, 'connectionId'>,
  tableName: string,
  wanted: readonly Wanted[],
  attributes: KeyAttributes,
  onClaim: (claiming: readonly SchemaReservation[]) => void = () => undefined,
): Promise<(SchemaReservation & Wanted)[]> {
  const { connection } = table;
  if (wanted.length === 0) return [];
  const mark = newMark();
  return await connection.transaction(
    async (transaction) => {
      const holder: Worker = { ...worker, connectionId: transaction.connectionId };
      await transaction.run(insertJobs(table, holder, tableName, wanted, attributes, 'reserved', mark));
      const rows = await transaction.all(
        sql`SELECT ${column(table, 'key_hash')} AS ${column(table, 'hash')} FROM ${reference(table)} WHERE ${column(table, 'table_name')} = ${value(tableName)} AND (${any(
          wanted.map(({ hash }) => sql`${column(table, 'key_hash')} = ${value(hash)}`),
        )}) AND ${column(table, 'error_message')} = ${value(mark)}`,
      );
      const got = new Set(rows.map((row) => String(row['hash'])));
      const claimed = wanted.filter(({ hash }) => got.has(hash)).map((each) => ({ ...each, table, worker: holder, tableName, mark }));
      onClaim(claimed);
      return claimed;
    },
    { readCommitted: true },
  );
}

/** One INSERT of jobs, passing over those that exist. Only columns that the table has. */
export function insertJobs(
  table: SchemaJobTable,
  worker: Worker,
  tableName: string,
  wanted: readonly Wanted[],
  attributes: KeyAttributes,
  status: 'reserved' | 'ignore',
  message: string,
): Fragment {
  const { dialect } = table.connection;
  const key = keyColumn(table.spec);
  const columns: [string, (each: Wanted) => SqlValue][] = [
    ['table_name', () => tableName],
    ['key_hash', ({ hash }) => hash],
    ['status', () => status],
    [key ?? '', (each) => packKey(each.key, attributes)],
    ['error_message', () => message],
    ['user', () => worker.user],
    ['host', () => worker.host],
    ['pid', () => worker.pid],
    ['connection_id', () => worker.connectionId],
  ];
  const present = columns.filter(([name]) => has(table, name));
  const rows = wanted.map((each) => sql`(${concat(present.map(([, of]) => value(of(each))), ', ')})`);
  const words = dialect.insertWords('skipDuplicates', 'key_hash', table.spec.name);
  return sql`${words.verb} ${reference(table)} (${concat(present.map(([name]) => column(table, name)), ', ')}) VALUES ${concat(rows, ', ')} ${words.suffix}`;
}
