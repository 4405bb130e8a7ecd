import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '../database';

/** How often a transaction that the database broke off (deadlock, lock timeout) is tried again before it counts as failed. */
const ATTEMPTS = 8;

/** Runs `work`, again with growing, random pauses while it fails for reasons that pass by themselves. */
export async function retryTransient<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= ATTEMPTS || !connection.database.isTransient(error)) throw error;
      await pause(Math.random() * Math.min(1000, 10 * 2 ** attempt));
    }
  }
}
