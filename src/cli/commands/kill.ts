import { type Connection, kill as killByChoice, killSessions, type ListedSession, listSessions, sessionRestriction } from '../../engine';
import { usageError } from '../arguments';
import { chooseSessionsAt, killedText } from '../chooseSession';
import type { Command } from '../command';
import { openToLook } from '../database';
import { exitCodes } from '../exitCodes';
import { showSessions } from '../sessionTable';
import type { Terminal } from '../terminal';
import { jsonText } from '../words';

export const kill: Command = {
  name: 'kill',
  operands: '[RESTRICTION]',
  summary: 'list the connections of the database, and end some',
  details: `Lists who is connected, the jobs that each holds and who waits for whom, and asks which
to end. RESTRICTION compares ID, USER, HOST, DB, COMMAND, TIME, STATE and INFO:

  djw kill 'HOST LIKE "%compute%"'       connections from hosts with that name
  djw kill 'TIME > 600' --order-by 'host desc, time'

A job whose connection ends goes back to its queue or becomes an error; nothing half-made
is kept. Where no person is asked (a script), nothing ends without --yes. On the embedded
database the connections are the programs that have the file open.`,
  options: {
    'order-by': { value: 'COLUMNS', help: 'the order of the list: id, or "time desc, user"' },
    yes: { help: 'end all that RESTRICTION names, without asking' },
    json: { help: 'print the list, or with --yes what became of it, as JSON' },
  },
  minOperands: 0,
  maxOperands: 1,
  async run(args, context) {
    const { terminal } = context;
    const restriction = args.positionals[0] ?? '';
    const order = args.value('order-by') ?? '';
    const asks = terminal.asks && !args.has('yes') && !args.has('json');
    if (args.has('yes') && restriction.trim() === '') {
      throw usageError('--yes needs a RESTRICTION: without one it would end every connection.');
    }
    sessionRestriction(restriction);
    const connection = await openToLook(context);
    if (connection === null) {
      terminal.line('There is no database yet, so nobody is connected.');
      return exitCodes.done;
    }
    try {
      return await killIn(connection, { restriction, order, yes: args.has('yes'), json: args.has('json'), asks }, terminal);
    } finally {
      await connection.close();
    }
  },
};

interface Wish {
  readonly restriction: string;
  readonly order: string;
  readonly yes: boolean;
  readonly json: boolean;
  /** A person is there to choose. */
  readonly asks: boolean;
}

async function killIn(connection: Connection, { restriction, order, yes, json, asks }: Wish, terminal: Terminal): Promise<number> {
  if (asks) {
    chooseSessionsAt(terminal);
    await killByChoice(restriction, order, { connection });
    return exitCodes.done;
  }
  const list = await listSessions(connection, restriction, order);
  const others = { ...list, sessions: list.sessions.filter(({ own }) => !own) };
  if (!yes) {
    if (json) terminal.line(jsonText(others.sessions.map(plain)));
    else showSessions(others, terminal);
    return exitCodes.done;
  }
  const killed = await killSessions(connection, others.sessions);
  if (json) {
    terminal.line(jsonText(killed.map(({ session, problem }) => ({ id: session.id, ended: problem === null, problem: problem?.message ?? null }))));
  } else if (killed.length === 0) {
    terminal.line('No connection meets the restriction.');
  } else {
    for (const each of killed) terminal.line(killedText(each));
  }
  return killed.some(({ problem }) => problem !== null) ? exitCodes.failed : exitCodes.done;
}

/** What a script reads. */
const plain = ({ id, user, host, db, command, time, state, info, pid, jobs, waitsFor }: ListedSession) => ({
  ...{ id, user, host, db, command, time, state, info, pid, waitsFor },
  jobs: jobs.map(({ table, className, key }) => ({ table: `${table.schema}.${className}`, key })),
});
