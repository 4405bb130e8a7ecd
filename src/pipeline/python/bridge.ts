/** One Python process that runs media/python/djw_bridge.py, and the two sockets to it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PythonEnded } from './errors';
import { pythonFile } from './files';
import { readReply, readUnfinished } from './replies';
import type { WireReply } from './wire';

export interface BridgeOptions {
  /** Path or name of the interpreter. */
  readonly interpreter: string;
  /** Before the file that it runs: a debugger that waits for the editor, as its own extension states it. */
  readonly interpreterArgs?: readonly string[];
  /** The working folder of the pipeline. */
  readonly folder: string;
  /** Beyond this process's own: the database. */
  readonly env: Readonly<Record<string, string>>;
  /** Standard output goes where this process's goes, or to the error output, so that a program can read this one's. */
  readonly output: 'same' | 'errors';
  /**
   * When the last line of the terminal is also drawn on by this process: told whether Python has left a line
   * unfinished, which is then not to be touched.
   */
  readonly onUnfinished?: (unfinished: boolean) => void;
}

/** How long Python may take to end after its sockets were closed. */
const farewellMs = 1000;

/** In characters. The longest are errors, with what make() printed and a traceback of any length. */
const longestLine = 64 * 1024 * 1024;

type Role = 'work' | 'control';

export class Bridge {
  private readonly received: WireReply[] = [];
  private waiting: { resolve: (reply: WireReply) => void; reject: (error: Error) => void } | null = null;
  private gone: Error | null = null;

  private constructor(
    private readonly child: ChildProcess,
    private readonly sockets: Readonly<Record<Role, Socket>>,
    /** Resolves when the process has ended, with what it left to say. */
    readonly ended: Promise<PythonEnded>,
  ) {
    readLines(
      sockets.work,
      (line) => {
        const reply = readReply(line);
        if (reply === null) this.misspoken();
        else this.take(reply);
      },
      () => this.misspoken(),
    );
    void ended.then((reason) => this.end(reason));
  }

  /** @throws PythonEnded when the interpreter cannot be started or ends before it answers */
  static async start(options: BridgeOptions): Promise<Bridge> {
    const token = randomBytes(24).toString('hex');
    const crashes = path.join(tmpdir(), `djw-${token.slice(0, 16)}.crash`);
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const child = spawn(options.interpreter, [...(options.interpreterArgs ?? []), pythonFile('djw_bridge.py')], {
      cwd: options.folder,
      env: {
        ...process.env,
        ...options.env,
        PYTHONUNBUFFERED: '1',
        DJW_BRIDGE: `${String(port)}:${token}`,
        DJW_BRIDGE_CRASHES: crashes,
        ...(options.onUnfinished === undefined ? {} : { DJW_BRIDGE_TERMINAL: 'shared' }),
      },
      stdio: ['inherit', options.output === 'same' ? 'inherit' : 2, 'inherit'],
      windowsHide: true,
    });
    const ended = endOf(child, crashes);
    try {
      const sockets = await Promise.race([greetings(server, token, options.onUnfinished), ended.then((reason) => Promise.reject(reason))]);
      return new Bridge(child, sockets, ended);
    } finally {
      server.close();
    }
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get alive(): boolean {
    return this.gone === null;
  }

  send(message: object): void {
    if (this.gone === null) this.sockets.work.write(`${JSON.stringify(message)}\n`);
  }

  /** The next message. @throws PythonEnded */
  next(): Promise<WireReply> {
    const reply = this.received.shift();
    if (reply !== undefined) return Promise.resolve(reply);
    return new Promise((resolve, reject) => {
      if (this.gone === null) this.waiting = { resolve, reject };
      else reject(this.gone);
    });
  }

  /** Interrupts what Python is doing, as Ctrl-C does (`KeyboardInterrupt`) or SIGTERM (`SystemExit`). */
  interrupt(reason: 'KeyboardInterrupt' | 'SystemExit'): void {
    if (this.gone === null) this.sockets.control.write(`${JSON.stringify({ interrupt: reason })}\n`);
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Ends the process: gently, then not. */
  async close(): Promise<void> {
    for (const socket of Object.values(this.sockets)) socket.end();
    const timer = setTimeout(() => this.kill(), farewellMs);
    await this.ended;
    clearTimeout(timer);
    for (const socket of Object.values(this.sockets)) socket.destroy();
  }

  /** Ends Python: what it will answer next cannot be told. */
  private misspoken(): void {
    this.end(new PythonEnded({ code: null, signal: null, crash: '' }, { sentence: 'Python answered djw with something that djw cannot read: a library that make() uses writes to a socket that is not its own.' }));
    this.sockets.work.removeAllListeners('data');
    this.kill();
  }

  private end(reason: PythonEnded): void {
    this.gone ??= reason;
    this.waiting?.reject(this.gone);
    this.waiting = null;
  }

  private take(reply: WireReply): void {
    if (this.waiting === null) this.received.push(reply);
    else this.waiting.resolve(reply);
    this.waiting = null;
  }
}

/** Waits until Python has called on both sockets. Another caller does not know the token and is cut off. */
function greetings(server: Server, token: string, onUnfinished?: (unfinished: boolean) => void): Promise<Record<Role, Socket>> {
  return new Promise((resolve) => {
    const sockets: Partial<Record<Role, Socket>> = {};
    server.on('connection', (socket) => {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      let role: Role | null = null;
      readLines(socket, (line) => {
        if (role !== null) {
          const unfinished = role === 'control' ? readUnfinished(line) : null;
          if (unfinished !== null) onUnfinished?.(unfinished);
          return;
        }
        role = roleOf(line, token);
        if (role === null) {
          socket.destroy();
          return;
        }
        sockets[role] = socket;
        const { work, control } = sockets;
        if (work === undefined || control === undefined) return;
        // From here on the bridge itself reads.
        work.removeAllListeners('data');
        resolve({ work, control });
      });
    });
  });
}

/** What somebody who knows the token calls for; null for anybody else. */
function roleOf(line: string, token: string): Role | null {
  try {
    const greeting = JSON.parse(line) as { token?: unknown; role?: unknown };
    return greeting.token === token && (greeting.role === 'work' || greeting.role === 'control') ? greeting.role : null;
  } catch {
    return null;
  }
}

/** @param onTooLong told of a line that is longer than any of the bridge; nothing is read after it */
function readLines(socket: Socket, onLine: (line: string) => void, onTooLong: () => void = () => socket.destroy()): void {
  let rest = '';
  socket.setEncoding('utf8').on('data', (chunk: Buffer | string) => {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    if (rest.length <= longestLine) return;
    rest = '';
    onTooLong();
  });
}

function endOf(child: ChildProcess, crashes: string): Promise<PythonEnded> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(new PythonEnded({ code: null, signal: null, crash: '' }, error)));
    child.once('exit', (code, signal) => {
      void readFile(crashes, 'utf8')
        .catch(() => '')
        .then(async (crash) => {
          await rm(crashes, { force: true });
          resolve(new PythonEnded({ code, signal, crash }));
        });
    });
  });
}
