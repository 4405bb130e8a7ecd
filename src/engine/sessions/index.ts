export { SESSION_COLUMNS, type SessionColumn } from './columns';
export { kill, type Killed, type KillOptions, killQuick, killSessions, type SessionChoice, setSessionChoice } from './kill';
export { type HeldJob, listSessions, type ListedSession, type SessionList } from './listed';
export { sessionOrder } from './order';
export { sessionRestriction } from './restriction';
