/**
 * Who keeps the server: at most one process, also when several start at the same moment.
 *
 * `keepers/<n>/keeper.json` names the process of the n-th keeper; the one with the highest number counts, and it lives while
 * it answers. A folder is put there by renaming one that holds the file already: that takes the number for exactly one
 * process, and nobody sees a file that is half written. The last folder is never removed, so a number is never used twice.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { followKeeper, type KeeperAddress } from './control';
import type { ServerFiles } from './files';

const fileName = 'keeper.json';

interface Numbered {
  readonly number: number;
  /** Null when the file cannot be read. */
  readonly address: KeeperAddress | null;
}

/** The address of the keeper that lives, or of the last one that did; null when there was none. */
export function lastKeeper(files: ServerFiles): KeeperAddress | null {
  return newest(files)?.address ?? null;
}

/** That this process keeps the server. */
export interface Claim {
  /** False once another process has taken over, as from one that was stopped for so long that it seemed dead. */
  isHeld(): boolean;
}

/** Becomes the keeper. @returns null when another process is */
export async function claim(files: ServerFiles, mine: KeeperAddress): Promise<Claim | null> {
  const made = path.join(files.keepers, `new-${randomUUID()}`);
  mkdirSync(made, { mode: 0o700 });
  writeFileSync(path.join(made, fileName), JSON.stringify(mine), { mode: 0o600 });
  for (;;) {
    const last = newest(files);
    if (last !== null && last.address !== null && (await answers(last.address))) {
      rmSync(made, { recursive: true, force: true });
      return null;
    }
    const number = (last?.number ?? 0) + 1;
    const place = path.join(files.keepers, String(number));
    try {
      renameSync(made, place);
    } catch (error) {
      if (!existsSync(place)) throw error;
      continue;
    }
    // One who looked long ago may take a number that has been used and removed since.
    if (newest(files)?.number !== number) return null;
    for (const each of numbers(files)) if (each < number) rmSync(path.join(files.keepers, String(each)), { recursive: true, force: true });
    return { isHeld: () => (newest(files)?.number ?? 0) <= number };
  }
}

async function answers(address: KeeperAddress): Promise<boolean> {
  const following = await followKeeper(address, 'look', () => undefined);
  following?.close();
  return following !== null;
}

function newest(files: ServerFiles): Numbered | null {
  const number = Math.max(0, ...numbers(files));
  return number === 0 ? null : { number, address: readAddress(path.join(files.keepers, String(number), fileName)) };
}

function numbers({ keepers }: ServerFiles): number[] {
  if (!existsSync(keepers)) return [];
  return readdirSync(keepers)
    .filter((name) => /^\d{1,9}$/.test(name))
    .map(Number);
}

function readAddress(file: string): KeeperAddress | null {
  try {
    const { pid, port, token } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    if (typeof pid !== 'number' || typeof port !== 'number' || typeof token !== 'string') return null;
    return { pid, port, token };
  } catch {
    return null;
  }
}
