import { DataJointError } from '../errors';
import { config } from './config';

/** How many rows of which table a delete takes with it. */
export interface DeletedRows {
  readonly table: string;
  readonly rows: number;
}

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

/**
 * What happens when rows of a part would go without their master's. `enforce`: it is refused. `cascade`: the master's rows
 * go too, with all that depends on them. `ignore`: they go alone.
 * Source: datajoint-python 2.3.5, `table.Table.delete(part_integrity=…)`.
 */
export type PartIntegrity = 'enforce' | 'ignore' | 'cascade';

export interface DeleteOptions extends RemovalOptions {
  /** By default `enforce`. */
  readonly partIntegrity?: PartIntegrity;
}

export interface DropOptions extends RemovalOptions {
  /** `ignore`: a part may be dropped while its master stays. By default `enforce`: it may not. */
  readonly partIntegrity?: Exclude<PartIntegrity, 'cascade'>;
}

/** Options come from untyped programs too. @throws DataJointError `usage` for another word than these. */
export function partIntegrityOf<P extends PartIntegrity>(given: P | undefined, words: readonly P[]): P | 'enforce' {
  if (given === undefined || words.includes(given)) return given ?? 'enforce';
  throw new DataJointError('usage', `partIntegrity can be ${words.map((word) => `'${word}'`).join(' or ')} here, not ${JSON.stringify(given)}.`);
}

let confirmation: Confirmation | null = null;

/** Sets who is asked before rows or tables go. Null, as at the start: nobody. */
export function setConfirmation(ask: Confirmation | null): void {
  confirmation = ask;
}

/**
 * Whether the removal may go on. `preview` is only worked out when there is somebody to ask.
 * Source: datajoint-python 2.3.5, `table.Table.delete`, where nobody to ask is an error always.
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
