import type { Connection, SessionInfo } from '../database';
import { DataJointError } from '../errors';
import { defaultConnection } from '../tables';
import { listSessions, type SessionList } from './listed';

export interface KillOptions {
  /** The connection to use instead of the default one. */
  readonly connection?: Connection;
}

/** How the killing of one session ended. */
export interface Killed {
  readonly session: SessionInfo;
  /** Null: it has ended, or had ended already. */
  readonly problem: DataJointError | null;
}

/** Shows sessions to a person and tells which one to end; null: enough. */
export type SessionChoice = (list: SessionList, last: Killed | null) => Promise<SessionInfo | null>;

let choice: SessionChoice | null = null;

/** Sets who chooses what `kill` ends. Null, as at the start: nobody. */
export function setSessionChoice(choose: SessionChoice | null): void {
  choice = choose;
}

/**
 * Lists the sessions of the database and ends those that a person chooses, one after another, until enough.
 * Source: document 003; datajoint-python 0.14.9, `admin.kill`.
 * @param restriction conditions on ID, USER, HOST, DB, COMMAND, TIME, STATE and INFO, such as `HOST LIKE "%compute%"`
 * @param orderBy columns, each perhaps with `desc`, as one text or a list; by default `id`
 * @throws DataJointError `query` for a restriction that cannot be read, `usage` where no person can be asked
 */
export async function kill(
  restriction: string | null = null,
  orderBy: string | readonly string[] | null = null,
  options: KillOptions = {},
): Promise<void> {
  if (choice === null) {
    throw new DataJointError('usage', 'dj.kill() asks a person which session to end and there is none here: run it with djw in a terminal, or use dj.killQuick().');
  }
  const connection = options.connection ?? (await defaultConnection());
  const order = typeof orderBy === 'string' ? orderBy : (orderBy ?? []).join(',');
  let last: Killed | null = null;
  for (;;) {
    const list = await listSessions(connection, restriction ?? '', order);
    const chosen = await choice({ ...list, sessions: list.sessions.filter(({ own }) => !own) }, last);
    if (chosen === null) return;
    last = await killOne(connection, chosen);
  }
}

/**
 * Ends all sessions that meet the restriction, this process's own left out, without asking.
 * Source: datajoint-python 0.14.9, `admin.kill_quick`.
 * @returns how many sessions ended
 * @throws DataJointError the first problem, after all have been tried
 */
export async function killQuick(restriction: string | null = null, options: KillOptions = {}): Promise<number> {
  const connection = options.connection ?? (await defaultConnection());
  const { sessions } = await listSessions(connection, restriction ?? '', '');
  const killed = await killSessions(connection, sessions.filter(({ own }) => !own));
  const failed = killed.find(({ problem }) => problem !== null);
  if (failed?.problem) throw failed.problem;
  return killed.length;
}

/** Ends sessions that were listed before; each is checked again first. One that refuses to end does not stop the others. */
export async function killSessions(connection: Connection, sessions: readonly SessionInfo[]): Promise<Killed[]> {
  return await Promise.all(sessions.map((session) => killOne(connection, session)));
}

async function killOne(connection: Connection, session: SessionInfo): Promise<Killed> {
  try {
    await connection.sessions.kill(session);
    return { session, problem: null };
  } catch (error) {
    if (error instanceof DataJointError) return { session, problem: error };
    throw error;
  }
}
