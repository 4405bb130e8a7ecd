import { LostConnectionError } from '../../errors';
import type { SqlRow } from '../contract';
import type { Connector } from './connect';
import { sessionLost } from './errors';
import { ownLiveLock } from './liveLock';
import type { Session } from './session';
import { againIfLost, Turns } from './turns';

const HEARTBEAT_MS = 30_000;

/**
 * The session that a database has from its opening to its end. It holds the lock that proves to others that this worker
 * lives. Statements outside transactions run on it, one after the other; one transaction at a time borrows it, so that
 * killing the session that a job names kills that job.
 */
export class MainSession {
  /** The id that reservations carry. After a reconnect the earlier ids stay locked: jobs may still carry them. */
  id = 0;
  /** The account, as the server names it: `name@host`. */
  user = '';
  #end = new AbortController();
  #session: Session | null = null;
  #opening: Promise<Session> | null = null;
  readonly #turns = new Turns();
  #lending = false;
  #lent: Session | null = null;
  readonly #wanted = new Set<string>();
  #heartbeat: NodeJS.Timeout | null = null;
  #beating = false;
  #closed = false;

  constructor(
    private readonly connector: Connector,
    private readonly label: string,
    private readonly holdsLock: boolean,
  ) {}

  /** Ids of the open session: one or none. */
  get ids(): number[] {
    return this.#session === null || this.#session.ended ? [] : [this.#session.id];
  }

  /** Aborts when the session `id` ends: it was killed, or the server is gone, or the database was closed. */
  get end(): AbortSignal {
    return this.#end.signal;
  }

  /** True while a transaction has the session: statements outside of it must run elsewhere. */
  get isLent(): boolean {
    return this.#lending || this.#lent?.ended === false;
  }

  async open(): Promise<void> {
    await this.ready();
    this.#heartbeat = setInterval(() => void this.#beat(), HEARTBEAT_MS).unref();
  }

  /** Runs `work` when its turn has come. `retry`: once more on a new session when the session was lost. */
  async use<T>(work: (session: Session) => Promise<T>, { retry }: { readonly retry: boolean }): Promise<T> {
    return await this.#turns.take(() => againIfLost(retry, async () => await work(await this.ready())));
  }

  /** The session for one transaction, until `giveBack`; null while another caller uses it. */
  async borrow(): Promise<Session | null> {
    if (this.isLent || !this.#turns.isFree) return null;
    this.#lending = true;
    try {
      this.#lent = await this.ready();
      return this.#lent;
    } finally {
      this.#lending = false;
    }
  }

  /** One that has ended may have been replaced, and the other borrowed, in the meantime. */
  giveBack(session: Session): void {
    if (session === this.#lent) this.#lent = null;
  }

  /** The open session, opened again if it has ended. */
  async ready(): Promise<Session> {
    if (this.#closed) throw this.#closedError();
    if (this.#session !== null && !this.#session.ended) return this.#session;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null;
    });
    return await this.#opening;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    await this.#opening?.catch(() => undefined);
    // A transaction that is not over is undone.
    if (this.#lent !== null) this.#lent.destroy();
    else await this.#session?.close();
  }

  #closedError(): LostConnectionError {
    return new LostConnectionError(`The connection to ${this.label} has been closed.`);
  }

  async #open(): Promise<Session> {
    const session = await this.connector.open();
    try {
      if (this.holdsLock) this.#wanted.add(ownLiveLock(session.id));
      await this.#introduce(session);
    } catch (error) {
      session.destroy();
      throw error;
    }
    const end = new AbortController();
    session.onCut = () => end.abort(this.#closed ? this.#closedError() : sessionLost(this.label, session.id));
    this.#session = session;
    this.#end = end;
    this.id = session.id;
    return session;
  }

  /** Asks what the engine must know of each session of the database, and takes the locks, in one statement. */
  async #introduce(session: Session): Promise<void> {
    const most = 'GREATEST(@@max_allowed_packet, @@net_buffer_length) AS most';
    const [row = {}] = await this.#lock(session, [...this.#wanted], ['USER() AS user', most]);
    this.user = String(row['user']);
    this.connector.packetLimit.bytes = Number(row['most']);
  }

  /** A session that was lost without a word may hold its lock for a while; the heartbeat takes it over then. */
  async #lock(session: Session, names: readonly string[], others: readonly string[] = []): Promise<SqlRow[]> {
    const locks = names.map((_, index) => `GET_LOCK(?, 0) AS l${index}`);
    return await session.all({ sql: `SELECT ${[...others, ...locks].join(', ')}`, values: names });
  }

  /** Also while a transaction has the session, which may be silent for as long as a make() computes. */
  async #beat(): Promise<void> {
    if (this.#beating) return;
    this.#beating = true;
    try {
      const session = await this.ready();
      if (this.#wanted.size > 1) await this.#retake(session);
      else await session.ping();
    } catch {
      // The next use of the session reports it.
    } finally {
      this.#beating = false;
    }
  }

  async #retake(session: Session): Promise<void> {
    const names = [...this.#wanted];
    const used = names.map((_, index) => `IS_USED_LOCK(?) AS l${index}`);
    const [row = {}] = await session.all({ sql: `SELECT ${used.join(', ')}`, values: names });
    const lacking = names.filter((_, index) => row[`l${index}`] === null);
    if (lacking.length > 0) await this.#lock(session, lacking);
  }
}
