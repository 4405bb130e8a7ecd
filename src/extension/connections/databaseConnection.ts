import * as path from 'node:path';
import * as vscode from 'vscode';
import type { ConnectionSpec, JobStatus, JobSummary, Overview, ReadOptions, SchemaSummary, TableName, TableSummary } from '../../engine';
import { ActionableError, commandAction } from '../actions';
import { commands } from '../ids';
import { Answers } from './answers';
import { type ConnectionState, Link } from './link';
import { type Login, loginOf } from './login';
import type { Opened } from './open';
import type { ConnectionPlace } from './place';
import { addressOf } from './server';

/** A page of jobs, and how many there are in all. */
export interface JobList {
  readonly jobs: readonly JobSummary[];
  readonly total: number;
}

const PROBE_MS = 1000;
/** A server on which others work changes all the time: between two readings lies this many times what one takes. */
const REST_PER_READ = 4;

/** One database of the tree: opened when first asked for, probed only while somebody watches. */
export class DatabaseConnection implements vscode.Disposable {
  private readonly link: Link;
  private watchers = 0;
  private timer: NodeJS.Timeout | undefined;
  private probing = false;
  /** No probe before this time. */
  private restUntil = 0;
  /** The newest token, and the state that it belongs to. */
  private token = { state: null as ConnectionState | null, text: '' };
  private disposed = false;
  private readonly answers = new Answers();
  /** Ends what is being asked when nobody waits for the answer any more. */
  private asking = new AbortController();
  private renewing: Promise<void> | null = null;
  private awaited = false;
  /** The state that views know of. */
  private told: ConnectionState | null = null;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly answered = new vscode.EventEmitter<void>();

  /** Somebody committed something, or the state is another. */
  readonly onDidChange = this.changed.event;
  /** What `schemas`, `tables`, `jobs` and `errors` answer is another, or the state is. The answers are there already. */
  readonly onDidAnswer = this.answered.event;

