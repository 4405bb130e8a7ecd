import { existsSync } from 'node:fs';
import type { ConnectionSpec, Database, Overview } from '../../engine';

/** A database that is open, and what may be asked about it. */
export interface Opened {
  readonly database: Database;
  readonly overview: Overview;
}

/**
 * Which database a folder's pipelines use: settings of the environment and the folder, else the embedded file.
 * The engine is loaded here, on first use, so that starting the extension does not pay for it.
 */
export async function resolveFolder(folder: string): Promise<ConnectionSpec> {
  const engine = await import('../../engine');
  return engine.resolveConnection({ cwd: folder, env: process.env });
}

/** True when looking would create the database: an embedded file that nothing has written yet. */
export function isMissing(spec: ConnectionSpec): boolean {
  return spec.kind === 'embedded' && !existsSync(spec.file);
}

/** Opens on a thread of its own, so that a long query never holds up the editor. */
export async function open(spec: ConnectionSpec): Promise<Opened> {
  const engine = await import('../../engine');
  const database = await engine.openDatabase(spec, { thread: true, program: 'editor' });
  return { database, overview: engine.createOverview(new engine.Connection(database)) };
}
