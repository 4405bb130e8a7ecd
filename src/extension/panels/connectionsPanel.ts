import type * as vscode from 'vscode';
import type { HeldJob, ListedSession } from '../../engine';
import {
  type ConnectionsPage,
  type ConnectionsPageRequest,
  type ConnectionsPageUpdate,
  isConnectionsPageRequest,
  type SessionRow,
} from '../../protocol';
import { ActionableError, confirm, offer, sentenceOf } from '../host';
import type { DatabaseConnection } from '../connections';
import { shortKeyLabel } from '../keys';
import { plural } from '../words';
import { killQuestion } from './killQuestion';
import { Page } from './page';

const defaultInterval = 2;

/** Which sessions are listed, and in which order: as `dj.kill` takes them. Empty: all, by id. */
export interface SessionFilter {
  readonly restriction: string;
  readonly order: string;
}

/** The sessions of one database, read again every few seconds while the tab is in front. */
export class ConnectionsPanel implements vscode.Disposable {
  private readonly page: Page<ConnectionsPageRequest, ConnectionsPageUpdate>;
  private readonly subscriptions: vscode.Disposable[] = [];
  private timer: NodeJS.Timeout | undefined;
  private interval = defaultInterval;
  private paused = false;
  private reading = false;
  private sessions: readonly ListedSession[] = [];
  private rows: readonly SessionRow[] = [];
  private takenAt = Date.now();
  private problem = '';
  private filterProblem = '';
  private complete = true;
  private lockWaitsKnown = true;

  constructor(
    panel: vscode.WebviewPanel,
    extensionUri: vscode.Uri,
    readonly connection: DatabaseConnection,
    private filter: SessionFilter,
    private readonly remember: (filter: SessionFilter) => void,
  ) {
    this.page = new Page(panel, extensionUri, 'connectionsPage', isConnectionsPageRequest, (request) =>
      this.answer(request),
    );
    this.subscriptions.push(this.page.onDidShow(() => this.schedule()));
    this.schedule();
  }

  get onDidClose(): vscode.Event<void> {
    return this.page.onDidClose;
  }

  reveal(): void {
    this.page.panel.reveal();
  }

  dispose(): void {
    clearInterval(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async answer(request: ConnectionsPageRequest): Promise<void> {
    switch (request.type) {
      case 'ready':
      case 'refresh':
        return this.read();
      case 'interval':
        this.interval = request.seconds;
        this.schedule();
        return this.read();
      case 'pause':
        this.paused = request.paused;
        this.schedule();
        if (!this.paused) return this.read();
        this.show();
        return;
      case 'filter':
        return this.choose({ restriction: request.restriction.trim(), order: request.order.trim() });
      case 'kill':
        return this.kill(request.ids);
    }
  }

  /** Takes a filter into use; one that cannot be read is said to be so, and the last one stays. */
  private async choose(filter: SessionFilter): Promise<void> {
    const engine = await import('../../engine');
    try {
      engine.sessionRestriction(filter.restriction);
      engine.sessionOrder(filter.order);
    } catch (thrown) {
      this.filterProblem = sentenceOf(thrown);
      this.show();
      return;
    }
    this.filterProblem = '';
    this.filter = filter;
    this.remember(filter);
    return this.read();
  }

  private schedule(): void {
    clearInterval(this.timer);
    if (!this.page.panel.visible || this.paused) return;
    this.timer = setInterval(() => void this.read(), this.interval * 1000);
  }

  private async read(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    try {
      const engine = await import('../../engine');
      const { connection } = await this.connection.opened();
      const { restriction, order } = this.filter;
      const { sessions, complete, lockWaitsKnown } = await engine.listSessions(connection, restriction, order);
      this.sessions = sessions;
      this.complete = complete;
      this.lockWaitsKnown = lockWaitsKnown;
      this.rows = sessions.map(sessionRow);
      this.takenAt = Date.now();
      this.problem = '';
    } catch (thrown) {
      this.problem = sentenceOf(thrown);
    } finally {
      this.reading = false;
    }
    this.show();
  }

  private show(): void {
    const page: ConnectionsPage = {
      database: [this.connection.label, this.connection.description].filter((text) => text !== '').join(' · '),
      rows: this.rows,
      takenAt: this.takenAt,
      interval: this.interval,
      paused: this.paused,
      problem: this.problem,
      ...this.filter,
      filterProblem: this.filterProblem,
      complete: this.complete,
      lockWaitsKnown: this.lockWaitsKnown,
    };
    this.page.show({ type: 'show', page, state: { connection: this.connection.id } });
  }

  /** Kills what was shown, after a confirmation; each session is checked again by the engine just before. */
  private async kill(ids: readonly number[]): Promise<void> {
    const rows = this.rows.filter((row) => ids.includes(row.id) && !row.own);
    if (rows.length === 0) throw new ActionableError('These sessions are gone already.');
    const { message, detail, button } = killQuestion(rows, this.rows);
    if (!(await confirm(message, detail, button))) return;
    const engine = await import('../../engine');
    const { connection } = await this.connection.opened();
    const chosen = this.sessions.filter((session) => rows.some((row) => row.id === session.id));
    const outcomes = await engine.killSessions(connection, chosen);
    await Promise.all([this.read(), this.connection.refresh()]);
    const problem = outcomes.find((outcome) => outcome.problem !== null)?.problem ?? null;
    if (problem !== null) throw new ActionableError(sentenceOf(problem), [], { cause: problem });
    await offer('info', `${plural(chosen.length, 'session')} killed.`, []);
  }
}

/** `Trace · subject "c3", session 4`. */
const jobLabel = ({ className, key }: HeldJob): string => `${className} · ${shortKeyLabel(key)}`;

function sessionRow(session: ListedSession): SessionRow {
  const { id, user, host, command, time, pid, own, db, state, info, jobs, waitsFor } = session;
  const running = jobs.map(jobLabel);
  return { id, user, host, command, time, pid, own, running, waitsFor, db: db ?? '', state: state ?? '', info: info ?? '' };
}
