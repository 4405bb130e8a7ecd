import * as vscode from 'vscode';
import type { JobSummary, Overview, SessionInfo } from '../../engine';
import {
  type ConnectionsPage,
  type ConnectionsPageRequest,
  type ConnectionsPageUpdate,
  isConnectionsPageRequest,
  type SessionRow,
} from '../../protocol';
import { ActionableError, offer, sentenceOf } from '../actions';
import type { DatabaseConnection } from '../connections';
import { shortKeyLabel } from '../keys';
import { plural } from '../words';
import { killQuestion } from './killQuestion';
import { Page } from './page';

const defaultInterval = 2;

/** The sessions of one database, read again every few seconds while the tab is in front. */
export class ConnectionsPanel implements vscode.Disposable {
  private readonly page: Page<ConnectionsPageRequest, ConnectionsPageUpdate>;
  private readonly subscriptions: vscode.Disposable[] = [];
  private timer: NodeJS.Timeout | undefined;
  private interval = defaultInterval;
  private paused = false;
  private reading = false;
  private sessions: readonly SessionInfo[] = [];
  private rows: readonly SessionRow[] = [];
  private takenAt = Date.now();
  private problem = '';

  constructor(
    panel: vscode.WebviewPanel,
    extensionUri: vscode.Uri,
    readonly connection: DatabaseConnection,
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
      case 'kill':
        return this.kill(request.ids);
    }
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
      const { database, overview } = await this.connection.opened();
      const [sessions, jobs] = await Promise.all([database.sessions.list(), overview.reservedBy()]);
      const labels = new Map([...jobs].map(([id, held]) => [id, held.map((job) => jobLabel(overview, job))]));
      this.sessions = sessions;
      this.rows = sessions.map((session) => sessionRow(session, labels.get(session.id) ?? []));
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
    };
    this.page.show({ type: 'show', page, state: { connection: this.connection.id } });
  }

  /** Kills what was shown, after a confirmation; each session is checked again by the engine just before. */
  private async kill(ids: readonly number[]): Promise<void> {
    const rows = this.rows.filter((row) => ids.includes(row.id) && !row.own);
    if (rows.length === 0) throw new ActionableError('These sessions are gone already.');
    const { message, detail, button } = killQuestion(rows);
    const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, button);
    if (answer !== button) return;
    const { database } = await this.connection.opened();
    const chosen = this.sessions.filter((session) => rows.some((row) => row.id === session.id));
    const outcomes = await Promise.allSettled(chosen.map((session) => database.sessions.kill(session)));
    await Promise.all([this.read(), this.connection.refresh()]);
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    const [first] = failed;
    if (first !== undefined) throw new ActionableError(sentenceOf(first.reason), [], { cause: first.reason });
    await offer('info', `${plural(chosen.length, 'session')} killed.`, []);
  }
}

/** `Trace · subject "c3", session 4`. */
function jobLabel(overview: Overview, job: JobSummary): string {
  return `${overview.named(job.table).className} · ${shortKeyLabel(job.key)}`;
}

function sessionRow(session: SessionInfo, running: readonly string[]): SessionRow {
  const { id, user, host, command, time, pid, own } = session;
  return { id, user, host, command, time, pid, own, running, db: session.db ?? '', state: session.state ?? '', info: session.info ?? '' };
}
