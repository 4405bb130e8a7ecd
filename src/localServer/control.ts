/** What a server's keeper and those who follow it say to each other, on a port of 127.0.0.1: a line of JSON each. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { readState, type ServerState } from './state';

/** Where a keeper listens, and what it wants to hear first. */
export interface KeeperAddress {
  readonly pid: number;
  readonly port: number;
  readonly token: string;
}

/** `watch`: somebody sees the server, so it goes on while they do. `look`: only tells. `stop`: ends it. */
export type Wish = 'watch' | 'look' | 'stop';
const wishes: readonly Wish[] = ['watch', 'look', 'stop'];

const host = '127.0.0.1';
const longestRequest = 1000;
/** Longest line that a keeper sends, in characters. */
const longestAnswer = 100_000;
/** As many connections may have said nothing yet; of more the oldest is closed. */
const mostUnknown = 64;
/** A keeper of this machine answers at once; whatever took its port may not answer at all. */
const answerMs = 10_000;

/** The keeper's end. */
export class ControlServer {
  private readonly followers = new Set<Socket>();
  private readonly watchers = new Set<Socket>();
  /** Those that have not said yet what they want, the oldest first. */
  private readonly unknown = new Set<Socket>();
  private readonly followed = new AbortController();

  private constructor(
    private readonly server: Server,
    readonly address: KeeperAddress,
    private readonly asked: { readonly stop: () => void; readonly watchersChanged: () => void },
    private state: ServerState,
  ) {
    server.on('connection', (socket) => this.take(socket));
  }

  static async listen(asked: { readonly stop: () => void; readonly watchersChanged: () => void }, state: ServerState): Promise<ControlServer> {
    const server = createServer().listen(0, host);
    await once(server, 'listening');
    const at = server.address();
    if (at === null || typeof at === 'string') throw new Error('a port was expected');
    return new ControlServer(server, { pid: process.pid, port: at.port, token: randomBytes(32).toString('hex') }, asked, state);
  }

  get isWatched(): boolean {
    return this.watchers.size > 0;
  }

  tell(state: ServerState): void {
    this.state = state;
    for (const socket of this.followers) socket.write(line(state));
  }

  /** Waits for the first that follows, as the starter of a keeper does at once. */
  async firstFollower(): Promise<void> {
    const { signal } = this.followed;
    if (signal.aborted) return;
    const timer = setTimeout(() => this.followed.abort(), answerMs);
    await once(signal, 'abort');
    clearTimeout(timer);
  }

  /** Resolves when everybody has been told the last state. */
  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.unknown) socket.destroy();
    await Promise.all(
      [...this.followers].map(async (socket) => {
        const gone = once(socket, 'close');
        socket.end();
        // A client that does not read is not waited for.
        socket.setTimeout(answerMs, () => socket.destroy());
        await gone;
      }),
    );
  }

  private take(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    const [oldest] = this.unknown;
    if (this.unknown.size >= mostUnknown) oldest?.destroy();
    this.unknown.add(socket);
    const timer = setTimeout(() => socket.destroy(), answerMs);
    const known = (): void => {
      clearTimeout(timer);
      this.unknown.delete(socket);
    };
    socket.once('close', known);
    let text = '';
    const read = (chunk: string): void => {
      text += chunk;
      if (!text.includes('\n')) {
        if (text.length > longestRequest) socket.destroy();
        return;
      }
      known();
      socket.off('data', read);
      socket.resume();
      const wish = this.wishOf(text.split('\n', 1)[0] ?? '');
      if (wish === null) socket.destroy();
      else this.follow(socket, wish);
    };
    socket.setEncoding('utf8').on('data', read);
  }

  private follow(socket: Socket, wish: Wish): void {
    this.followers.add(socket);
    this.followed.abort();
    if (wish === 'watch') this.watchers.add(socket);
    socket.once('close', () => {
      this.followers.delete(socket);
      if (this.watchers.delete(socket)) this.asked.watchersChanged();
    });
    socket.write(line(this.state));
    if (wish === 'watch') this.asked.watchersChanged();
    if (wish === 'stop') this.asked.stop();
  }

  private wishOf(text: string): Wish | null {
    try {
      const { token, wish } = JSON.parse(text) as Record<string, unknown>;
      const [given, own] = [Buffer.from(String(token)), Buffer.from(this.address.token)];
      if (given.length !== own.length || !timingSafeEqual(given, own)) return null;
      return wishes.find((each) => each === wish) ?? null;
    } catch {
      return null;
    }
  }
}

/** The other end. */
export interface Following {
  /** Resolves when the keeper has ended, or after `close`. */
  readonly ended: Promise<void>;
  close(): void;
}

/**
 * Follows a keeper: `onState` hears how the server is, now and whenever that changes.
 * @returns null when nobody answers there, or not as a keeper does
 */
export async function followKeeper({ port, token }: KeeperAddress, wish: Wish, onState: (state: ServerState) => void): Promise<Following | null> {
  const socket = connect(port, host);
  socket.on('error', () => socket.destroy());
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.write(line({ token, wish }));
  const answered = new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => socket.destroy(), answerMs);
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (text + chunk).split('\n');
      text = lines.pop() ?? '';
      if (text.length > longestAnswer) socket.destroy();
      for (const state of lines.map(parse)) {
        if (state === null) {
          socket.destroy();
          return;
        }
        clearTimeout(timer);
        onState(state);
        resolve(true);
      }
    });
    void ended.then(() => {
      clearTimeout(timer);
      resolve(false);
    });
  });
  return (await answered) ? { ended, close: () => socket.destroy() } : null;
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

function parse(text: string): ServerState | null {
  try {
    return readState(JSON.parse(text));
  } catch {
    return null;
  }
}
