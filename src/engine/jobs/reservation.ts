import { all, type Fragment, sql, value } from '../algebra';
import type { SqlValue } from '../database';
import { column, keyEquals, reference, type StoredKey } from './conditions';
import type { JobTable } from './jobTable';

/**
 * The duration of a job that a worker of this engine has reserved and not ended. datajoint-python leaves it null until
 * the end: this tells whose reservations die with a lock (`WorkerIdentity.locked`).
 */
export const HOLDS_LOCK = '0';

/** Who reserves: this process, on this session. */
export interface Worker {
  readonly connectionId: number;
  readonly host: string;
  readonly pid: number;
  /** `name@host`, the database account. */
  readonly user: string;
  /** The code's version, or an empty string. */
  readonly version: string;
}

/** One job that a worker holds. */
export interface Reservation {
  readonly table: JobTable;
  readonly worker: Worker;
  readonly key: StoredKey;
  readonly reservedTime: SqlValue;
  /** True when the target already had the key's row: there is nothing to make. */
  readonly done: boolean;
}

/** A reservation without its table: plain values, which can be sent to another process. */
export type Ticket = Pick<Reservation, 'worker' | 'key' | 'reservedTime'>;

export const ticketOf = ({ worker, key, reservedTime }: Reservation): Ticket => ({ worker, key, reservedTime });

/**
 * The fence: true only while the job is still reserved by this very reservation. Every statement that ends a job has
 * it, so a worker that lost its job (a person cleared it, it was taken for dead) changes nothing.
 */
export function stillHeld(reservation: Reservation): Fragment {
  const { table, worker } = reservation;
  return all([
    keyEquals(table, reservation.key),
    sql`${column(table, 'status')} = 'reserved'`,
    sql`${column(table, 'host')} = ${value(worker.host)}`,
    sql`${column(table, 'pid')} = ${value(worker.pid)}`,
    sql`${column(table, 'connection_id')} = ${value(worker.connectionId)}`,
    sql`${column(table, 'reserved_time')} = ${value(reservation.reservedTime)}`,
  ]);
}

/** Whether the job is still reserved by this very reservation, as the database has it now. */
export async function isHeld(reservation: Reservation): Promise<boolean> {
  const { table } = reservation;
  const { connection } = table;
  const rows = await connection.outside(() =>
    connection.executor.all(sql`SELECT 1 AS held FROM ${reference(table)} WHERE ${stillHeld(reservation)}`),
  );
  return rows.length > 0;
}
