import { AsyncLocalStorage } from 'node:async_hooks';
import type { Key } from '../algebra';
import type { SqlValue } from '../database';
import type { TableBinding } from './binding';

/** The make() call that is running, if any. Only there may rows go into an Imported or Computed table. */
export interface MakeContext {
  readonly target: TableBinding;
  /** The key that is made. */
  readonly key: Key;
  /**
   * Is told of every row that goes into the target or one of its parts, as it will be stored.
   * @param anyKey whether it may belong to another key than the one that is made
   * @throws DataJointError `not_allowed` when it may not and does
   */
  noteRow(table: TableBinding, row: ReadonlyMap<string, SqlValue>, anyKey: boolean): void;
  /** Runs an insert into the target or one of its parts: make() must not end before it does. */
  insert(work: () => Promise<void>): Promise<void>;
}

export const makeContext = new AsyncLocalStorage<MakeContext>();
