/** The columns of a list of sessions, as `information_schema.processlist` names them (document 003). */
import type { SessionInfo } from '../database';

export const SESSION_COLUMNS = ['ID', 'USER', 'HOST', 'DB', 'COMMAND', 'TIME', 'STATE', 'INFO'] as const;
export type SessionColumn = (typeof SESSION_COLUMNS)[number];

export type SessionValue = number | string | null;

const values: Readonly<Record<SessionColumn, (session: SessionInfo) => SessionValue>> = {
  ID: (session) => session.id,
  USER: (session) => session.user,
  HOST: (session) => session.host,
  DB: (session) => session.db,
  COMMAND: (session) => session.command,
  TIME: (session) => session.time,
  STATE: (session) => session.state,
  INFO: (session) => session.info,
};

/** Null for a name that is no column. `name` is in capitals. */
export function sessionColumn(name: string): ((session: SessionInfo) => SessionValue) | null {
  const column = SESSION_COLUMNS.find((known) => known === name);
  return column === undefined ? null : values[column];
}

/** -1, 0 or 1 as the server compares: a number with a text by its number, texts without regard to case. */
export function compare(left: number | string, right: number | string): number {
  if (typeof left === 'string' && typeof right === 'string') {
    const [a, b] = [left.toLowerCase(), right.toLowerCase()];
    return a < b ? -1 : Number(a > b);
  }
  return Math.sign(numberOf(left) - numberOf(right));
}

/** The number at the start of a text, else 0. */
function numberOf(value: number | string): number {
  return typeof value === 'number' ? value : Number(/^\s*-?\d+(?:\.\d+)?/.exec(value)?.[0] ?? 0);
}
