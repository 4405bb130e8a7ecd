import type { Key } from '../algebra';
import type { Connection, Transaction } from '../database';
import { DataJointError } from '../errors';
import type { TableBinding } from '../tables';
import { stopping } from './stop';

/** One key for another program to make. */
export interface MakeElsewhereCall {
  readonly key: Key;
  readonly makeKwargs: Readonly<Record<string, unknown>>;
  /**
   * To be called once, last in the transaction that inserts, with that transaction; when it rejects, undo all. Null when
   * nothing has to be done then.
   */
  readonly finish: ((transaction: Transaction) => Promise<void>) | null;
  /** Told, before a failure, what make() printed last. */
  readonly onPrinted: (text: string) => void;
  /** Rejects when the work must stop. */
  readonly stopped: Promise<never>;
}

/** What came of a make(): rows, none, or no call at all, since the key's row was there already and nothing was finished. */
export type Made = 'made' | 'nothing' | 'there';

/** @throws what make() threw, as an error of this program */
export type MakeElsewhere = (call: MakeElsewhereCall) => Promise<Made>;

/** The static member of a class that has its keys made by another program. */
export const MAKE_ELSEWHERE = Symbol('makeElsewhere');

/** @throws DataJointError when the other program's class cannot make anything */
export function makerElsewhere(binding: TableBinding): MakeElsewhere | null {
  const maker: unknown = Reflect.get(binding.table, MAKE_ELSEWHERE);
  if (maker instanceof DataJointError) throw maker;
  return typeof maker === 'function' ? (maker as MakeElsewhere) : null;
}

/** Has the key made, unless the work must stop, or the session ends here that its job names. */
export async function callElsewhere(maker: MakeElsewhere, connection: Connection, call: MakeElsewhereCall): Promise<Made> {
  const { connectionEnd } = connection.database;
  // One that has ended already is opened again by whatever needs it next.
  const session = stopping(connectionEnd.aborted ? null : connectionEnd);
  const stopped = Promise.race([call.stopped, session.promise]);
  stopped.catch(() => undefined);
  try {
    return await maker({ ...call, stopped });
  } finally {
    session.release();
  }
}
