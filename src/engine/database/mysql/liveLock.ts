import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { WorkerIdentity } from '../contract';

/**
 * The name of the lock that a worker of this engine holds on its main session for as long as it lives. The server frees
 * it the moment the session ends, so a lock that nobody holds is evidence of death. Host and process are part of the
 * name because a server that was restarted gives the same session ids again. At most 64 characters.
 */
export function liveLock({ connectionId, host, pid }: WorkerIdentity): string {
  return `datajoint:${connectionId}:${pid}:${createHash('sha256').update(host).digest('hex').slice(0, 16)}`;
}

/** The lock of this process for a session of its own. */
export function ownLiveLock(connectionId: number): string {
  return liveLock({ connectionId, host: hostname(), pid: process.pid });
}
