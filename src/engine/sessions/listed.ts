import type { Connection, ReadOptions, SessionInfo } from '../database';
import { createOverview, type JobSummary } from '../overview';
import { sessionOrder } from './order';
import { sessionRestriction } from './restriction';

/** A session with what it holds and whom it keeps waiting. */
export interface ListedSession extends SessionInfo {
  /** The jobs that are reserved under this session. */
  readonly jobs: readonly HeldJob[];
  /** The sessions that hold a lock which this one waits for. */
  readonly waitsFor: readonly number[];
}

export interface HeldJob extends JobSummary {
  /** Of the table: `Trace`. */
  readonly className: string;
}

export interface SessionList {
  readonly sessions: readonly ListedSession[];
  /** False when this account sees its own sessions only. */
  readonly complete: boolean;
  /** False when this account may not see who waits for a lock: then `waitsFor` is empty for all. */
  readonly lockWaitsKnown: boolean;
}

/**
 * The sessions that meet a restriction, in an order, each with its jobs and the locks it waits for. Those of this very
 * process are among them, marked `own`.
 * Source: document 003; datajoint-python 0.14.9, `admin.kill`.
 * @param restriction as `sessionRestriction` reads it; empty: all
 * @param order as `sessionOrder` reads it; empty: by id
 * @throws DataJointError `query` for a restriction or an order that cannot be read
 */
export async function listSessions(connection: Connection, restriction: string, order: string, options?: ReadOptions): Promise<SessionList> {
  const meets = sessionRestriction(restriction);
  const compare = sessionOrder(order);
  const { sessions } = connection;
  const overview = createOverview(connection);
  const [all, complete, waits, held] = await Promise.all([
    sessions.list(options),
    sessions.seesAll(options),
    sessions.lockWaits(options),
    overview.reservedBy(options),
  ]);
  const listed = all
    .filter(meets)
    .sort(compare)
    .map((session) => ({
      ...session,
      jobs: (held.get(session.id) ?? []).map((job) => ({ ...job, className: overview.named(job.table).className })),
      waitsFor: (waits ?? []).filter(({ waiter }) => waiter === session.id).map(({ blocker }) => blocker),
    }));
  return { sessions: listed, complete, lockWaitsKnown: waits !== null };
}
