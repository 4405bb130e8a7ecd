import { statSync } from 'node:fs';
import type { Connection, ConnectionSpec, Overview } from '../../engine';
import { ActionableError } from '../host';
import { addressOf } from './server';

/** A database that is open, and what may be asked about it. */
export interface Opened {
  readonly connection: Connection;
  readonly overview: Overview;
}

/**
 * Which database a folder's pipelines use: settings of the environment and the folder, else the embedded file. A folder
 * that nobody trusts may not name a server: it would be sent the password that the environment holds.
 * The engine is loaded here, on first use, so that starting the extension does not pay for it.
 * @throws ActionableError for such a server
 */
export async function resolveFolder(folder: string, isTrusted: boolean): Promise<ConnectionSpec> {
  const engine = await import('../../engine');
  const spec = engine.resolveConnection({ cwd: folder, env: process.env });
  if (isTrusted || spec.kind !== 'server') return spec;
  const own = engine.resolveConnection({ cwd: folder, env: { ...process.env, DJW_CONNECTION: 'environment' } });
  if (own.kind === 'server') return own;
  throw new ActionableError(`The settings of this folder name the server ${addressOf(spec)}, which is not contacted before you trust the workspace.`);
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
  const connection = new engine.Connection(await engine.openDatabase(spec, { thread: true, program: 'editor' }));
  return { connection, overview: engine.createOverview(connection) };
}
