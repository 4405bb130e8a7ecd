import { concat, type Fragment, raw, sql, value } from '../algebra';
import { encodeValue } from '../codecs';
import type { Executor, Statement } from '../database';
import { DataJointError } from '../errors';
import { attributeOf, column, keyAmong, keysPerStatement, pendingAgain, reference } from './conditions';
import { type Failure, recorded } from './failure';
import { type Reservation, stillHeld } from './reservation';

/**
 * Ends a job whose result was inserted, as the last statement of the transaction that inserted it: the row is deleted,
 * or kept with status `success`.
 * @param duration seconds
 * @throws DataJointError `reservation_lost` when the job is no longer held; the caller rolls back.
 */
export async function complete(transaction: Executor, reservation: Reservation, duration: number, keepCompleted: boolean): Promise<void> {
  const { table } = reservation;
  const statement = keepCompleted
    ? update(reservation, [
        ['status', raw("'success'")],
        ['completed_time', raw(table.connection.dialect.now(3))],
        ['duration', value(duration)],
      ])
    : sql`DELETE FROM ${reference(table)} WHERE ${stillHeld(reservation)}`;
  const { changes } = await transaction.run(statement);
  if (changes === 0) {
    throw new DataJointError(
      'reservation_lost',
      `The reservation of ${table.label} was taken away while its make() ran, so the result was not kept. The key can be computed again.`,
    );
  }
}

/**
 * Records an error on the job, in a transaction of its own, whatever its text; see `recorded`. Does nothing when the job
 * is no longer held. Source: datajoint-python 2.3.5, `jobs.Job.error`, which leaves `duration` empty.
 */
export async function fail(reservation: Reservation, failure: Failure): Promise<void> {
  const { table } = reservation;
  const { connection } = table;
  await recorded(table.jobs, failure, async ({ message, stack }) => {
    const assignments: [string, Fragment][] = [
      ['status', raw("'error'")],
      ['completed_time', raw(connection.dialect.now(3))],
      ['duration', value(failure.duration)],
      ['error_message', value(message)],
    ];
    if (stack !== null) assignments.push(['error_stack', value(encodeValue(attributeOf(table, 'error_stack'), stack, table.label))]);
    const statement = update(reservation, assignments);
    await connection.outside(() => connection.executor.run(statement));
  });
}

/** Gives jobs that were reserved but not started back to the queue. */
export async function release(reservations: readonly Reservation[]): Promise<void> {
  const [first] = reservations;
  if (first === undefined) return;
  const { table, worker } = first;
  const { connection } = table;
  const size = keysPerStatement(table);
  for (let i = 0; i < reservations.length; i += size) {
    const chunk = reservations.slice(i, i + size);
    const keys = keyAmong(table, chunk.map((reservation) => reservation.key));
    const statement = sql`UPDATE ${reference(table)} SET ${pendingAgain(table)} WHERE (${keys}) AND ${column(table, 'status')} = 'reserved' AND ${column(table, 'connection_id')} = ${value(worker.connectionId)} AND ${column(table, 'pid')} = ${value(worker.pid)}`;
    await connection.outside(() => connection.executor.run(statement));
  }
}

function update(reservation: Reservation, assignments: readonly (readonly [string, Fragment])[]): Statement {
  const { table } = reservation;
  const set = concat(
    assignments.map(([name, assigned]) => sql`${column(table, name)} = ${assigned}`),
    ', ',
  );
  return sql`UPDATE ${reference(table)} SET ${set} WHERE ${stillHeld(reservation)}`;
}
