import { all, columnOf, Compiler, concat, type Expression, fromClause, prepare, raw, sql, type Fragment, value } from '../algebra';
import { column, keyAmong, reference, resultExists, storedKey } from './conditions';
import type { JobTable } from './jobTable';
import { HOLDS_LOCK, type Reservation, type Worker } from './reservation';

export interface ReserveOptions {
  /** The most jobs to take. */
  readonly count: number;
  /** Only jobs whose key is among these. */
  readonly among: Expression | null;
  /** Only jobs of this priority or more urgent (lower). */
  readonly priority: number | null;
}

/**
 * Reserves up to `count` pending jobs whose time has come, the most urgent first: one SELECT that passes over rows
 * that others are claiming, one UPDATE, one commit, however many jobs.
 *
 * The alternatives: one UPDATE per key over a list that every worker walks loses most attempts (datajoint-python 2.3.2
 * with 8 workers: 20,682 of 23,682). UPDATE … ORDER BY … LIMIT cannot say which rows it took, without RETURNING.
 */
export async function reserve(table: JobTable, worker: Omit<Worker, 'connectionId'>, options: ReserveOptions): Promise<Reservation[]> {
  const { connection } = table;
  if (options.among !== null) await prepare(options.among);
  return await connection.transaction(
    async (transaction) => {
      const { skipLocked, waitLocked } = connection.dialect;
      let rows = await transaction.all(selectPending(table, options, skipLocked));
      // Another worker's refresh holds every job for a moment: then there is work, and passing over it would end this worker.
      if (rows.length === 0 && waitLocked !== skipLocked) rows = await transaction.all(selectPending(table, options, waitLocked));
      if (rows.length === 0) return [];
      const reservedTime = rows[0]?.['reserved_at'] ?? null;
      const holder: Worker = { ...worker, connectionId: transaction.connectionId };
      const reservations = rows.map(
        (row): Reservation => ({ table, worker: holder, key: storedKey(table, row), reservedTime, done: Number(row['done']) === 1 }),
      );
      const assignments: [string, Fragment][] = [
        ['status', raw("'reserved'")],
        ['reserved_time', value(reservedTime)],
        ['host', value(holder.host)],
        ['pid', value(holder.pid)],
        ['connection_id', value(holder.connectionId)],
        ['user', value(holder.user)],
        ['version', value(holder.version)],
        ['duration', raw(HOLDS_LOCK)],
      ];
      const set = concat(
        assignments.map(([name, assigned]) => sql`${column(table, name)} = ${assigned}`),
        ', ',
      );
      const keys = keyAmong(table, reservations.map((reservation) => reservation.key));
      await transaction.run(sql`UPDATE ${reference(table)} SET ${set} WHERE ${keys}`);
      return reservations;
    },
    { readCommitted: true },
  );
}

function selectPending(table: JobTable, options: ReserveOptions, claim: string): Fragment {
  const { dialect } = table.connection;
  const of = (name: string) => raw(`job.${dialect.quoteIdentifier(name)}`);
  const conditions = [sql`${of('status')} = 'pending'`, sql`${of('scheduled_time')} <= ${dialect.now(3)}`];
  if (options.priority !== null) conditions.push(sql`${of('priority')} <= ${value(options.priority)}`);
  if (options.among !== null) {
    const compiler = new Compiler(dialect);
    const keys = compiler.open(compiler.block(options.among));
    const matches = table.key.filter((name) => keys.heading.has(name)).map((name) => sql`${columnOf(keys, name)} = ${of(name)}`);
    conditions.push(sql`EXISTS (SELECT 1 FROM ${fromClause(keys)} WHERE ${all([...keys.where, ...matches])})`);
  }
  const keys = concat(table.key.map(of), ', ');
  // No further: the index gives this order, and a finer one would sort the whole queue for every batch.
  const order = concat([of('priority'), of('scheduled_time')], ', ');
  return sql`SELECT ${keys}, ${dialect.now(3)} AS reserved_at, ${resultExists(table, 'job')} AS done FROM ${reference(table)} AS job WHERE ${all(conditions)} ORDER BY ${order} ${dialect.limit(options.count, 0)}${claim === '' ? '' : ` ${claim}`}`;
}
