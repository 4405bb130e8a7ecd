import { DataJointError } from '../errors';
import { config } from './config';
import type { DeletedRows } from './remove';

/** What is about to disappear, for a person to agree to. */
export interface Removal {
  readonly verb: 'delete' | 'drop';
  /** `Session`, or `schema ephys`. */
  readonly what: string;
  /** Every table that loses rows or disappears, with the number of rows. */
  readonly tables: readonly DeletedRows[];
}

/** Asks a person. Resolves to whether they agree. */
export type Confirmation = (removal: Removal) => Promise<boolean>;

export interface RemovalOptions {
  /**
   * True: ask, and refuse when there is nobody to ask. False: do not ask. By default as the setting `safemode` says, where
   * a person sits at a terminal.
   */
  readonly prompt?: boolean;
}

let confirmation: Confirmation | null = null;

/** Sets who is asked before rows or tables go. Null, as at the start: nobody. */
export function setConfirmation(ask: Confirmation | null): void {
  confirmation = ask;
}

/**
 * Whether the removal may go on. `preview` is only worked out when there is somebody to ask.
 * Source: datajoint-python 2.3.2, `table.Table.delete`, where nobody to ask is an error always.
 */
export async function confirmed({ prompt }: RemovalOptions, preview: () => Promise<Removal>): Promise<boolean> {
  if (!(prompt ?? config.safemode)) return true;
  if (confirmation === null) {
    if (prompt === undefined) return true;
    throw new DataJointError('not_allowed', 'There is nobody to ask before rows or tables go: leave out { prompt: true }, or run it with djw in a terminal.');
  }
  const removal = await preview();
  return removal.tables.every((table) => table.rows === 0) && removal.verb === 'delete' ? true : await confirmation(removal);
}
