import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { DataJointError } from '../../errors';
import type { Awaitable } from './driver';
import { isBusy } from './errors';

/** How long anybody waits for a lock before giving up. */
export const PATIENCE_MS = 30_000;
/** Longer pauses are unfair where commits wait for the disk: with 25 ms the last of four workers got a fifth of the first's jobs. */
const LONGEST_PAUSE_MS = 5;
/** A short transaction that does not wait for the disk holds the lock for less than these attempts take. */
const QUICK_ATTEMPTS = 20;
/** After a longer wait the reason is reported. */
const SILENT_MS = 2000;

export interface Waiting {
  readonly signal?: AbortSignal | undefined;
  /** Makes a better error of the one that is given up with. */
  readonly explain?: (error: unknown) => Promise<unknown>;
}

/**
 * Repeats what found the file locked by another process, with pauses of random length, so that nobody blocks the event
 * loop and nobody starves. Gives up after 30 seconds with the busy error; a warning of Node's comes long before.
 */
export async function untilFree<T>(attempt: () => Awaitable<T>, waiting: Waiting = {}): Promise<T> {
  const { signal } = waiting;
  signal?.throwIfAborted();
  let deadline = 0;
  let isSilent = true;
  let pause = 0.5;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error)) throw error;
      const now = Date.now();
      if (deadline === 0) deadline = now + PATIENCE_MS;
      if (now > deadline) throw (await waiting.explain?.(error)) ?? error;
      if (isSilent && now > deadline - PATIENCE_MS + SILENT_MS) {
        isSilent = false;
        const wait = `waiting for it, at most ${PATIENCE_MS / 1000} s`;
        process.emitWarning(`The embedded database is locked by another process: ${wait}.`, 'DataJointWarning');
      }
    }
    if (attempts <= QUICK_ATTEMPTS) {
      await nextTurn();
    } else {
      await sleep(pause * (0.5 + Math.random()), undefined, signal === undefined ? {} : { signal });
      pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS);
    }
  }
}

interface Waiter {
  readonly grant: () => void;
}

/** Lets the writers of this process on one file take turns, first come first served, instead of fighting for it. */
class WriteLock {
  users = 0;
  #taken = false;
  readonly #waiting: Waiter[] = [];

  /** Takes the turn if nobody has it. */
  tryAcquire(): boolean {
    if (this.#taken) return false;
    this.#taken = true;
    return true;
  }

  /** @throws DataJointError `busy` when another writer of this process keeps the turn for 30 seconds. */
  async acquire(file: string): Promise<void> {
    if (this.tryAcquire()) return;
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        grant: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        const sentence = `Another transaction of this process keeps the database ${file} locked`;
        reject(new DataJointError('busy', `${sentence}: end it, or do this work inside it.`));
      }, PATIENCE_MS);
      this.#waiting.push(waiter);
    });
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken = false;
    else next.grant();
  }
}

export type { WriteLock };

const locks = new Map<string, WriteLock>();

/** The lock that all databases of this process on the same file share. Give it back with `leaveWriteLock`. */
export function joinWriteLock(file: string): WriteLock {
  const lock = locks.get(file) ?? new WriteLock();
  lock.users++;
  locks.set(file, lock);
  return lock;
}

export function leaveWriteLock(file: string, lock: WriteLock): void {
  lock.users--;
  if (lock.users === 0) locks.delete(file);
}
