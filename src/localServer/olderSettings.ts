/**
 * What datajoint-python 0.14 reads of a folder: `dj_local_conf.json`. It has no other place for a port, and none but this for a
 * password. The file is kept among those of the server, which git ignores and nobody else may read; in the folder is a link.
 * Source: datajoint-python 0.14.10, `settings.Config` and `connection.Connection`.
 */
import { copyFileSync, lstatSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { DataJointError } from '../engine';
import { accountName } from './commands';
import { type ServerFiles, writePrivate, writingProblem } from './files';

const fileName = 'dj_local_conf.json';

/**
 * Names the server to datajoint-python 0.14. A file of the lab's own stays as it is.
 * @throws DataJointError `access` or `storage_full`
 */
export function nameServerForOlder({ folder, root, certificate }: ServerFiles, host: string, port: number, password: string): void {
  const kept = path.join(root, fileName);
  const settings = {
    ...readObject(kept),
    'database.host': host,
    'database.port': port,
    'database.user': accountName,
    'database.password': password,
    'database.use_tls': { ca: certificate },
  };
  try {
    writePrivate(kept, `${JSON.stringify(settings, null, 2)}\n`);
    symlinkSync(path.relative(folder, kept), path.join(folder, fileName));
  } catch (cause) {
    // The link is there already, the file is the lab's own, or the system gives links to administrators only.
    if (cause instanceof Error && 'code' in cause && (cause.code === 'EEXIST' || cause.code === 'EPERM')) return;
    throw cause instanceof DataJointError ? cause : writingProblem(folder, cause);
  }
}

/** Moves the lab's own file into `kept`; what it says besides the database holds on. */
export function setOlderAside({ folder, root }: ServerFiles, kept: string): void {
  const file = path.join(folder, fileName);
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() !== true) return;
  const others = Object.entries(readObject(file)).filter(([name]) => !name.startsWith('database.'));
  copyFileSync(file, path.join(kept, fileName));
  writePrivate(path.join(root, fileName), JSON.stringify(Object.fromEntries(others)));
  rmSync(file);
}

/** Empty for a file that is not there, or holds something else. */
function readObject(file: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : {};
  } catch {
    return {};
  }
}
