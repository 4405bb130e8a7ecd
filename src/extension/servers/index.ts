export { addServer, editServer, removeServer, renameServer, testConnection } from './servers';