  constructor(
    private readonly place: ConnectionPlace,
    disconnected: boolean,
  ) {
    this.link = new Link(place, disconnected);
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

  /** The name that a person gave, `embedded`, or the server's address. */
  get label(): string {
    const { spec } = this.link;
    if (this.kind === 'added' || spec === null) return this.place.name;
    return spec.kind === 'embedded' ? 'embedded' : addressOf(spec);
  }

  /** What the label leaves open: the database file relative to its folder, the server's address, or the folder. */
  get description(): string {
    const [folder] = this.folders;
    if (this.kind === 'folder' && folder !== undefined) {
      return this.file === null ? folder.name : path.relative(folder.uri.fsPath, this.file);
    }
    const address = this.link.spec?.kind === 'server' ? addressOf(this.link.spec) : '';
    return address === this.label ? '' : address;
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
    const message = state.kind === 'problem' ? state.message : `Nothing has run in ${this.place.name} yet.`;
    throw new ActionableError(message, [commandAction('Try Again', commands.reconnect, this)]);
  }

  schemas(): Promise<SchemaSummary[]> {
    return this.ask('schemas', (overview, options) => overview.schemas(options));
  }

  tables(schema: string): Promise<TableSummary[]> {
    return this.ask(`tables ${schema}`, (overview, options) => overview.tables(schema, options));
  }

  /** The first `limit` jobs. */
  jobs(table: TableName, status: JobStatus, limit: number): Promise<JobList> {
    const question = JSON.stringify([table.schema, table.table, status, limit]);
    return this.ask(question, (overview, options) => overview.jobs(table, status, { limit, offset: 0 }, options));
  }

  /** The newest `limit` errors of the database. */
  errors(limit: number): Promise<JobList> {
    return this.ask(`errors ${limit}`, (overview, options) => overview.errors({ limit, offset: 0 }, options));
  }

  private async ask<Answer>(
    question: string,
    fetch: (overview: Overview, options: ReadOptions) => Promise<Answer>,
  ): Promise<Answer> {
    await this.opened();
    return this.answers.ask(question, async () => fetch((await this.opened()).overview, { signal: this.asking.signal }));
  }

  /** @throws ActionableError when the table is gone. */
  async table(name: TableName): Promise<TableSummary> {
    const found = (await this.tables(name.schema)).find((table) => table.name.table === name.table);
    if (found === undefined) {
      throw new ActionableError(`${name.schema}.${name.table} is no longer in the database.`, [
        commandAction('Refresh', commands.refresh),
      ]);
    }
    return found;
  }

  /** Probes once per second until disposed. */
  watch(): vscode.Disposable {
    this.watchers += 1;
    this.timer ??= setInterval(() => void this.probe(), PROBE_MS);
    let released = false;
    return new vscode.Disposable(() => {
      if (released) return;
      released = true;
      this.watchers -= 1;
      if (this.watchers === 0) this.stopProbing();
    });
  }

  /** Reads everything again now: settings, state and data. What a person disconnected stays so. */
  async refresh(): Promise<void> {
    const before = this.state;
    await this.link.renew();
    if (this.state !== before) this.forget();
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
    this.forget();
    await this.announce();
    await closing;
  }

  /** A settings file of the folder is another: only a connection that somebody has looked at takes notice. */
  async settingsChanged(): Promise<void> {
    if (this.state.kind !== 'closed') await this.refresh();
  }

  /** How to open it now, with its password. */
  resolved(): Promise<ConnectionSpec> {
    return this.place.resolve();
  }

  /** What `djw` must be told to use this database; null when the settings of its folder say so by themselves. */
  async login(): Promise<Login | null> {
    if (this.kind === 'folder') return null;
    const spec = await this.resolved();
    return spec.kind === 'server' ? loginOf(spec) : null;
  }

  dispose(): void {
    this.disposed = true;
    this.stopProbing();
    this.forget();
    this.changed.dispose();
    this.answered.dispose();
    this.link.dispose();
  }

  /** Ends the sessions on the database. Using the connection again opens new ones. */
  async close(): Promise<void> {
    this.forget();
    await this.link.close();
  }

  private forget(): void {
    this.asking.abort();
    this.asking = new AbortController();
    this.answers.clear();
  }

  /** Tells that something changed; views hear of it when the new answers are there. */
  private async announce(): Promise<void> {
    if (this.disposed) return;
    this.changed.fire();
    while (this.renewing !== null) await this.renewing;
    this.renewing = this.renew().finally(() => {
      this.renewing = null;
    });
    await this.renewing;
  }

  private async renew(): Promise<void> {
    const { state } = this;
    const started = Date.now();
    const isNew = await this.answers.renew();
    this.restUntil = Date.now() + REST_PER_READ * (Date.now() - started);
    if (this.disposed || (!isNew && state === this.told)) return;
    this.told = state;
    this.answered.fire();
  }

  private stopProbing(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async probe(): Promise<void> {
    if (this.probing) return;
    this.probing = true;
    try {
      // Not awaited: an answer that never comes must not end the probing.
      if (await this.hasChanged()) void this.announce();
    } finally {
      this.probing = false;
    }
  }

  private async hasChanged(): Promise<boolean> {
    const { state, link } = this;
    if (state.kind === 'closed' || state.kind === 'disconnected') return false;
    // A read that died with its server says nothing about when to try again: the link's back-off does.
    if (state.kind === 'problem') return state.retry && Date.now() >= link.retryAt && this.reopen();
    if (Date.now() < this.restUntil) return false;
    if (link.isReplaced) return this.reopen();
    if (state.kind === 'missing') return false;
    try {
      const token = await state.opened.database.changeToken();
      const known = this.token.state === state ? this.token.text : state.token;
      if (token === known || this.state !== state) return false;
      this.token = { state, text: token };
      return true;
    } catch (thrown) {
      if (this.state !== state) return false;
      this.forget();
      await link.fail(thrown);
      return true;
    }
  }

  private async reopen(): Promise<boolean> {
    this.forget();
    return this.link.reopen();
  }
}
