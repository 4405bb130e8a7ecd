import { all, columnOf, Compiler, concat, type Expression, fromClause, prepare, raw, sql, type Fragment, value } from '../algebra';
import { column, keyAmong, reference, resultExists, storedKey } from './conditions';
import type { JobTable } from './jobTable';
import { HOLDS_LOCK, type Reservation, type Worker } from './reservation';

/** Which pending jobs. */
export interface JobChoice {
  /** Only jobs for which this holds, from `amongKeys`. */
  readonly among: Fragment | null;
  /** Only jobs of this priority or more urgent (lower). */
  readonly priority: number | null;
}

export interface ReserveOptions extends JobChoice {
  /** The most jobs to take. */
  readonly count: number;
}

/** `the job's key is among these`, once and for all: nothing but text and values. */
export async function amongKeys(table: JobTable, keys: Expression): Promise<Fragment> {
  await prepare(keys);
  const { dialect } = table.connection;
  const compiler = new Compiler(dialect);
  const block = compiler.open(compiler.block(keys));
  const matches = table.key.filter((name) => block.heading.has(name)).map((name) => sql`${columnOf(block, name)} = ${ofJob(table, name)}`);
  return sql`EXISTS (SELECT ${raw(dialect.lookUpEach)} 1 FROM ${fromClause(block)} WHERE ${all([...block.where, ...matches])})`;
}

/** Pending jobs whose time has not come by the clock of the database. */
export interface Waiting {
  readonly count: number;
  /** When the first of them may be reserved. */
  readonly until: Date;
}

/** The jobs that could be reserved later; null without one. */
export async function waitingJobs(table: JobTable, choice: JobChoice): Promise<Waiting | null> {
  const { dialect, executor } = table.connection;
  const first = raw(dialect.epochMillis(`MIN(${ofJob(table, 'scheduled_time').sql})`));
  const rows = await executor.all(
    sql`SELECT COUNT(*) AS n, ${first} AS first FROM ${reference(table)} AS job WHERE ${isPending(table, choice, '>')}`,
  );
  const count = Number(rows[0]?.['n'] ?? 0);
  return count === 0 ? null : { count, until: new Date(Number(rows[0]?.['first'])) };
}

/** How many jobs could be reserved right now. */
export async function countDue(table: JobTable, choice: JobChoice): Promise<number> {
  const rows = await table.connection.executor.all(sql`SELECT COUNT(*) AS n FROM ${reference(table)} AS job WHERE ${isDue(table, choice)}`);
  return Number(rows[0]?.['n'] ?? 0);
}

/**
 * Reserves up to `count` pending jobs whose time has come, the most urgent first: one SELECT that passes over rows
 * that others are claiming, one UPDATE, one commit, however many jobs.
 *
 * The alternatives: one UPDATE per key over a list that every worker walks loses most attempts (datajoint-python 2.3.2
 * with 8 workers: 20,682 of 23,682). UPDATE … ORDER BY … LIMIT cannot say which rows it took, without RETURNING.
 * @param onClaim told of the jobs before the commit, which may take effect though its answer never comes
 */
export async function reserve(
  table: JobTable,
  worker: Omit<Worker, 'connectionId'>,
  options: ReserveOptions,
  onClaim: (claimed: readonly Reservation[]) => void = () => undefined,
): Promise<Reservation[]> {
  const { connection } = table;
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
      onClaim(reservations);
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
  const of = (name: string) => ofJob(table, name);
  const keys = concat(table.key.map(of), ', ');
  // No further: the index gives this order, and a finer one would sort the whole queue for every batch.
  const order = concat([of('priority'), of('scheduled_time')], ', ');
  return sql`SELECT ${keys}, ${dialect.now(3)} AS reserved_at, ${resultExists(table, 'job')} AS done FROM ${reference(table)} AS job WHERE ${isDue(table, options)} ORDER BY ${order} ${dialect.limit(options.count, 0)}${claim === '' ? '' : ` ${claim}`}`;
}

const isDue = (table: JobTable, choice: JobChoice): Fragment => isPending(table, choice, '<=');

/** @param time how the time of a job stands to now */
function isPending(table: JobTable, { among, priority }: JobChoice, time: '<=' | '>'): Fragment {
  const of = (name: string) => ofJob(table, name);
  const conditions = [sql`${of('status')} = 'pending'`, sql`${of('scheduled_time')} ${raw(time)} ${table.connection.dialect.now(3)}`];
  if (priority !== null) conditions.push(sql`${of('priority')} <= ${value(priority)}`);
  if (among !== null) conditions.push(among);
  return all(conditions);
}

const ofJob = (table: JobTable, name: string): Fragment => raw(`job.${table.connection.dialect.quoteIdentifier(name)}`);
