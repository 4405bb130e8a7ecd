export { Connections } from './connections';
export { type ConnectionState, FolderConnection } from './folderConnection';
export type { Opened } from './open';
