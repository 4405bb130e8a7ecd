/**
 * Values that older programs keep in object stores. A column holds only a hash; its comment names kind and store.
 *
 * | written by | mark | column | in the store |
 * |---|---|---|---|
 * | datajoint-python 0.12 to 0.14 | `blob@raw` | binary(16): MD5 of the bytes | `{schema}/ab/cd/{hash}` |
 * | | `attach@raw` | MD5 of name, zero byte, content | `{schema}/ab/cd/{hash}.{name}` |
 * | | `filepath@raw` | MD5 of the path within the store | at that path |
 * | until 0.11, MATLAB | `external-raw`, `external` | char(51): SHA-256 in base 64, store | `{schema}/ab/cd/{hash}` |
 *
 * The folder of the schema is searched for, because a value does not know its schema: a hash of the content leads to
 * the same content wherever it is found. Sources: `external.ExternalTable` of datajoint-python 0.14.9
 * and 0.11.
 */
import { createHash } from 'node:crypto';
import { opendir, readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Attribute, SqlValue, Stores } from '../../database';
import { Attachment } from '../attachment';
import { unpack } from '../blob';
import { storeNamed } from './configured';
import { folderOf, missing } from './fileStore';
import { changed, type Reader, type Stored } from './readers';
import { StoredObject } from './storedObject';

/** datajoint-python 0.14.9, `settings.DEFAULT_SUBFOLDING`. */
const SUBFOLDING = [2, 2];
/** How many characters of a hash until 0.11 are hash; the rest is the store. */
const OLD_HASH_LENGTH = 43;

/** The value of a column with one of those marks; null for every other column. */
export function decodeOldStored(attribute: Attribute, raw: Exclude<SqlValue, null>): StoredObject | null {
  // First what is cheap: this is asked for every value of every row.
  if (attribute.codec !== null || attribute.column.kind !== 'native') return null;
  const [, kind = '', store = null] = /^(blob|attach|filepath)@([a-z][-\w]*)$/i.exec(attribute.declaredType) ?? [];
  if (kind !== '' && raw instanceof Uint8Array && raw.length === 16) {
    return new StoredObject(
      kind.toLowerCase(),
      { hash: Buffer.from(raw).toString('hex'), store },
      readers[kind.toLowerCase()],
    );
  }
  if (
    /^external(-[-\w]*)?$/i.test(attribute.declaredType) &&
    typeof raw === 'string' &&
    raw.length >= OLD_HASH_LENGTH
  ) {
    // The store without a name is called "external" in the settings of those programs.
    return new StoredObject('blob', { hash: raw, store: raw.slice(OLD_HASH_LENGTH) || 'external' }, unchecked);
  }
  return null;
}

const unchecked: Reader = { locate: locateByName, decode: (bytes) => unpack(bytes) };

const readers: Readonly<Record<string, Reader>> = {
  blob: {
    locate: locateByName,
    decode(bytes, { hash }, file) {
      if (md5(bytes) !== hash) throw changed(file);
      return unpack(bytes);
    },
  },
  attach: {
    locate: locateByName,
    decode(bytes, { hash }, file) {
      const name = file.slice(file.lastIndexOf(`${hash ?? ''}.`) + (hash ?? '').length + 1);
      if (md5(`${name}\0`, bytes) !== hash) throw changed(file);
      return new Attachment(name, bytes);
    },
  },
  filepath: { locate: locateByPathHash, decode: (bytes) => bytes },
};

/** The file that is called as the hash, or for attachments as the hash and a name, in the folder of some schema. */
async function locateByName({ store, hash }: Stored, stores: Stores): Promise<string> {
  const spec = storeNamed(store, stores);
  const folder = await folderOf(spec);
  const name = hash ?? '';
  const folds = subfolders(name, spec.subfolding ?? SUBFOLDING);
  const schemas = await readdir(folder, { withFileTypes: true });
  for (const schema of schemas) {
    const place = join(folder, schema.name, ...folds);
    const names = await readdir(place).catch(() => []);
    const found = names.find((candidate) => candidate === name || candidate.startsWith(`${name}.`));
    if (found !== undefined) return join(place, found);
  }
  throw missing(join(folder, '…', ...folds, name));
}

/**
 * The file whose path has the hash. Walks through the store until it is found: the path itself stands in the table
 * `~external_…`, which a value cannot reach.
 */
async function locateByPathHash({ store, hash }: Stored, stores: Stores): Promise<string> {
  const folder = await folderOf(storeNamed(store, stores));
  for await (const entry of await opendir(folder, { recursive: true })) {
    const file = join(entry.parentPath, entry.name);
    if (md5(relative(folder, file).split(sep).join('/')) === hash && (await stat(file)).isFile()) return file;
  }
  throw missing(`The file with the path hash ${hash ?? ''} in ${folder}`);
}

function subfolders(name: string, lengths: readonly number[]): string[] {
  let at = 0;
  return lengths.map((length) => name.slice(at, (at += length)).toLowerCase());
}

function md5(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
