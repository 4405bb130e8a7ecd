/** Asks before rows or tables go, where a person sits at the terminal. */
import { type Removal, setConfirmation } from '../engine';
import type { Terminal } from './terminal';
import { plural } from './words';

export function confirmRemovals(terminal: Terminal): void {
  if (terminal.asks) setConfirmation((removal) => ask(removal, terminal));
}

async function ask({ verb, what, tables }: Removal, terminal: Terminal): Promise<boolean> {
  terminal.line(`This would ${verb} ${what}:`);
  for (const { table, rows } of tables) terminal.line(`  ${table}   ${plural(rows, 'row')}`);
  return /^y(es)?$/i.test(await terminal.question('Go on? [y/N]'));
}
