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
  /** False: do not ask. By default the program that runs asks where a person sits at a terminal. */
  readonly prompt?: boolean;
}

let confirmation: Confirmation | null = null;

/** Sets who is asked before rows or tables go. Null, as at the start: nobody. */
export function setConfirmation(ask: Confirmation | null): void {
  confirmation = ask;
}

/** Whether the removal may go on. `preview` is only worked out when there is somebody to ask. */
export async function confirmed(options: RemovalOptions, preview: () => Promise<Removal>): Promise<boolean> {
  if (options.prompt === false || confirmation === null) return true;
  const removal = await preview();
  return removal.tables.every((table) => table.rows === 0) && removal.verb === 'delete' ? true : await confirmation(removal);
}
