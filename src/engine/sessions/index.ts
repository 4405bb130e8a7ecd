export { SESSION_COLUMNS, type SessionColumn } from './columns';
export { sessionOrder } from './order';
export { sessionRestriction } from './restriction';
