/** The question of `dj.kill()`, where a person sits at the terminal (document 003). */
import { type Killed, type SessionInfo, type SessionList, setSessionChoice } from '../engine';
import { showSessions } from './sessionTable';
import type { Terminal } from './terminal';

export function chooseSessionsAt(terminal: Terminal): void {
  if (terminal.asks) setSessionChoice((list, last) => ask(list, last, terminal));
}

async function ask(list: SessionList, last: Killed | null, terminal: Terminal): Promise<SessionInfo | null> {
  if (last !== null) terminal.line(killedText(last));
  showSessions(list, terminal);
  for (;;) {
    const answer = await terminal.question('process to kill or "q" to quit >');
    if (/^q(uit)?$/i.test(answer)) return null;
    const chosen = list.sessions.find(({ id }) => String(id) === answer);
    if (chosen !== undefined) return chosen;
    if (answer !== '') terminal.line(`There is no session ${answer} in the list.`);
  }
}

/** One sentence on how it ended. */
export function killedText({ session, problem }: Killed): string {
  return problem === null ? `Session ${session.id} has ended.` : problem.message;
}
