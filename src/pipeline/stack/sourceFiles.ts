/**
 * The files that a stack may name. A stack comes from a database, and so does each path in it: this is the only way from
 * such a path to a file.
 */
import { constants, lstatSync, realpathSync, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import path from 'node:path';

/** Largest source file that is read, in bytes. */
const MOST_BYTES = 2 * 1024 * 1024;

/** The endings of what people write pipelines in. */
const sourceEnding = /\.(?:[cm]?[jt]s|[jt]sx|py|ipynb|m)$/i;

/** Shares of other machines and devices: to look at one already sends this account's name, or waits without end. */
const elsewhere = /^(?:[\\/]{2}|[\\/]\?\?[\\/])/;

/** Names that Windows takes for devices in every folder, whatever their ending. */
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³]) {0,9}(?:[.:]|$)/i;

export interface SourceFiles {
  /** Whether it is a source file below one of the folders: regular, with a source ending, at most 2 MiB. */
  has(file: string): boolean;
  /** Its text; null for any other file, and for one that cannot be read. */
  read(file: string): Promise<string | null>;
  /** When it was changed last, in milliseconds since 1970; null for any other file. */
  changedAt(file: string): Promise<number | null>;
}

/**
 * The source files below some folders. Links are followed only to what is below a folder as well.
 * @param folders absolute
 * @example sourceFiles(['/lab']).has('/dev/zero') // false
 */
export function sourceFiles(folders: readonly string[]): SourceFiles {
  const roots = folders.filter((folder) => !elsewhere.test(folder)).flatMap((folder) => [path.resolve(folder), realPath(folder)]);
  const isBelow = (file: string): boolean => roots.some((root) => root !== null && inside(root, file));

  /** The file itself, where links lead; null for what is no source file of the folders. */
  const resolved = (file: string): string | null => {
    if (elsewhere.test(file) || device.test(path.win32.basename(file)) || !sourceEnding.test(file) || file.includes('\0')) return null;
    if (!path.isAbsolute(file) || !isBelow(path.resolve(file))) return null;
    const real = realPath(file);
    if (real === null || !isBelow(real) || !sourceEnding.test(real)) return null;
    return isReadable(statusOf(real)) ? real : null;
  };

  return {
    has: (file) => resolved(file) !== null,
    async read(file) {
      const real = resolved(file);
      return real === null ? null : await readRegular(real);
    },
    async changedAt(file) {
      const real = resolved(file);
      return real === null ? null : await stat(real).then(({ mtimeMs }) => mtimeMs, () => null);
    },
  };
}

/** What is opened is looked at again: another file, or another folder on the way to it, may have taken its place since. */
async function readRegular(file: string): Promise<string | null> {
  // Neither waits for the other end of a pipe nor follows a link; Windows has neither flag, which counts as 0.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
  try {
    const handle = await open(file, flags);
    try {
      const opened = await handle.stat();
      const named = realPath(file) === file ? statusOf(file) : null;
      if (!isReadable(opened) || named?.ino !== opened.ino || named.dev !== opened.dev) return null;
      return await beginning(handle, opened.size);
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}

/** No more than the size that was allowed, also when the file grows. */
async function beginning(handle: FileHandle, size: number): Promise<string> {
  const bytes = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await handle.read(bytes, length, size - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.toString('utf8', 0, length);
}

const isReadable = (status: Stats | null): boolean => status !== null && status.isFile() && status.size <= MOST_BYTES;

function statusOf(file: string): Stats | null {
  return lstatSync(file, { throwIfNoEntry: false }) ?? null;
}

function realPath(file: string): string | null {
  try {
    return realpathSync.native(file);
  } catch {
    return null;
  }
}

function inside(root: string, file: string): boolean {
  const relative = path.relative(root, file);
  return relative !== '' && relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
