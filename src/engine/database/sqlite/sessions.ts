import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataJointError } from '../../errors';
import type { Liveness, LockWait, ReadOptions, SessionInfo, Sessions, SqlRow, WorkerIdentity } from '../contract';
import { accountName } from './account';
import { BatchError, MAIN_LANE } from './driver';
import { hasOpenFile, type Proof, ranBefore } from '../processProof';
import type { Pool } from './pool';

const COLUMNS = 'id, pid, host, user, program, since, info';
/** How long a process may take to end after SIGTERM before it is killed outright. */
const GRACE_MS = 5_000;
const GONE_AFTER_KILL_MS = 5_000;
const POLL_MS = 20;
const MAX_NAMED = 3;

interface SessionRow {
  readonly id: number;
  readonly pid: number;
  readonly host: string;
  readonly user: string;
  readonly program: string;
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
  readonly info: string | null;
}

/** The sessions of one file: rows that say who, and lock files that prove who still lives. */
export class SqliteSessions implements Sessions {
  /** This database's own session; 0 when it only browses. */
  id = 0;
  readonly #host = hostname();

  /** @param lockFile the lock file of a session, absolute */
  constructor(
    private readonly pool: Pool,
    private readonly lockFile: (id: number) => string,
  ) {}

  /** Enters this database into the list and removes the sessions that are proved dead. */
  async register(program: string): Promise<void> {
    const rows = await this.#rows();
    const held = await this.#held(rows);
    const dead = rows.filter((_, index) => held[index] === false).map((row) => row.id);
    const { driver } = this.pool;
    const lane = await this.pool.beginWrite();
    try {
      if (dead.length > 0) {
        await driver.run(lane, {
          sql: 'DELETE FROM datajoint_sessions WHERE id IN (SELECT value FROM json_each(?))',
          values: [JSON.stringify(dead)],
        });
      }
      const [row] = await driver.all(lane, {
        sql: 'INSERT INTO datajoint_sessions (pid, host, user, program, since) VALUES (?, ?, ?, ?, ?) RETURNING id',
        values: [process.pid, this.#host, accountName(), program, Date.now()],
      });
      this.id = Number(row?.['id']);
      // Nobody sees the row before the commit, so nobody can find its lock free.
      await driver.holdSession(this.id);
      await driver.batch(lane, [], true);
    } catch (error) {
      await driver.rollback(lane);
      throw error instanceof BatchError ? error.cause : error;
    } finally {
      this.pool.endWrite(lane);
    }
    await driver.forgetSessions(dead);
  }

  /** Leaves the list. A file that is locked just now keeps the row; the next who registers removes it. */
  async unregister(): Promise<void> {
    if (this.id === 0) return;
    try {
      await this.pool.driver.run(MAIN_LANE, { sql: 'DELETE FROM datajoint_sessions WHERE id = ?', values: [this.id] });
    } catch {
      // The lock file is freed by closing, which says the same as the missing row.
    }
  }

  /** The error of a file that stayed locked, naming who may hold the lock. */
  async explainBusy(file: string, error: unknown): Promise<DataJointError> {
    const others = (await this.list()).filter((session) => !session.own).slice(0, MAX_NAMED);
    const who = others.map(({ pid, state }) => `process ${pid} (${state})`).join(' or ');
    const message = `The database ${file} has been locked for too long by ${who || 'another process'}: `;
    return new DataJointError('busy', `${message}try again when it is done, or end it.`, { cause: error });
  }

  async list(options?: ReadOptions): Promise<SessionInfo[]> {
    const rows = await this.#rows(options);
    const held = await this.#held(rows);
    return rows.filter((_, index) => held[index] !== false).map((row) => this.#toInfo(row));
  }

  seesAll(): Promise<boolean> {
    return Promise.resolve(true);
  }

  /** A file has one lock for all, and does not tell who holds it. */
  lockWaits(): Promise<LockWait[]> {
    return Promise.resolve([]);
  }

  async liveness(workers: readonly WorkerIdentity[]): Promise<Liveness[]> {
    if (workers.length === 0) return [];
    const rows = new Map((await this.#rows()).map((row) => [row.id, row]));
    const asked = [...new Set(workers.map((worker) => worker.connectionId))].flatMap((id) => rows.get(id) ?? []);
    const held = await this.#held(asked);
    const heldById = new Map(asked.map((row, index) => [row.id, held[index] ?? null]));
    return workers.map((worker) => {
      const row = rows.get(worker.connectionId);
      if (row === undefined) return { verdict: 'gone', reason: `Session ${worker.connectionId} has ended.` };
      const who = `Process ${row.pid} on ${row.host} (session ${row.id})`;
      switch (heldById.get(row.id)) {
        case true:
          return { verdict: 'alive', reason: `${who} is running.` };
        case false:
          return { verdict: 'gone', reason: `${who} has died: its lock is free.` };
        default:
          return { verdict: 'unknown', reason: `${who} cannot be checked from ${this.#host}.` };
      }
    });
  }

  async provesProcess({ pid, connectionId }: WorkerIdentity, since: number | null): Promise<Proof> {
    const proof = await hasOpenFile(pid, this.lockFile(connectionId));
    return proof === 'unknown' ? await ranBefore(pid, since) : proof;
  }

  async kill(session: SessionInfo): Promise<void> {
    const row = await this.#row(session.id);
    if (row === null) return;
    if (row.pid !== session.pid || row.host !== session.host || row.user !== session.user) {
      throw new DataJointError(
        'not_allowed',
        `Session ${session.id} is not the one that was listed: list the sessions again.`,
      );
    }
    if (row.host !== this.#host) {
      throw new DataJointError('access', `Session ${row.id} runs on ${row.host} and can be ended only from there.`);
    }
    if (row.pid === process.pid) {
      throw new DataJointError(
        'not_allowed',
        `Session ${row.id} belongs to this very program: close the program instead.`,
      );
    }
    for (const [signal, patience] of [
      ['SIGTERM', GRACE_MS],
      ['SIGKILL', GONE_AFTER_KILL_MS],
    ] as const) {
      if (await this.#hasEnded(row, 0)) return;
      const worker = { connectionId: row.id, host: row.host, pid: row.pid };
      if ((await this.provesProcess(worker, row.since)) !== 'proved') throw notItsProcess(row);
      sendSignal(row, signal);
      if (await this.#hasEnded(row, patience)) return;
    }
    throw new DataJointError(
      'access',
      `Process ${row.pid} of session ${row.id} did not end: end it in the operating system.`,
    );
  }

  async describe(info: string | null): Promise<void> {
    if (this.id === 0) return;
    const sql = 'UPDATE datajoint_sessions SET info = ?, since = ? WHERE id = ?';
    await this.pool.run({ sql, values: [info, Date.now(), this.id] });
  }

  async #hasEnded(row: SessionRow, patience: number): Promise<boolean> {
    const deadline = Date.now() + patience;
    for (;;) {
      const [held] = await this.#held([row]);
      if (held === false) return true;
      if (Date.now() >= deadline) return false;
      await sleep(POLL_MS);
    }
  }

  async #rows(options?: ReadOptions): Promise<SessionRow[]> {
    const rows = await this.pool.all(
      { sql: `SELECT ${COLUMNS} FROM datajoint_sessions ORDER BY id`, values: [] },
      options,
    );
    return rows.map(toSession);
  }

  async #row(id: number): Promise<SessionRow | null> {
    const rows = await this.pool.all({ sql: `SELECT ${COLUMNS} FROM datajoint_sessions WHERE id = ?`, values: [id] });
    return rows[0] === undefined ? null : toSession(rows[0]);
  }

  /**
   * For each session whether its process lives; null when that cannot be told. A lock that is held proves life wherever
   * it is seen from; a free one proves death only on the machine that would hold it.
   */
  async #held(rows: readonly SessionRow[]): Promise<(boolean | null)[]> {
    const held = await this.pool.driver.sessionsHeld(rows.map((row) => row.id));
    return rows.map((row, index) => (held[index] === true || row.host === this.#host ? (held[index] ?? null) : null));
  }

  #toInfo(row: SessionRow): SessionInfo {
    return {
      id: row.id,
      user: row.user,
      host: row.host,
      db: null,
      command: row.info === null ? 'Sleep' : 'Populate',
      time: Math.max(0, Math.floor((Date.now() - row.since) / 1000)),
      state: row.program,
      info: row.info,
      pid: row.pid,
      own: row.pid === process.pid && row.host === this.#host,
    };
  }
}

function toSession(row: SqlRow): SessionRow {
  return {
    id: Number(row['id']),
    pid: Number(row['pid']),
    host: String(row['host']),
    user: String(row['user']),
    program: String(row['program']),
    since: Number(row['since']),
    info: row['info'] === null || row['info'] === undefined ? null : String(row['info']),
  };
}

function notItsProcess({ id, pid }: SessionRow): DataJointError {
  return new DataJointError('access', `Process ${pid} is not proved to be that of session ${id}: end the program where it was started.`);
}

function sendSignal(row: SessionRow, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(row.pid, signal);
  } catch (cause) {
    const message = `Process ${row.pid} of session ${row.id} cannot be ended from here: it is not this account's.`;
    throw new DataJointError('access', message, { cause });
  }
}
