import * as path from 'node:path';
import * as vscode from 'vscode';
import type { ConnectionSpec, JobStatus, JobSummary, Overview, SchemaSummary, TableName, TableSummary } from '../../engine';
import { ActionableError, commandAction, sentenceOf } from '../actions';
import { commands } from '../ids';
import { log } from '../log';
import { Answers } from './answers';
import { identityOf, open, type Opened, resolveFolder } from './open';

/**
 * `closed`: nobody asked yet. `missing`: an embedded file that nothing has written yet. `problem`: it cannot be opened
 * or read; tried again every few seconds while somebody watches.
 */
export type ConnectionState =
  | { readonly kind: 'closed' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'ready'; readonly opened: Opened }
  | { readonly kind: 'problem'; readonly message: string };

/** A page of jobs, and how many there are in all. */
export interface JobList {
  readonly jobs: readonly JobSummary[];
  readonly total: number;
}

const PROBE_MS = 1000;
const PROBES_BEFORE_RETRY = 5;

/** The database of one workspace folder: opened when first asked for, probed only while somebody watches. */
export class FolderConnection implements vscode.Disposable {
  private state: ConnectionState = { kind: 'closed' };
  private spec: ConnectionSpec | null = null;
  private opening: Promise<ConnectionState> | null = null;
  private watchers = 0;
  private timer: NodeJS.Timeout | undefined;
  private probing = false;
  private probesSinceProblem = 0;
  private token = '';
  private identity: string | null = null;
  private disposed = false;
  private readonly answers = new Answers();
  private renewing: Promise<void> | null = null;
  /** The state that views know of. */
  private told: ConnectionState | null = null;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly answered = new vscode.EventEmitter<void>();

  /** Somebody committed something, or the state is another. */
  readonly onDidChange = this.changed.event;
  /** What `schemas`, `tables`, `jobs` and `errors` answer is another, or the state is. The answers are there already. */
  readonly onDidAnswer = this.answered.event;

  constructor(readonly folder: vscode.WorkspaceFolder) {}

  /** Stable across sessions: used in tree ids and stored panels. */
  get id(): string {
    return this.folder.uri.toString();
  }

  /** `embedded`, or the server's address. */
  get label(): string {
    if (this.spec === null) return this.folder.name;
    return this.spec.kind === 'embedded' ? 'embedded' : `${this.spec.user}@${this.spec.host}:${this.spec.port}`;
  }

  /** The database file relative to the folder, or the folder's name. */
  get description(): string {
    return this.file === null ? this.folder.name : path.relative(this.folder.uri.fsPath, this.file);
  }

  /** The embedded database file; null for a server, and before the first look. */
  get file(): string | null {
    return this.spec?.kind === 'embedded' ? this.spec.file : null;
  }

  /** Opens when needed. Never throws: what went wrong is a state. */
  current(): Promise<ConnectionState> {
    if (this.state.kind !== 'closed') return Promise.resolve(this.state);
    this.opening ??= this.tryOpen().finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  /** @throws ActionableError when there is no database to ask. */
  async opened(): Promise<Opened> {
    const state = await this.current();
    if (state.kind === 'ready') return state.opened;
    const message = state.kind === 'problem' ? state.message : `Nothing has run in ${this.folder.name} yet.`;
    throw new ActionableError(message, [commandAction('Try Again', commands.reconnect, this)]);
  }

  schemas(): Promise<SchemaSummary[]> {
    return this.ask('schemas', (overview) => overview.schemas());
  }

  tables(schema: string): Promise<TableSummary[]> {
    return this.ask(`tables ${schema}`, (overview) => overview.tables(schema));
  }

  /** The first `limit` jobs. */
  jobs(table: TableName, status: JobStatus, limit: number): Promise<JobList> {
    const question = JSON.stringify([table.schema, table.table, status, limit]);
    return this.ask(question, (overview) => overview.jobs(table, status, { limit, offset: 0 }));
  }

  /** The newest `limit` errors of the database. */
  errors(limit: number): Promise<JobList> {
    return this.ask(`errors ${limit}`, (overview) => overview.errors({ limit, offset: 0 }));
  }

  private async ask<Answer>(question: string, fetch: (overview: Overview) => Promise<Answer>): Promise<Answer> {
    await this.opened();
    return this.answers.ask(question, async () => fetch((await this.opened()).overview));
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

  /** Reads everything again now: settings, state and data. */
  async refresh(): Promise<void> {
    await this.opening;
    const before = JSON.stringify(this.spec);
    const spec = await resolveFolder(this.folder.uri.fsPath).catch(() => null);
    if (this.state.kind !== 'ready' || JSON.stringify(spec) !== before || (spec !== null && identityOf(spec) !== this.identity)) {
      await this.close();
      await this.current();
    }
    await this.announce();
  }

  dispose(): void {
    this.disposed = true;
    this.stopProbing();
    this.changed.dispose();
    this.answered.dispose();
    void this.close();
  }

  /** Ends the sessions on the database. Using the connection again opens new ones. */
  async close(): Promise<void> {
    const state = this.state;
    this.state = { kind: 'closed' };
    this.answers.clear();
    if (state.kind !== 'ready') return;
    await state.opened.database.close().catch((thrown: unknown) => log().warn(sentenceOf(thrown)));
  }

  private async tryOpen(): Promise<ConnectionState> {
    try {
      this.spec = await resolveFolder(this.folder.uri.fsPath);
      this.identity = identityOf(this.spec);
      if (this.identity === null) return this.enter({ kind: 'missing' });
      const opened = await open(this.spec);
      if (this.disposed) await opened.database.close();
      this.token = await opened.database.changeToken();
      return this.enter({ kind: 'ready', opened });
    } catch (thrown) {
      return this.enter(this.problemOf(thrown));
    }
  }

  private enter(state: ConnectionState): ConnectionState {
    this.state = state;
    this.probesSinceProblem = 0;
    return state;
  }

  private problemOf(thrown: unknown): ConnectionState {
    log().error(thrown instanceof Error ? thrown : String(thrown));
    const message = sentenceOf(thrown).replaceAll(`${this.folder.uri.fsPath}${path.sep}`, '');
    return { kind: 'problem', message };
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
    const isNew = await this.answers.renew();
    if (this.disposed || (!isNew && state === this.told)) return;
    this.told = state;
    this.answered.fire();
  }

  private stopProbing(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async probe(): Promise<void> {
    if (this.probing || this.opening !== null) return;
    this.probing = true;
    try {
      if (await this.hasChanged()) await this.announce();
    } finally {
      this.probing = false;
    }
  }

  private async hasChanged(): Promise<boolean> {
    const state = this.state;
    if (state.kind === 'closed') return false;
    const replaced = this.spec !== null && identityOf(this.spec) !== this.identity;
    if (state.kind === 'missing') return replaced && this.reopen();
    if (state.kind === 'problem') {
      this.probesSinceProblem += 1;
      return this.probesSinceProblem >= PROBES_BEFORE_RETRY && this.reopen();
    }
    if (replaced) return this.reopen();
    try {
      const token = await state.opened.database.changeToken();
      if (token === this.token || this.state !== state) return false;
      this.token = token;
      return true;
    } catch (thrown) {
      if (this.state !== state) return false;
      await this.close();
      this.enter(this.problemOf(thrown));
      return true;
    }
  }

  /** True when the state is another than before. */
  private async reopen(): Promise<boolean> {
    const before = this.state;
    await this.close();
    const after = await this.current();
    return !(before.kind === 'problem' && after.kind === 'problem' && before.message === after.message);
  }
}
