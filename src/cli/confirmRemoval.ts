/** Asks before rows or tables go, where a person sits at the terminal. */
import { createInterface } from 'node:readline/promises';
import { type Removal, setConfirmation } from '../engine';
import type { Terminal } from './terminal';
import { plural } from './words';

export function confirmRemovals(terminal: Terminal): void {
  if (terminal.interactive && process.stdin.isTTY) setConfirmation((removal) => ask(removal, terminal));
}

async function ask({ verb, what, tables }: Removal, terminal: Terminal): Promise<boolean> {
  terminal.line(`This would ${verb} ${what}:`);
  for (const { table, rows } of tables) terminal.line(`  ${table}   ${plural(rows, 'row')}`);
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await asking.question('Go on? [y/N] ')).trim());
  } finally {
    asking.close();
  }
}
