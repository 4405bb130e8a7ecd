import { any, concat, type Fragment, sql, value } from '../../algebra';
import { pack } from '../../codecs';
import type { Executor } from '../../database';
import { classNameOf } from '../../definition';
import { DataJointError } from '../../errors';
import { type Failure, recorded } from '../failure';
import { column, has, reference, type SchemaReservation, stillHeld } from './reservation';

/**
 * Ends a job whose result was inserted, as the last statement of the transaction that inserted it.
 * Source: datajoint-python 0.14.9, `jobs.JobTable.complete`, which does so after the commit.
 * @throws DataJointError `reservation_lost` when the job is no longer held; the caller rolls back.
 */
export async function completeInSchema(transaction: Executor, reservation: SchemaReservation): Promise<void> {
  const { changes } = await transaction.run(sql`DELETE FROM ${reference(reservation.table)} WHERE ${stillHeld(reservation)}`);
  if (changes > 0) return;
  throw new DataJointError(
    'reservation_lost',
    `The reservation of ${classNameOf(reservation.tableName)} was taken away while its make() ran, so the result was not kept. The key can be computed again.`,
  );
}

/**
 * Records an error on the job, in a transaction of its own, whatever its text; see `recorded`. Does nothing when the job
 * is no longer held. Source: datajoint-python 0.14.9, `jobs.JobTable.error`.
 */
export async function failInSchema(reservation: SchemaReservation, failure: Failure): Promise<void> {
  const { table } = reservation;
  const { connection } = table;
  await recorded(table.spec, failure, async ({ message, stack }) => {
    const assignments: [string, Fragment][] = [
      ['status', sql`'error'`],
      ['error_message', value(message)],
      ['timestamp', sql`${connection.dialect.now(0)}`],
    ];
    if (stack !== null) assignments.push(['error_stack', value(pack(stack))]);
    const set = concat(
      assignments.filter(([name]) => has(table, name)).map(([name, assigned]) => sql`${column(table, name)} = ${assigned}`),
      ', ',
    );
    await connection.outside(() => connection.executor.run(sql`UPDATE ${reference(table)} SET ${set} WHERE ${stillHeld(reservation)}`));
  });
}

/** Gives jobs that were reserved but not started back: no row means that the key is available. */
export async function releaseInSchema(reservations: readonly SchemaReservation[]): Promise<void> {
  const [first] = reservations;
  if (first === undefined) return;
  const { table } = first;
  const held = any(reservations.map(stillHeld));
  await table.connection.outside(() => table.connection.executor.run(sql`DELETE FROM ${reference(table)} WHERE ${held}`));
}

/** Whether the job is still this worker's. */
export async function isHeldInSchema(reservation: SchemaReservation): Promise<boolean> {
  const { table } = reservation;
  const { executor } = table.connection;
  return (await executor.all(sql`SELECT 1 AS held FROM ${reference(table)} WHERE ${stillHeld(reservation)}`)).length > 0;
}
