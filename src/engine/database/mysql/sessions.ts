import { hostname } from 'node:os';
import { DataJointError } from '../../errors';
import type {
  Database,
  Liveness,
  LockWait,
  ReadOptions,
  SessionInfo,
  Sessions,
  SqlRow,
  WorkerIdentity,
} from '../contract';
import { hasConnection, isRunning, type Proof, ranBefore } from '../processProof';
import { liveLock } from './liveLock';
import { errnoOf } from './errorCodes';
import type { Server } from './server';

/** How many workers one statement asks about. */
const WORKERS_PER_STATEMENT = 500;
const NO_SUCH_THREAD = 1094;
const NOT_OWNER = 1095;
/** How long a killed session may take to undo its work before the wait is given up. */
const GONE_AFTER_KILL_MS = 10_000;
const POLL_MS = 20;

/** MariaDB has no `performance_schema.data_lock_waits`, MySQL 8 no `information_schema.innodb_lock_waits`. */
const MARIADB_LOCK_WAITS =
  'SELECT DISTINCT w.trx_mysql_thread_id AS waiter, b.trx_mysql_thread_id AS blocker ' +
  'FROM information_schema.innodb_lock_waits AS l ' +
  'JOIN information_schema.innodb_trx AS w ON w.trx_id = l.requesting_trx_id ' +
  'JOIN information_schema.innodb_trx AS b ON b.trx_id = l.blocking_trx_id';
const MYSQL_LOCK_WAITS =
  'SELECT DISTINCT w.trx_mysql_thread_id AS waiter, b.trx_mysql_thread_id AS blocker ' +
  'FROM performance_schema.data_lock_waits AS l ' +
  'JOIN information_schema.innodb_trx AS w ON w.trx_id = l.requesting_engine_transaction_id ' +
  'JOIN information_schema.innodb_trx AS b ON b.trx_id = l.blocking_engine_transaction_id';

const COLUMNS = 'id, user, host, db, command, time, state, info';
/** Not what has been killed and is ending, nor the server's own threads, such as MySQL's event_scheduler. */
const IS_CONNECTION = "command NOT IN ('Killed', 'Daemon')";

/**
 * The sessions of a server. Without the privilege PROCESS the server shows those of one's own account alone: that a
 * session is not seen then says nothing.
 */
export class MysqlSessions implements Sessions {
  #seesAll: Promise<boolean> | null = null;

  constructor(
    private readonly database: Database,
    private readonly ownIds: () => readonly number[],
    private readonly server: Server,
  ) {}

