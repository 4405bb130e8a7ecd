/** A database server for one folder: MariaDB, MySQL or Docker under `.datajoint/server`, for this machine alone. */
export { readAccount } from './account';
export { followServer, isOrphaned, keepWord, restingState, serverState, startKeeper, startServer, type StartOptions, stopServer } from './client';
export type { Following } from './control';
export { readRecord, type ServerFiles, serverFiles, serverFolder } from './files';
export { freePort } from './freePort';
export { findInstallations, noInstallation } from './installation';
export { keepServer } from './keeper';
export { isLocalServer, otherDatabase, setAside } from './settings';
export { isOver, type ServerState } from './state';
