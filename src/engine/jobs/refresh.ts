import { all, any, Compiler, concat, type Condition, EXPRESSION, type Expression, prepare, type Queryable, raw, restricted, selectStatement, sql, type Fragment, value } from '../algebra';
import { encodeValue } from '../codecs';
import type { Executor, TableSpec } from '../database';
import { DataJointError } from '../errors';
import { StoredTable } from '../tables';
import { attributeOf, column, older, pendingAgain, reference, resultExists } from './conditions';
import type { JobTable } from './jobTable';
import { expire, recover } from './recover';

export interface RefreshOptions {
  /** Seconds from now until new jobs may run, on the server's clock. */
  readonly delay?: number;
  /** When new jobs may run: a moment, or a date and time on the server's clock (`2026-12-01 20:00:00`). */
  readonly scheduledTime?: Date | string;
  /** Of new jobs and of those that become pending again. Lower runs sooner. */
  readonly priority?: number;
  /** Jobs older than this many seconds whose key has left the key source are removed; 0: only those that `Refreshed.removed` names. */
  readonly staleTimeout?: number;
  /** Reserved jobs older than this many seconds become pending again, whether their worker lives or not; 0: none. */
  readonly orphanTimeout?: number;
}

export interface Refreshed {
  readonly added: number;
  /**
   * Jobs whose key has left the key source: completed and failed ones without a result at once, others after `staleTimeout`.
   * Reserved and ignored ones stay.
   */
  readonly removed: number;
  /** Reserved jobs that became pending again: their worker is gone, or they are older than `orphanTimeout`. */
  readonly orphaned: number;
  /** Completed jobs whose result has been deleted. */
  readonly rePended: number;
}

/**
 * Brings the queue in line with the key source in a fixed number of statements, however many keys: adds jobs for new
 * keys, frees jobs of dead workers, renews completed jobs whose result is gone, removes jobs whose key is gone.
 * Source: datajoint-python 2.3.5, `jobs.Job.refresh`, which sends one INSERT per key, and removes reserved jobs of living
 * workers as stale.
 */
export async function refresh(
  table: JobTable,
  keySource: Queryable,
  restrictions: readonly Condition[],
  options: RefreshOptions & Required<Pick<RefreshOptions, 'priority' | 'staleTimeout'>> & { readonly keepCompleted: boolean },
): Promise<Refreshed> {
  const { connection } = table;
  const wanted = restricted(keySource[EXPRESSION], restrictions);
  const scheduled = scheduledAt(table, options);
  await prepare(wanted);
  const lost = await recover(table, options.keepCompleted);
  return await connection.transaction(
    async (transaction) => {
      const added = await transaction.run(addNewKeys(table, wanted, scheduled, options.priority));
      const rePended = options.keepCompleted ? await rePend(transaction, table, keySource[EXPRESSION], options.priority) : 0;
      const removed = await removeVanished(transaction, table, keySource[EXPRESSION], options.staleTimeout);
      const expired = (options.orphanTimeout ?? 0) > 0 ? await expire(transaction, table, options.orphanTimeout ?? 0, options.keepCompleted) : 0;
      return { added: added.changes, removed, orphaned: lost + expired, rePended };
    },
    { readCommitted: true },
  );
}

/** INSERT … SELECT of the keys that have neither a result nor a job. */
function addNewKeys(table: JobTable, wanted: Expression, scheduled: Fragment, priority: number): Fragment {
  const { dialect } = table.connection;
  const missing = without(table, without(table, wanted, table.target), table.jobs);
  const compiler = new Compiler(dialect);
  const block = compiler.block(missing);
  const lacking = table.key.find((name) => !block.heading.has(name));
  if (lacking !== undefined) {
    throw new DataJointError('query', `The key source of ${table.label} has no attribute "${lacking}", which the primary key of ${table.label} needs.`);
  }
  const keys = selectStatement(block, dialect, table.key);
  const words = dialect.insertWords('skipDuplicates', table.key[0] ?? '', table.jobs.name);
  const list = concat(
    [...table.key, 'status', 'priority', 'scheduled_time'].map((name) => column(table, name)),
    ', ',
  );
  const picked = concat(table.key.map((name) => raw(`wanted.${dialect.quoteIdentifier(name)}`)), ', ');
  return sql`${words.verb} ${reference(table)} (${list}) SELECT ${picked}, 'pending', ${value(priority)}, ${scheduled} FROM (${keys}) AS wanted WHERE TRUE ${words.suffix}`;
}

