import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from './connection';
import { DataJointError } from '../errors';

/** How often a transaction that the database broke off (deadlock, lock timeout) is tried again before it counts as failed. */
const ATTEMPTS = 8;
/** How long a server that went away may take to come back. */
const PATIENCE_MS = 30_000;

/**
 * Runs `work`, again with growing, random pauses while it fails for reasons that pass by themselves: what another
 * session holds just now. Inside a transaction nothing is tried again: the database has undone what came before, too.
 * @param stopped rejects when there is no more time to wait
 */
export async function retryTransient<T>(connection: Connection, work: () => Promise<T>, stopped?: Promise<never>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= ATTEMPTS || connection.inTransaction || !connection.database.isTransient(error)) throw error;
      await rest(attempt, stopped);
    }
  }
}

/**
 * The same for work that does no harm when it is done twice: it also outlasts a server that goes away and comes back
 * within half a minute.
 */
export async function retryHarmless<T>(connection: Connection, work: () => Promise<T>, stopped?: Promise<never>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let attempt = 1; ; attempt++) {
    try {
      return await retryTransient(connection, work, stopped);
    } catch (error) {
      if (!isAway(error) || performance.now() > deadline) throw error;
      await rest(attempt, stopped);
    }
  }
}

/**
 * After a connection was lost: whether the server had gone away, in which case it answers again now. False when only the
 * session had ended: somebody killed it, and means it.
 * @throws what the last attempt to reach the server threw, after half a minute
 */
export async function serverWasAway(connection: Connection, stopped: Promise<never>): Promise<boolean> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let attempt = 1; ; attempt++) {
    try {
      await connection.outside(() => connection.executor.all({ sql: 'SELECT 1 AS here', values: [] }));
      return attempt > 1;
    } catch (error) {
      if (!isAway(error) || performance.now() > deadline) throw error;
      await rest(attempt, stopped);
    }
  }
}

export const isLost = (error: unknown): boolean => error instanceof DataJointError && error.code === 'connection_lost';

/** The session was lost or no new one could be had. A connection exists only where the server has answered before. */
export const isAway = (error: unknown): boolean =>
  error instanceof DataJointError && (error.code === 'connection_lost' || error.code === 'unreachable') && error.cause !== undefined;

async function rest(attempt: number, stopped: Promise<never> | undefined): Promise<void> {
  const resting = pause(Math.random() * Math.min(1000, 10 * 2 ** attempt));
  await (stopped === undefined ? resting : Promise.race([resting, stopped]));
}
