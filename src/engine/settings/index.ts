export type { ConnectionSpec } from '../database';
export { findConfigFile } from './files';
export { assertOwned } from './owner';
export { defaultJobSettings, type JobSettings } from './jobs';
export type { ProvenanceSettings } from './provenance';
export { certificateVariables } from './tlsVariables';
export { loadSettings, resolveConnection, type Settings, type SettingsSource } from './resolve';
