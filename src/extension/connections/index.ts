export { Connections } from './connections';
export { DatabaseConnection } from './databaseConnection';
export type { ConnectionState } from './link';
export { diagnose } from './diagnose';
export type { Login } from './login';
export type { Opened } from './open';
export { localFolders } from './place';
export { addressOf, type ServerInput, specOf } from './server';
