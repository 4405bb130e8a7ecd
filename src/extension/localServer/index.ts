export { canStart, showServerLog, startLocalServer, startTitle, stopLocalServer } from './actions';
export type { FolderServer } from './folderServer';
export { LocalServers } from './localServers';
