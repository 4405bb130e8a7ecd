/**
 * How values that datajoint-python 2.3.2 keeps in object stores are found and checked.
 *
 * | codec | in the table (JSON) | in the store | reads as |
 * |---|---|---|---|
 * | `<hash@>` | hash, path, schema, store, size | `_hash/{schema}/{hash}` | Uint8Array |
 * | `<blob@>`, `<attach@>` | as `<hash@>`, through which they go | the packed bytes | what was packed; Attachment |
 * | `<object@>` | path, store, size, is_dir and more | `_schema/{schema}/{table}/{key}/…` | Uint8Array, unless a folder |
 * | `<filepath@>` | path, store, size, is_dir, timestamp | wherever the path says | as `<object@>` |
 * | `<npy@>` | path, store, dtype, shape | as `<object@>` | NdArray |
 *
 * The path in the table counts, whatever the prefixes of the store are now.
 * Sources: `hash_registry`, `storage.StorageBackend`, `builtin_codecs`.
 */
import { createHash } from 'node:crypto';
import type { Stores } from '../../database';
import { DataJointError } from '../../errors';
import { storeNamed } from './configured';
import { pathInStore } from './fileStore';
import { readNpy } from './npy';

/** What is known of a stored value without reading it. */
export interface Stored {
  /** Null for the default store. */
  readonly store: string | null;
  /** Within the store; null where the table holds only a hash. */
  readonly path: string | null;
  readonly hash: string | null;
  /** In bytes; null where the table does not say. */
  readonly size: number | null;
}

/** Finds a stored value and makes something of its bytes. */
export interface Reader {
  /** The absolute path of its file or folder. */
  locate(stored: Stored, stores: Stores): Promise<string>;
  /** Checks the bytes where there is a hash to check them by. */
  decode(bytes: Uint8Array, stored: Stored, file: string): unknown;
}

const asBytes: Reader = { locate: locateByPath, decode: (bytes) => bytes };
const asNpy: Reader = { locate: locateByPath, decode: readNpy };
const asHashed: Reader = {
  locate: locateByPath,
  decode(bytes, { hash }, file) {
    if (hash === null || contentHash(bytes) === hash) return bytes;
    throw changed(file);
  },
};

/** The reader of a codec that keeps its values in an object store. */
export function readerOf(codec: string): Reader {
  if (codec === 'hash') return asHashed;
  return codec === 'npy' ? asNpy : asBytes;
}

export function changed(file: string): DataJointError {
  return new DataJointError(
    'corrupt',
    `${file} is not what was stored: its content no longer has the hash that the table holds.`,
  );
}

async function locateByPath({ store, path }: Stored, stores: Stores): Promise<string> {
  if (path !== null) return await pathInStore(storeNamed(store, stores), path);
  throw new DataJointError(
    'corrupt',
    'The table holds no path for this value, so it cannot be found in its object store.',
  );
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** MD5 in base 32, as `hash_registry.compute_hash`: 26 characters. */
function contentHash(bytes: Uint8Array): string {
  const bits = [...createHash('md5').update(bytes).digest()].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const digits = bits.padEnd(130, '0').match(/.{5}/g) ?? [];
  return digits.map((digit) => BASE32.charAt(parseInt(digit, 2))).join('');
}
