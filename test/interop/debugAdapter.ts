/** Speaks the Debug Adapter Protocol with debugpy, as an editor does. */
import { type ChildProcess, spawn } from 'node:child_process';

interface Message {
  readonly type: 'request' | 'response' | 'event';
  readonly command?: string;
  readonly event?: string;
  readonly success?: boolean;
  readonly message?: string;
  readonly body?: unknown;
  readonly request_seq?: number;
}

export class DebugAdapter {
  private readonly child: ChildProcess;
  private sent = 0;
  private rest = Buffer.alloc(0);
  private readonly events: Message[] = [];
  private wanted: (() => void)[] = [];
  private readonly replies = new Map<number, { resolve: (body: unknown) => void; reject: (error: Error) => void }>();

  /** @param debugpy the folder of the package */
  constructor(interpreter: string, debugpy: string) {
    this.child = spawn(interpreter, [`${debugpy}/adapter`], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdout?.on('data', (chunk: Buffer) => this.read(chunk));
  }

  /** Resolves with the answer's body. */
  request(command: string, args: object = {}): Promise<unknown> {
    const seq = ++this.sent;
    const text = JSON.stringify({ seq, type: 'request', command, arguments: args });
    this.child.stdin?.write(`Content-Length: ${String(Buffer.byteLength(text))}\r\n\r\n${text}`);
    return new Promise((resolve, reject) => this.replies.set(seq, { resolve, reject }));
  }

  /** The body of the next event of this name; those that came meanwhile count. */
  async event(name: string): Promise<unknown> {
    for (;;) {
      const at = this.events.findIndex(({ event }) => event === name);
      if (at !== -1) return this.events.splice(at, 1)[0]?.body;
      await new Promise<void>((resolve) => this.wanted.push(resolve));
    }
  }

  end(): void {
    this.child.kill();
  }

  private read(chunk: Buffer): void {
    this.rest = Buffer.concat([this.rest, chunk]);
    for (;;) {
      const head = this.rest.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/.exec(this.rest.toString('latin1', 0, Math.max(0, head)))?.[1] ?? NaN);
      if (head === -1 || this.rest.length < head + 4 + length) return;
      const message = JSON.parse(this.rest.toString('utf8', head + 4, head + 4 + length)) as Message;
      this.rest = this.rest.subarray(head + 4 + length);
      this.take(message);
    }
  }

  private take(message: Message): void {
    if (message.type === 'event') {
      this.events.push(message);
      const wanted = this.wanted;
      this.wanted = [];
      for (const look of wanted) look();
      return;
    }
    const waiting = this.replies.get(message.request_seq ?? 0);
    if (message.success === true) waiting?.resolve(message.body);
    else waiting?.reject(new Error(message.message ?? `${message.command ?? ''} failed`));
  }
}
