import { DataJointError } from '../errors';
import type { Database } from './contract';
import type { ConnectionSpec, OpenOptions } from './spec';
import { openSqlite } from './sqlite';

/**
 * Opens the database that `spec` names. An embedded file is created with its folder when it is absent; a file that
 * cannot be written opens for browsing.
 * @throws DataJointError `access`, `corrupt`, `busy` or `unreachable`.
 */
export async function openDatabase(spec: ConnectionSpec, options: OpenOptions = {}): Promise<Database> {
  if (spec.kind === 'embedded') return openSqlite(spec.file, spec.durability, options);
  throw new DataJointError(
    'unreachable',
    `The settings name the server ${spec.host}:${spec.port}, and this version opens embedded databases only: ` +
      'remove the host from the settings, or name a file in DJ_EMBEDDED_FILE.',
  );
}
