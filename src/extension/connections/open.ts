import { realpathSync, statSync } from 'node:fs';
import * as path from 'node:path';
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
 * that nobody trusts may not name a server: it would be sent the password that the environment holds. Nor may it name a
 * file outside of itself.
 * The engine is loaded here, on first use, so that starting the extension does not pay for it.
 * @throws ActionableError for such a server or file
 */
export async function resolveFolder(folder: string, isTrusted: boolean): Promise<ConnectionSpec> {
  const engine = await import('../../engine');
  const spec = engine.resolveConnection({ cwd: folder, env: process.env });
  if (isTrusted) return spec;
  if (spec.kind === 'embedded') {
    if (process.env['DJ_EMBEDDED_FILE'] === undefined && !isInside(spec.file, folder)) {
      throw new ActionableError(`The database ${spec.file} is outside of this folder, so it is not opened before you trust the workspace.`);
    }
    return spec;
  }
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

/** Whether a path is below a folder, by its name and by where links lead. */
function isInside(file: string, folder: string): boolean {
  const below = (inner: string, outer: string): boolean => {
    const relative = path.relative(outer, inner);
    return relative !== '' && relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
  };
  // By its name first: to look at a share of another machine already tells it who asks.
  if (!below(file, folder)) return false;
  try {
    return below(realpathSync(file), realpathSync(folder));
  } catch {
    // There is no such file, and nothing is opened.
    return true;
  }
}

/**
 * Opens on a thread of its own, so that a long query never holds up the editor.
 * @param readOnly an embedded file is only looked at
 */
export async function open(spec: ConnectionSpec, readOnly = false): Promise<Opened> {
  const engine = await import('../../engine');
  const connection = new engine.Connection(await engine.openDatabase(spec, { thread: true, program: 'editor', readOnly: readOnly && spec.kind === 'embedded' }));
  return { connection, overview: engine.createOverview(connection) };
}
