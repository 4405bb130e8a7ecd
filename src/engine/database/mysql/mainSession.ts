import { LostConnectionError } from '../../errors';
import { isLost } from './errors';
import type { Connector } from './connect';
import { ownLiveLock } from './liveLock';
import type { Session } from './session';

const HEARTBEAT_MS = 30_000;
/**
 * How long the server keeps a session that says nothing. It bounds how long the lock of a machine that vanished from the
 * network seems held. A make() that blocks its thread sends no heartbeat, so this must exceed any such computation.
 */
const LEASE_SECONDS = 7200;

/**
 * The session that a database has from its opening to its end. Statements outside transactions run on it, one after the
 * other, and it holds the lock that proves to others that this worker lives.
 */
export class MainSession {
  /** The id that reservations carry. After a reconnect the earlier ids stay locked: jobs may still carry them. */
  id = 0;
  #session: Session | null = null;
  #opening: Promise<Session> | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #wanted = new Set<string>();
  #heartbeat: NodeJS.Timeout | null = null;
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

  async open(): Promise<void> {
    await this.#ready();
    this.#heartbeat = setInterval(() => void this.#beat(), HEARTBEAT_MS).unref();
  }

  /** Runs `work` when its turn has come. `retry`: once more on a new session when the session was lost. */
  async use<T>(work: (session: Session) => Promise<T>, { retry }: { readonly retry: boolean }): Promise<T> {
    return await this.#inTurn(async () => {
      const session = await this.#ready();
      try {
        return await work(session);
      } catch (error) {
        if (!retry || !isLost(error) || this.#closed) throw error;
        session.destroy();
        return await work(await this.#ready());
      }
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    await this.#opening?.catch(() => undefined);
    await this.#session?.close();
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return await mine;
  }

  async #ready(): Promise<Session> {
    if (this.#closed) throw new LostConnectionError(`The connection to ${this.label} has been closed.`);
    if (this.#session !== null && !this.#session.ended) return this.#session;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null;
    });
    return await this.#opening;
  }

  async #open(): Promise<Session> {
    const session = await this.connector.open();
    try {
      if (this.holdsLock) {
        await session.run({ sql: `SET SESSION wait_timeout = ${LEASE_SECONDS}`, values: [] });
        this.#wanted.add(ownLiveLock(session.id));
        await this.#lock(session, [...this.#wanted]);
      }
    } catch (error) {
      session.destroy();
      throw error;
    }
    this.#session = session;
    this.id = session.id;
    return session;
  }

  /** A session that was lost without a word may hold its lock for a while; the heartbeat takes it over then. */
  async #lock(session: Session, names: readonly string[]): Promise<void> {
    const locks = names.map((_, index) => `GET_LOCK(?, 0) AS l${index}`);
    await session.all({ sql: `SELECT ${locks.join(', ')}`, values: names });
  }

  async #beat(): Promise<void> {
    try {
      await this.#inTurn(async () => {
        const session = await this.#ready();
        if (this.#wanted.size > 1) await this.#retake(session);
        else await session.ping();
      });
    } catch {
      // Whoever needs the session next is told.
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
