import * as path from 'node:path';
import * as vscode from 'vscode';
import type { ConnectionSpec } from '../../engine';
import type { ServerState } from '../../localServer';
import { ActionableError, commandAction } from '../host';
import { commands } from '../ids';
import type { FolderServer } from '../localServer';
import { DatabaseData } from './data';
import { type ConnectionState, Link } from './link';
import { type Login, loginOf } from './login';
import type { Opened } from './open';
import type { ConnectionPlace } from './place';
import { Prober } from './prober';
import { addressOf, isThisMachine } from './server';

/** One database of the tree: opened when first asked for, probed only while somebody watches. */
export class DatabaseConnection implements vscode.Disposable {
  /** What views show of it. */
  readonly data: DatabaseData;
  private readonly link: Link;
  private readonly prober: Prober;
  private disposed = false;
  private awaited = false;
  /** The state that views know of. */
  private told: ConnectionState | null = null;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly answered = new vscode.EventEmitter<void>();

  /** Somebody committed something, or the state is another. */
  readonly onDidChange = this.changed.event;
  /** What `data` answers is another, or the state is. The answers are there already. */
  readonly onDidAnswer = this.answered.event;

  constructor(
    private readonly place: ConnectionPlace,
    disconnected: boolean,
  ) {
    this.link = new Link(place, disconnected);
    this.data = new DatabaseData(
      async () => (await this.opened()).overview,
      () => this.tell(),
    );
    this.prober = new Prober(this.link, {
      forget: () => this.data.forget(),
      announce: () => this.announce(),
      hasOtherChange: () => this.data.workersChanged().catch(() => false),
    });
  }

  /** Stable across sessions: used in tree ids and stored panels. */
  get id(): string {
    return this.place.id;
  }

  get kind(): ConnectionPlace['kind'] {
    return this.place.kind;
  }

  /** The folders whose pipelines may use this database. */
  get folders(): readonly vscode.WorkspaceFolder[] {
    return this.place.folders;
  }

  /** The server that its folder may have for itself; null for what a person entered. */
  get localServer(): FolderServer | null {
    return this.place.localServer;
  }

  /** How that server is, where this is the connection to it; else null. */
  get localState(): ServerState | null {
    return this.place.localServer?.namedState ?? null;
  }

  /** The name that a person gave, `embedded`, `local server`, or the server's address. */
  get label(): string {
    if (this.localState !== null) return 'local server';
    const { spec } = this.link;
    if (this.kind === 'added' || spec === null) return this.place.name;
    return spec.kind === 'embedded' ? 'embedded' : addressOf(spec);
  }

  /** What the label leaves open: the file relative to its folder, how a local server is, the address, or the folder. */
  get description(): string {
    const { localState } = this;
    if (localState?.kind === 'running') return `running · port ${String(localState.port)}`;
    if (localState !== null) return localState.kind;
    const [folder] = this.folders;
    if (this.kind === 'folder' && folder !== undefined) {
      return this.file !== null ? path.relative(folder.uri.fsPath, this.file) : this.unlessLabel(folder.name);
    }
    return this.link.spec?.kind === 'server' ? this.unlessLabel(addressOf(this.link.spec)) : '';
  }

  /** What nobody has checked about the way to an open server, for a person; empty when there is nothing to say. */
  get caution(): string {
    if (this.state.kind !== 'ready') return '';
    const { channel } = this.state.opened.connection.database;
    if (channel === 'encrypted') return 'encrypted, not checked';
    return channel === 'plain' && this.link.spec?.kind === 'server' && !isThisMachine(this.link.spec.host) ? 'not encrypted' : '';
  }

  private unlessLabel(text: string): string {
    return text === this.label ? '' : text;
  }

  /** The embedded database file; null for a server, and before the first look. */
  get file(): string | null {
    return this.link.spec?.kind === 'embedded' ? this.link.spec.file : null;
  }

  /** As it was last seen; nothing is opened. */
  get state(): ConnectionState {
    return this.link.state;
  }

  /** Opens when needed. Never throws: what went wrong is a state. */
  current(): Promise<ConnectionState> {
    return this.link.current();
  }

  /** As `current`, but null while a server lets one wait; `onDidAnswer` tells when it has answered. */
  async glance(): Promise<ConnectionState | null> {
    const state = await this.link.glance();
    if (state === null && !this.awaited) {
      this.awaited = true;
      void this.link.current().then(() => {
        this.awaited = false;
        return this.announce();
      });
    }
    return state;
  }

  /** @throws ActionableError when there is no database to ask. */
  async opened(): Promise<Opened> {
    const state = await this.current();
    if (state.kind === 'ready') return state.opened;
    if (state.kind === 'disconnected') {
      throw new ActionableError(`${this.label} is disconnected.`, [commandAction('Connect', commands.connect, this)]);
    }
    const { localServer, localState } = this;
    if (state.kind === 'problem' && localServer !== null && localState !== null && localState.kind !== 'running') {
      throw new ActionableError(state.message, [commandAction('Start', commands.startServer, localServer.folder.uri)]);
    }
    const message = state.kind === 'problem' ? state.message : `Nothing has run in ${this.place.name} yet.`;
    throw new ActionableError(message, [commandAction('Try Again', commands.reconnect, this)]);
  }

  /** Looks for changes once per second until disposed. */
  watch(): vscode.Disposable {
    return this.prober.watch();
  }

  /** Reads everything again now: settings, state and data. What a person disconnected stays so. */
  async refresh(): Promise<void> {
    const before = this.state;
    await this.link.renew();
    if (this.state !== before) this.data.forget();
    await this.announce();
  }

  /** Opens it, also after `disconnect`. */
  async connect(): Promise<void> {
    this.link.reconnect();
    await this.refresh();
  }

  /** Ends its sessions. Nothing opens it again but `connect`. */
  async disconnect(): Promise<void> {
    const closing = this.link.disconnect();
    this.data.forget();
    await this.announce();
    await closing;
  }

  /** A settings file of the folder is another: only a connection that somebody has looked at takes notice. */
  async settingsChanged(): Promise<void> {
    if (this.state.kind !== 'closed') await this.refresh();
  }

  /** The local server of the folder is in another state. */
  async localServerChanged(): Promise<void> {
    await this.settingsChanged();
    this.tell();
  }

  /** How to open it now, with its password. */
  resolved(): Promise<ConnectionSpec> {
    return this.place.resolve();
  }

  /** What `djw` must be told to use this database; null when the settings of its folder say so by themselves. */
  async login(): Promise<Login | null> {
    if (this.kind === 'folder') return null;
    const spec = await this.resolved();
    return spec.kind === 'server' ? await loginOf(spec) : null;
  }

  dispose(): void {
    this.disposed = true;
    this.prober.dispose();
    this.data.forget();
    this.changed.dispose();
    this.answered.dispose();
    this.link.dispose();
  }

  /** Ends the sessions on the database. Using the connection again opens new ones. */
  async close(): Promise<void> {
    this.data.forget();
    await this.link.close();
  }

  /** Tells that something changed. A state is drawn at once; data are read first, see `Answers`. */
  private async announce(): Promise<void> {
    if (this.disposed) return;
    this.changed.fire();
    if (this.state !== this.told) this.tell();
    await this.data.renew();
  }

  private tell(): void {
    if (this.disposed) return;
    this.told = this.state;
    this.answered.fire();
  }
}
