import { AsyncLocalStorage } from 'node:async_hooks';
import type { TableBinding } from './binding';

/** The make() call that is running, if any. Only there may rows go into an Imported or Computed table. */
export interface MakeContext {
  readonly target: TableBinding;
  /** Set when a row goes into the target or one of its parts. */
  inserted: boolean;
}

export const makeContext = new AsyncLocalStorage<MakeContext>();