  async list(options?: ReadOptions): Promise<SessionInfo[]> {
    const rows = await this.database.all(
      {
        sql: `SELECT ${COLUMNS} FROM ${this.server.processlist} WHERE ${IS_CONNECTION} ORDER BY id`,
        values: [],
      },
      options,
    );
    return rows.map((row) => this.#toInfo(row));
  }

  seesAll(options?: ReadOptions): Promise<boolean> {
    this.#seesAll ??= this.database
      .all({ sql: 'SHOW GRANTS', values: [] }, options)
      .then((rows) => rows.some((row) => grantsProcess(String(Object.values(row)[0]))))
      .catch((error: unknown) => {
        this.#seesAll = null;
        throw error;
      });
    return this.#seesAll;
  }

  async lockWaits(options?: ReadOptions): Promise<LockWait[] | null> {
    if (!this.server.tellsLockWaits) return null;
    try {
      const rows = await this.database.all(
        { sql: this.server.isMariaDb ? MARIADB_LOCK_WAITS : MYSQL_LOCK_WAITS, values: [] },
        options,
      );
      return rows.map((row) => ({ waiter: Number(row['waiter']), blocker: Number(row['blocker']) }));
    } catch (error) {
      // Both need privileges that many accounts lack; the list of sessions is worth showing without.
      if (error instanceof DataJointError && error.code === 'access') return null;
      throw error;
    }
  }

  async liveness(workers: readonly WorkerIdentity[]): Promise<Liveness[]> {
    if (workers.length === 0) return [];
    const seesAll = await this.seesAll();
    const verdicts: Liveness[] = [];
    for (let start = 0; start < workers.length; start += WORKERS_PER_STATEMENT) {
      const chunk = workers.slice(start, start + WORKERS_PER_STATEMENT);
      const asked = chunk.map((_, index) => `SELECT ${index} AS position, ? AS lock_name, ? AS id`).join(' UNION ALL ');
      const rows = await this.database.all({
        sql:
          'SELECT w.position, IS_USED_LOCK(w.lock_name) AS holder, p.id AS session_id, p.user AS session_user ' +
          `FROM (${asked}) AS w LEFT JOIN ${this.server.processlist} AS p ON p.id = w.id`,
        values: chunk.flatMap((worker) => [liveLock(worker), worker.connectionId]),
      });
      const found = new Map(rows.map((row) => [Number(row['position']), row]));
      verdicts.push(...chunk.map((worker, index) => verdict(worker, found.get(index) ?? {}, { seesAll, account: this.database.user })));
    }
    return verdicts;
  }

  async provesProcess({ pid, connectionId }: WorkerIdentity, since: number | null): Promise<Proof> {
    const port = Number(/:(\d+)$/.exec((await this.#find(connectionId))?.host ?? '')?.[1] ?? NaN);
    // A socket file has no port, and a tunnel has another machine's.
    const proof = Number.isInteger(port) ? await hasConnection(pid, port) : 'unknown';
    return proof === 'unknown' ? await ranBefore(pid, since) : proof;
  }

  async kill(session: SessionInfo): Promise<void> {
    if (this.ownIds().includes(session.id)) {
      throw new DataJointError(
        'not_allowed',
        `Session ${session.id} belongs to this very program: close the connection instead.`,
      );
    }
    const now = await this.#find(session.id);
    if (now === null) {
      if ((await this.seesAll()) || session.user === this.#ownAccount()) return;
      throw this.#notOurs(session.id);
    }
    if (now.user !== session.user || now.host !== session.host) {
      throw new DataJointError(
        'not_allowed',
        `Session ${session.id} is not the one that was listed: list the sessions again.`,
      );
    }
    await this.#end(session.id);
    const deadline = Date.now() + GONE_AFTER_KILL_MS;
    while ((await this.#find(session.id)) !== null) {
      if (Date.now() > deadline) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** RDS keeps KILL to itself and offers a procedure for it. */
  async #end(id: number): Promise<void> {
    try {
      await this.database.run({ sql: `KILL ${id}`, values: [] });
    } catch (error) {
      const errno = errnoOf(error instanceof DataJointError ? error.cause : error);
      if (errno === NO_SUCH_THREAD) return;
      if (errno !== NOT_OWNER && !(error instanceof DataJointError && error.code === 'access')) throw error;
      try {
        await this.database.run({ sql: `CALL mysql.rds_kill(${id})`, values: [] });
      } catch {
        throw this.#notOurs(id, error);
      }
    }
  }

  #notOurs(id: number, cause?: unknown): DataJointError {
    const message = `Session ${id} belongs to another account, and this one may not end it: ask the administrator of ${this.database.label}.`;
    return new DataJointError('access', message, { cause });
  }

  /** The name without the host, as the list of sessions gives it. */
  #ownAccount(): string {
    return this.database.user.replace(/@[^@]*$/, '');
  }

  async #find(id: number): Promise<SessionInfo | null> {
    const rows = await this.database.all({
      sql: `SELECT ${COLUMNS} FROM ${this.server.processlist} WHERE id = ? AND ${IS_CONNECTION}`,
      values: [id],
    });
    return rows[0] === undefined ? null : this.#toInfo(rows[0]);
  }

  #toInfo(row: SqlRow): SessionInfo {
    const id = Number(row['id']);
    const own = this.ownIds().includes(id);
    const text = (value: SqlRow[string] | undefined): string | null =>
      value === null || value === undefined || value === '' ? null : String(value);
    return {
      id,
      user: String(row['user']),
      host: String(row['host']),
      db: text(row['db']),
      command: String(row['command']),
      time: Math.max(0, Number(row['time'] ?? 0)),
      state: text(row['state']),
      info: text(row['info']),
      pid: own ? process.pid : null,
      own,
    };
  }
}

/** ``GRANT ALL PRIVILEGES ON *.* TO …``, ``GRANT SELECT, PROCESS ON *.* TO …`` */
function grantsProcess(grant: string): boolean {
  const privileges = /^GRANT (.*) ON \*\.\* TO/i.exec(grant)?.[1] ?? '';
  return /\b(ALL PRIVILEGES|PROCESS)\b/i.test(privileges);
}

/** What the one who asks may know. */
interface Asking {
  readonly seesAll: boolean;
  /** `name@host`, as the server sees this program. */
  readonly account: string;
}

function verdict(worker: WorkerIdentity, row: SqlRow, { seesAll, account }: Asking): Liveness {
  const who = `Process ${worker.pid} on ${worker.host} (session ${worker.connectionId})`;
  if (row['holder'] !== null && row['holder'] !== undefined)
    return { verdict: 'alive', reason: `${who} is running: it holds its lock.` };
  if (worker.locked === true) return { verdict: 'gone', reason: `${who} has ended: its lock is free.` };
  if (row['session_id'] !== null && row['session_id'] !== undefined) {
    return {
      verdict: 'alive',
      reason: `Session ${worker.connectionId} is open, for the account ${String(row['session_user'])}.`,
    };
  }
  const here = worker.host === hostname() ? ' Look for that process on this machine.' : '';
  if (!seesAll)
    return { verdict: 'unknown', reason: `${who} cannot be seen: this account lacks the privilege PROCESS.${here}` };
  if (isOfThisMachine(worker, account) && !isRunning(worker.pid)) {
    return { verdict: 'gone', reason: `${who} has ended: its session is closed, and this machine has no such process any more.` };
  }
  return {
    verdict: 'unknown',
    reason:
      `Session ${worker.connectionId} has ended, but a datajoint-python process that was started by another signs ` +
      `with that one's session and may still run.${here}`,
  };
}

/** By its name, and by the address from which the server saw the worker come: machines of one name are many. */
function isOfThisMachine({ host, user }: WorkerIdentity, account: string): boolean {
  return host === hostname() && user !== undefined && user !== '' && addressIn(user) === addressIn(account);
}

const addressIn = (account: string): string => account.slice(account.lastIndexOf('@') + 1);
