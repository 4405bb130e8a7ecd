import * as path from 'node:path';
import type { ConnectionSpec } from '../../engine';
import { ActionableError, log, sentenceOf } from '../host';
import { backOff } from './backOff';
import { identityOf, open, type Opened } from './open';
import type { ConnectionPlace } from './place';

/**
 * `closed`: nobody asked yet. `disconnected`: a person ended it; nothing opens it but `reconnect`. `missing`: an embedded
 * file that nothing has written yet. `problem`: it cannot be opened or read; where `retry` is set, it may be tried again
 * by itself, less and less often. A refused login may not: servers lock accounts for that.
 */
export type ConnectionState =
  | { readonly kind: 'closed' }
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'ready';
      readonly opened: Opened;
      /** The database's change token before anything was asked. */
      readonly token: string;
    }
  | { readonly kind: 'problem'; readonly message: string; readonly retry: boolean };

/** Longer than a server in the same building takes. */
const GLANCE_MS = 300;

/** The way to one database: open, closed, or broken, and never two at once. */
export class Link {
  state: ConnectionState;
  /** What it was opened with; null before the first look. */
  spec: ConnectionSpec | null = null;
  /** When a broken link may be tried again. */
  retryAt = 0;
  private opening: Promise<ConnectionState> | null = null;
  private identity: string | null = null;
  private readOnly = false;
  private failures = 0;
  private disposed = false;

  constructor(
    readonly place: ConnectionPlace,
    disconnected: boolean,
  ) {
    this.state = { kind: disconnected ? 'disconnected' : 'closed' };
  }

  /** Opens when needed. Never throws: what went wrong is a state. */
  current(): Promise<ConnectionState> {
    return this.state.kind === 'closed' ? this.open() : Promise.resolve(this.state);
  }

  /** The state as far as it is known at once; null while a server has not answered yet. */
  async glance(): Promise<ConnectionState | null> {
    if (this.state.kind !== 'closed') return this.state;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), GLANCE_MS);
    });
    const first = await Promise.race([this.current(), late]);
    clearTimeout(timer);
    return first;
  }

  /** True when what `spec` names is no longer what is open: another file has taken its place. */
  get isReplaced(): boolean {
    return this.spec !== null && identityOf(this.spec) !== this.identity;
  }

  /** Opens again when that is not open which the settings name now. A person's disconnect stays. */
  async renew(): Promise<void> {
    await this.opening;
    if (this.state.kind === 'disconnected') return;
    const before = JSON.stringify(this.spec);
    const spec = await this.place.resolve().catch(() => null);
    if (this.state.kind === 'ready' && JSON.stringify(spec) === before && this.readOnly === this.place.readOnly && !this.isReplaced) return;
    await this.close();
    await this.current();
  }

  /** Tries a broken or replaced link again. True when the state is another than before. */
  async reopen(): Promise<boolean> {
    const before = this.state;
    if (before.kind !== 'problem') await this.close();
    const after = await this.open();
    return !(before.kind === 'problem' && after.kind === 'problem' && before.message === after.message);
  }

  /** Notes that what was open cannot be used any more. */
  async fail(thrown: unknown): Promise<void> {
    await this.close();
    this.enter(this.problemOf(thrown));
  }

  /** Ends the sessions. Using the link again opens new ones, unless a person has disconnected it. */
  async close(next: ConnectionState = { kind: this.state.kind === 'disconnected' ? 'disconnected' : 'closed' }): Promise<void> {
    const state = this.state;
    this.state = next;
    if (state.kind === 'ready') await endSessions(state.opened);
  }

  /** Ends the sessions. Nothing opens new ones but `reconnect`. */
  async disconnect(): Promise<void> {
    const { opening } = this;
    await this.close({ kind: 'disconnected' });
    await opening;
  }

  /** Takes a disconnect back. */
  reconnect(): void {
    if (this.state.kind === 'disconnected') this.state = { kind: 'closed' };
    this.failures = 0;
  }

  dispose(): void {
    this.disposed = true;
    void this.close();
  }

  private open(): Promise<ConnectionState> {
    this.opening ??= this.tryOpen().finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  private async tryOpen(): Promise<ConnectionState> {
    let opened: Opened | null = null;
    try {
      const resolving = this.place.resolve();
      resolving.catch(() => (this.spec = null));
      this.spec = await resolving;
      this.identity = identityOf(this.spec);
      if (this.identity === null) return this.enter({ kind: 'missing' });
      this.readOnly = this.place.readOnly;
      opened = await open(this.spec, this.readOnly);
      const state = this.enter({ kind: 'ready', opened, token: await opened.connection.database.changeToken() });
      if (state.kind !== 'ready') await endSessions(opened);
      return state;
    } catch (thrown) {
      if (opened !== null) await endSessions(opened);
      return this.enter(this.problemOf(thrown));
    }
  }

  /** Takes a state that was found, unless nobody wants it any more. */
  private enter(state: ConnectionState): ConnectionState {
    if (this.disposed || this.state.kind === 'disconnected') return this.state;
    this.state = state;
    if (state.kind === 'problem') this.retryAt = Date.now() + backOff((this.failures += 1));
    else this.failures = 0;
    return state;
  }

  private problemOf(thrown: unknown): ConnectionState {
    log().error(thrown);
    const roots = this.place.folders.map((folder) => `${folder.uri.fsPath}${path.sep}`);
    const message = roots.reduce((text, root) => text.replaceAll(root, ''), sentenceOf(thrown));
    const refused = thrown instanceof ActionableError || codeOf(thrown) === 'access';
    return { kind: 'problem', message, retry: this.spec?.kind === 'embedded' || !refused };
  }
}

async function endSessions({ connection }: Opened): Promise<void> {
  await connection.close().catch((thrown: unknown) => log().warn(sentenceOf(thrown)));
}

/** The code of an error of the engine. */
function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
}
