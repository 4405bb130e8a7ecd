import { randomUUID } from 'node:crypto';
import { all, type Fragment, raw, sql, value } from '../../algebra';
import type { Worker } from '../reservation';
import type { SchemaJobTable } from './spec';

/**
 * What stands in `error_message` while a worker of this engine holds a job, followed by a token of this very claim. The
 * table has no other column to tell one reservation from the next, and none to tell whose reservations die with a lock.
 */
const MARK = 'reserved by DataJoint Workbench ';

/** A mark that nobody else will ever write. */
export const newMark = (): string => `${MARK}${randomUUID()}`;

/** Whether a reserved row belongs to a worker of this engine, whose session holds a lock while it lives. */
export const isMark = (message: unknown): boolean => typeof message === 'string' && message.startsWith(MARK);

/** One job of a `~jobs` table that a worker holds. */
export interface SchemaReservation {
  readonly table: SchemaJobTable;
  readonly worker: Worker;
  readonly tableName: string;
  readonly hash: string;
  readonly mark: string;
}

/** A claim without its table: plain values, which can be sent to another process. */
export type SchemaTicket = Omit<SchemaReservation, 'table'>;

export const schemaTicketOf = ({ worker, tableName, hash, mark }: SchemaReservation): SchemaTicket => ({ worker, tableName, hash, mark });

/** The fence, as far as the columns allow one: true only while the job is reserved by this very claim. */
export function stillHeld({ table, tableName, hash, mark }: SchemaReservation): Fragment {
  return all([
    sql`${column(table, 'table_name')} = ${value(tableName)}`,
    sql`${column(table, 'key_hash')} = ${value(hash)}`,
    sql`${column(table, 'status')} = 'reserved'`,
    sql`${column(table, 'error_message')} = ${value(mark)}`,
  ]);
}

export const column = (table: SchemaJobTable, name: string): Fragment => raw(table.connection.dialect.quoteIdentifier(name));

export const reference = (table: SchemaJobTable): Fragment => raw(table.connection.dialect.tableReference(table.spec.name));

export const has = (table: SchemaJobTable, name: string): boolean => table.spec.attributes.some((attribute) => attribute.name === name);
