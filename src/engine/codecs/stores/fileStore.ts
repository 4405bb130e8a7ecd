/** Files of an object store whose protocol is `file`: a folder of this machine, or one that is mounted here. */
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import type { StoreSpec } from '../../database';
import { DataJointError, messageOf } from '../../errors';

/**
 * The folder of the store.
 * @throws DataJointError `not_allowed` for a store of another protocol, `usage` for one without location, `access` when
 * its folder is not there.
 */
export async function folderOf(store: StoreSpec): Promise<string> {
  const { name, protocol, location } = store;
  if (protocol === null)
    throw new DataJointError('usage', `The object store "${name}" has no protocol: set stores.${name}.protocol.`);
  if (protocol !== 'file') {
    const place = `${protocol}://${[store.bucket, location].filter((part) => part !== null && part !== '').join('/')}`;
    throw new DataJointError(
      'not_allowed',
      `The object store "${name}" is ${place}, and only stores of the protocol "file" can be read here: ` +
        'read it with datajoint-python.',
    );
  }
  if (location === null)
    throw new DataJointError('usage', `The object store "${name}" has no location: set stores.${name}.location.`);
  if (await isFolder(location)) return location;
  throw new DataJointError(
    'access',
    `The folder ${location} of the object store "${name}" is not there: mount it, or correct stores.${name}.location.`,
  );
}

/**
 * Where a path of the store lies on the disk. What a database says is not trusted to stay inside the store.
 * @throws as `folderOf`, and DataJointError `corrupt` for a path that leads out of the store.
 */
export async function pathInStore(store: StoreSpec, path: string): Promise<string> {
  const folder = await folderOf(store);
  const full = resolve(folder, path);
  const inside = relative(folder, full);
  if (inside !== '' && !/^\.\.([/\\]|$)/.test(inside) && !isAbsolute(inside)) return full;
  throw new DataJointError(
    'corrupt',
    `The stored path ${JSON.stringify(path)} leads out of the object store "${store.name}" and is not followed.`,
  );
}

/**
 * The bytes of a file.
 * @throws DataJointError `corrupt` when it is gone, `not_allowed` for a folder, `access` when it cannot be read.
 */
export async function readStored(file: string): Promise<Uint8Array> {
  try {
    const buffer = await readFile(file);
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw missing(file);
    if (code === 'EISDIR')
      throw new DataJointError(
        'not_allowed',
        `${file} is a folder: open its files there, their place is what localPath() gives.`,
      );
    throw new DataJointError(
      'access',
      `${file} cannot be read (${messageOf(error)}): check its permissions and its size.`,
      { cause: error },
    );
  }
}

export function missing(what: string): DataJointError {
  return new DataJointError('corrupt', `${what} is gone: the object store no longer has what this value refers to.`);
}

export async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
