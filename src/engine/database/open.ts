import type { Database } from './contract';
import type { ConnectionSpec, OpenOptions } from './spec';
import { openMysql } from './mysql';
import { openSqlite } from './sqlite';

/**
 * Opens the database that `spec` names. An embedded file is created with its folder when it is absent; a file that
 * cannot be written opens for browsing. A server is logged in to at once.
 * @throws DataJointError `access`, `corrupt`, `busy` or `unreachable`.
 */
export async function openDatabase(spec: ConnectionSpec, options: OpenOptions = {}): Promise<Database> {
  if (spec.kind === 'embedded') return openSqlite(spec.file, spec.durability, options);
  return openMysql(spec, options);
}
