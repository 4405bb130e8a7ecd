import * as vscode from 'vscode';
import type { ConnectionState, Link } from './link';

const PROBE_MS = 1000;
/** A server on which others work changes all the time: between two readings lies this many times what one takes. */
const REST_PER_READ = 4;

/** What a probe does with what it finds. */
export interface ProbeTarget {
  /** What was read belongs to a database that is no longer open. */
  forget(): void;
  /** Reads again what has been asked for; resolves when all of it is there. */
  announce(): Promise<void>;
  /** True when something has changed that no commit tells of; never rejects. */
  hasOtherChange(): Promise<boolean>;
}

/** Asks once per second whether a database has changed, while somebody watches. */
export class Prober implements vscode.Disposable {
  private watchers = 0;
  private timer: NodeJS.Timeout | undefined;
  private isProbing = false;
  /** What a change made necessary is being read: whatever changes meanwhile is found after it. */
  private isReading = false;
  /** No probe before this time. */
  private restUntil = 0;
  /** The newest token, and the state that it belongs to. */
  private token = { state: null as ConnectionState | null, text: '' };

  constructor(
    private readonly link: Link,
    private readonly target: ProbeTarget,
  ) {}

  /** Probes until disposed. */
  watch(): vscode.Disposable {
    this.watchers += 1;
    this.timer ??= setInterval(() => void this.probe(), PROBE_MS);
    let isReleased = false;
    return new vscode.Disposable(() => {
      if (isReleased) return;
      isReleased = true;
      this.watchers -= 1;
      if (this.watchers === 0) this.dispose();
    });
  }

  dispose(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async probe(): Promise<void> {
    if (this.isProbing || this.isReading) return;
    this.isProbing = true;
    try {
      if (await this.hasChanged()) void this.read();
    } finally {
      this.isProbing = false;
    }
  }

  private async read(): Promise<void> {
    this.isReading = true;
    const started = Date.now();
    try {
      await this.target.announce();
    } finally {
      this.restUntil = Date.now() + REST_PER_READ * (Date.now() - started);
      this.isReading = false;
    }
  }

  private async hasChanged(): Promise<boolean> {
    const { link } = this;
    const { state } = link;
    if (state.kind === 'closed' || state.kind === 'disconnected') return false;
    // A read that died with its server says nothing about when to try again: the link's back-off does.
    if (state.kind === 'problem') return state.retry && Date.now() >= link.retryAt && this.reopen();
    if (Date.now() < this.restUntil) return false;
    if (link.isReplaced) return this.reopen();
    if (state.kind === 'missing') return false;
    try {
      const token = await state.opened.connection.database.changeToken();
      const known = this.token.state === state ? this.token.text : state.token;
      if (link.state !== state) return false;
      if (token === known) return await this.target.hasOtherChange();
      this.token = { state, text: token };
      return true;
    } catch (thrown) {
      if (link.state !== state) return false;
      this.target.forget();
      await link.fail(thrown);
      return true;
    }
  }

  private async reopen(): Promise<boolean> {
    this.target.forget();
    return this.link.reopen();
  }
}