/** The time from which new jobs may run, on the server's clock. @throws DataJointError `usage`, `invalid_value`. */
function scheduledAt(table: JobTable, { delay, scheduledTime }: RefreshOptions): Fragment {
  const { dialect } = table.connection;
  const now = dialect.now(3);
  if (delay !== undefined && scheduledTime !== undefined) {
    throw new DataJointError('usage', `refresh() of the jobs of ${table.label} takes delay or scheduledTime, not both.`);
  }
  if (delay !== undefined && !Number.isFinite(delay)) {
    throw new DataJointError('usage', `refresh() of the jobs of ${table.label} needs a number of seconds as delay, not ${String(delay)}.`);
  }
  if (typeof scheduledTime === 'string') return value(encodeValue(attributeOf(table, 'scheduled_time'), scheduledTime, `${table.label}.jobs`));
  if (scheduledTime === undefined) return { sql: dialect.addSeconds(now, '?'), values: [delay ?? 0] };
  // Programs without types may pass anything.
  const millis = scheduledTime instanceof Date ? scheduledTime.getTime() : NaN;
  if (Number.isNaN(millis)) {
    throw new DataJointError('usage', `refresh() of the jobs of ${table.label} needs a Date or a text such as '2026-12-01 20:00:00' as scheduledTime.`);
  }
  // The two clocks may differ: only the server's own idea of the moment tells how far away it is.
  return { sql: dialect.addSeconds(now, `((? - ${dialect.epochMillis(now)}) / 1000.0)`), values: [millis] };
}

async function rePend(transaction: Executor, table: JobTable, keySource: Expression, priority: number): Promise<number> {
  const gone = matching(table, without(table, keySource, table.target));
  const { changes } = await transaction.run(
    sql`UPDATE ${reference(table)} SET ${pendingAgain(table)}, ${column(table, 'priority')} = ${value(priority)} WHERE ${column(table, 'status')} = 'success' AND ${gone}`,
  );
  return changes;
}

/**
 * Removes jobs whose key has left the key source. They are looked for beforehand: within a DELETE a server reads keys and
 * results with locks, and waits for every make() that has not committed yet; mostly there is nothing to remove.
 */
async function removeVanished(transaction: Executor, table: JobTable, keySource: Expression, staleSeconds: number): Promise<number> {
  const status = column(table, 'status');
  const hasResult = resultExists(table, table.connection.dialect.tableReference(table.jobs.name));
  const over = sql`${status} IN ('success', 'error') AND NOT ${hasResult}`;
  const stale = sql`${older(table, 'created_time', staleSeconds)} AND ${status} NOT IN ('ignore', 'reserved')`;
  const vanished = all([any(staleSeconds > 0 ? [over, stale] : [over]), sql`NOT ${matching(table, keySource)}`]);
  const [found] = await transaction.all(sql`SELECT 1 AS found FROM ${reference(table)} WHERE ${vanished} ${raw(table.connection.dialect.limit(1, 0))}`);
  if (found === undefined) return 0;
  return (await transaction.run(sql`DELETE FROM ${reference(table)} WHERE ${vanished}`)).changes;
}

/** The expression without the keys that `spec` holds. Job tables have an origin of their own, so names decide. */
function without(table: JobTable, input: Expression, spec: TableSpec): Expression {
  const held: Expression = {
    op: 'project',
    input: { op: 'table', source: new StoredTable(table.connection, spec) },
    projection: { attributes: [], named: {} },
  };
  return { op: 'restrict', input, condition: { kind: 'not', condition: { kind: 'in', expression: held } }, semanticCheck: false };
}

/** `the job's key is among these`, for a statement on the job table itself. */
function matching(table: JobTable, keys: Expression): Fragment {
  const { dialect } = table.connection;
  const compiler = new Compiler(dialect);
  const select = selectStatement(compiler.block(keys), dialect, table.key);
  const matches = table.key.map((name) => {
    const quoted = dialect.quoteIdentifier(name);
    return `wanted.${quoted} = ${dialect.tableReference(table.jobs.name)}.${quoted}`;
  });
  return sql`EXISTS (SELECT 1 FROM (${select}) AS wanted WHERE ${raw(matches.join(' AND '))})`;
}
