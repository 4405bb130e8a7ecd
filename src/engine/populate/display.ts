import type { PopulateEvent } from './options';

/** Shows the progress of one populate run: called with the table's name, it gets the run's events. */
export type ProgressDisplay = (table: string) => (event: PopulateEvent) => void;

let display: ProgressDisplay | null = null;

/** Sets what `displayProgress` shows. The engine knows no terminal; the program that runs it does. */
export function setProgressDisplay(shown: ProgressDisplay | null): void {
  display = shown;
}

export const progressDisplay = (table: string): ((event: PopulateEvent) => void) | null => display?.(table) ?? null;
