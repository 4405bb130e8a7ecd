/** The question of `dj.kill()`, where a person sits at the terminal (document 003). */
import { createInterface } from 'node:readline/promises';
import { type Killed, type SessionInfo, type SessionList, setSessionChoice } from '../engine';
import { showSessions } from './sessionTable';
import type { Terminal } from './terminal';

export function chooseSessionsAt(terminal: Terminal): void {
  if (terminal.interactive && process.stdin.isTTY) setSessionChoice((list, last) => ask(list, last, terminal));
}

async function ask(list: SessionList, last: Killed | null, terminal: Terminal): Promise<SessionInfo | null> {
  if (last !== null) terminal.line(killedText(last));
  showSessions(list, terminal);
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  try {
    for (;;) {
      const answer = (await asking.question('process to kill or "q" to quit > ')).trim();
      if (/^q(uit)?$/i.test(answer)) return null;
      const chosen = list.sessions.find(({ id }) => String(id) === answer);
      if (chosen !== undefined) return chosen;
      if (answer !== '') terminal.line(`There is no session ${answer} in the list.`);
    }
  } finally {
    asking.close();
  }
}

/** One sentence on how it ended. */
export function killedText({ session, problem }: Killed): string {
  return problem === null ? `Session ${session.id} has ended.` : problem.message;
}
