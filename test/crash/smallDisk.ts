import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder on a disk of its own, which can be filled up. */
export interface SmallDisk {
  readonly folder: string;
  /** Leaves so many bytes free. */
  fill(free: number): Promise<void>;
  /** Makes room again. */
  empty(): Promise<void>;
  remove(): Promise<void>;
}

const SIZE = '8m';

/** Null where this account may mount nothing. */
export async function smallDisk(): Promise<SmallDisk | null> {
  const folder = await mkdtemp(join(tmpdir(), 'djw-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder], { stdio: 'ignore' }).status === 0;
  if (!mounted) {
    await rm(folder, { recursive: true });
    return null;
  }
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill: async (free) => {
      const { bavail, bsize } = await statfs(folder);
      await writeFile(ballast, new Uint8Array(Math.max(0, bavail * bsize - free)));
      if ((await stat(ballast)).size === 0) throw new Error('the disk was full already');
    },
    empty: async () => await rm(ballast, { force: true }),
    remove: async () => {
      spawnSync('umount', ['--lazy', folder]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
