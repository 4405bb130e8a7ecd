import { statSync } from 'node:fs';
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

/**
 * What tells one embedded file from another that takes its place; null when there is none yet, and looking would create
 * it. A server is always there.
 */
export function identityOf(spec: ConnectionSpec): string | null {
  if (spec.kind !== 'embedded') return 'server';
  const stat = statSync(spec.file, { throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev} ${stat.ino}`;
}

/** Opens on a thread of its own, so that a long query never holds up the editor. */
export async function open(spec: ConnectionSpec): Promise<Opened> {
  const engine = await import('../../engine');
  const database = await engine.openDatabase(spec, { thread: true, program: 'editor' });
  return { database, overview: engine.createOverview(new engine.Connection(database)) };
}
