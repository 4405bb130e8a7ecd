import { LostConnectionError } from '../../errors';
import type { Connector } from './connect';
import type { Session } from './session';

const MOST_SESSIONS = 4;
/** Unused sessions are closed after this long. */
const IDLE_MS = 60_000;

/** The sessions for transactions and cursors of one database: few, opened when needed, closed when long unused. */
export class Pool {
  readonly #idle: Session[] = [];
  readonly #taken = new Set<Session>();
  readonly #waiting: (() => void)[] = [];
  /** How many sessions of those that count towards the limit are taken or being opened. */
  #count = 0;
  readonly #counted = new Set<Session>();
  #sweep: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(
    private readonly connector: Connector,
    private readonly label: string,
  ) {}

  /** Ids of all open sessions. */
  get ids(): number[] {
    return [...this.#idle, ...this.#taken].map((session) => session.id);
  }

  /**
   * A session for one user alone. At most four are out at once; one that is taken `beyond` them neither waits nor counts.
   * @throws LostConnectionError when the database has been closed
   */
  async take(beyond = false): Promise<Session> {
    while (!beyond && this.#count >= MOST_SESSIONS && !this.#closed) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.assertOpen();
    if (!beyond) this.#count += 1;
    try {
      const session = this.#idleSession() ?? (await this.connector.open());
      this.#taken.add(session);
      if (!beyond) this.#counted.add(session);
      if (this.#closed) session.destroy();
      return session;
    } catch (error) {
      if (!beyond) this.#release();
      throw error;
    }
  }

  /** Gives a session back; one that is not whole any more is forgotten. */
  giveBack(session: Session): void {
    this.#taken.delete(session);
    if (this.#closed) void session.close();
    else if (!session.ended && this.#idle.length < MOST_SESSIONS) {
      session.idleSince = Date.now();
      this.#idle.push(session);
      this.#sweep ??= setTimeout(() => this.#closeUnused(), IDLE_MS).unref();
    } else void session.close();
    if (this.#counted.delete(session)) this.#release();
  }

  assertOpen(): void {
    if (this.#closed) throw new LostConnectionError(`The connection to ${this.label} has been closed.`);
  }

  /** Ends all sessions. What still runs in them is rolled back by the server. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#sweep !== null) clearTimeout(this.#sweep);
    for (const wake of this.#waiting.splice(0)) wake();
    for (const session of this.#taken) session.destroy();
    await Promise.all(this.#idle.splice(0).map((session) => session.close()));
  }

  #idleSession(): Session | null {
    for (let session = this.#idle.pop(); session !== undefined; session = this.#idle.pop()) {
      if (!session.ended) return session;
    }
    return null;
  }

  #release(): void {
    this.#count -= 1;
    this.#waiting.shift()?.();
  }

  #closeUnused(): void {
    this.#sweep = null;
    const before = Date.now() - IDLE_MS;
    const kept = this.#idle.splice(0).filter((session) => {
      if (session.idleSince > before) return true;
      void session.close();
      return false;
    });
    this.#idle.push(...kept);
    if (kept.length > 0) this.#sweep = setTimeout(() => this.#closeUnused(), IDLE_MS).unref();
  }
}
