export type { ConnectionSpec } from '../database';
export { findConfigFile } from './files';
export { defaultJobSettings, type JobSettings } from './jobs';
export { loadSettings, resolveConnection, type Settings, type SettingsSource } from './resolve';
