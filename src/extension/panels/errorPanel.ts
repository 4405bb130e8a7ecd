import * as vscode from 'vscode';
import type { NamedTable, TableName } from '../../engine';
import {
  type ErrorPageAction,
  type ErrorPageRequest,
  type ErrorPageUpdate,
  isErrorPageRequest,
  type PanelState,
} from '../../protocol';
import { ActionableError, log, sentenceOf, setPanelTitle, tell } from '../host';
import type { DatabaseConnection } from '../connections';
import { coalesced } from '../coalesced';
import { debugKey } from '../debug';
import { clear, ignore, retry } from '../jobs';
import { type Key, keyForClipboard, keyToText, shortKeyLabel } from '../keys';
import type { Populator } from '../populate';
import { requireClass, reveal, revealFailure } from '../source';
import { editedSince, errorPage, type Failure, failureOf, type LocatedEntry, readStack, reportText } from './errorModel';
import { Page } from './page';

/** The job that an error page is about. */
export interface JobAddress {
  readonly connection: DatabaseConnection;
  readonly table: TableName;
  readonly key: Key;
}

/** Errors of a table that are looked through for those that remain. */
const maxSame = 1000;

/** The error page of one job. It follows the job until it is closed, also through a retry. */
export class ErrorPanel implements vscode.Disposable {
  private readonly page: Page<ErrorPageRequest, ErrorPageUpdate>;
  private readonly subscriptions: vscode.Disposable[] = [];
  private watch: vscode.Disposable | undefined;
  /** Reads the job again. */
  private readonly update = coalesced(() => this.loadSafely());
  private failure: Failure | null = null;
  /** False after a file was saved, or while nobody looked: lines may have moved. */
  private stackIsRead = false;
  private entries: readonly LocatedEntry[] = [];
  private omitted = 0;
  private same: readonly Key[] = [];

  constructor(
    panel: vscode.WebviewPanel,
    private readonly context: vscode.ExtensionContext,
    private readonly populator: Populator,
    readonly job: JobAddress,
    private readonly openOther: (job: JobAddress) => unknown,
  ) {
    setPanelTitle(panel, shortKeyLabel(job.key));
    this.page = new Page(panel, context.extensionUri, 'errorPage', isErrorPageRequest, (request) => this.answer(request));
    this.subscriptions.push(
      job.connection.onDidChange(() => this.update()),
      this.page.onDidShow((visible) => this.follow(visible)),
      vscode.workspace.onDidSaveTextDocument(() => {
        this.stackIsRead = false;
        void this.update();
      }),
    );
    this.follow(panel.visible);
    void this.update();
  }

  get onDidClose(): vscode.Event<void> {
    return this.page.onDidClose;
  }

  reveal(): void {
    this.page.panel.reveal();
  }

  dispose(): void {
    this.watch?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** What the serializer needs to restore this page after a reload. */
  private static state(job: JobAddress): PanelState {
    const { connection, table, key } = job;
    return { connection: connection.id, schema: table.schema, table: table.table, key: keyToText(key) };
  }

  private follow(visible: boolean): void {
    if (visible && this.watch === undefined) {
      this.watch = this.job.connection.watch();
      this.stackIsRead = false;
      void this.update();
    } else if (!visible) {
      this.watch?.dispose();
      this.watch = undefined;
    }
  }

  private async loadSafely(): Promise<void> {
    try {
      await this.load();
    } catch (thrown) {
      log().warn(sentenceOf(thrown));
    }
  }

  private async load(): Promise<void> {
    const { connection, table: name, key } = this.job;
    const { overview } = await connection.opened();
    const table = overview.named(name);
    const { job, done } = await overview.job(name, key);
    setPanelTitle(this.page.panel, `${table.className}: ${shortKeyLabel(key)}`);
    if (job?.status === 'error') {
      const failure = failureOf(job);
      if (failure.at !== this.failure?.at || failure.stack !== this.failure.stack) this.stackIsRead = false;
      this.failure = failure;
    }
    if (this.failure !== null && !this.stackIsRead) {
      this.stackIsRead = true;
      const stack = await readStack(this.failure, this.context.extensionPath);
      this.entries = stack.entries;
      this.omitted = stack.omitted;
    }
    this.same = job?.status === 'error' ? await overview.sameFailure(name, key) : await this.stillFailing();
    const edited = this.failure === null ? '' : await editedSince(this.failure, this.entries);
    const { failure, entries, omitted } = this;
    const input = { table, key, job, done, failure, entries, omitted, edited, same: this.same };
    this.page.show({ type: 'show', page: errorPage(input), state: ErrorPanel.state(this.job) });
  }

  /** Of the keys that failed like this one before it was retried: those that have not been retried since. */
  private async stillFailing(): Promise<readonly Key[]> {
    if (this.same.length === 0) return [];
    const { overview } = await this.job.connection.opened();
    const { jobs } = await overview.jobs(this.job.table, 'error', { limit: maxSame, offset: 0 });
    const failing = new Set(jobs.map((job) => keyToText(job.key)));
    return this.same.filter((key) => failing.has(keyToText(key)));
  }

  private async answer(request: ErrorPageRequest): Promise<void> {
    switch (request.type) {
      case 'ready':
        return this.update();
      case 'action':
        return this.act(request.action);
      case 'openFrame': {
        const place = this.entries[request.index]?.place ?? null;
        return place === null ? undefined : reveal(place);
      }
      case 'openSame': {
        const key = this.same[request.index];
        if (key !== undefined) await this.openOther({ ...this.job, key });
      }
    }
  }

  private async act(action: ErrorPageAction): Promise<void> {
    const { connection, key } = this.job;
    const table = (await connection.opened()).overview.named(this.job.table);
    const chosen = { connection, table, keys: [key] };
    switch (action) {
      case 'goToMake':
        return this.goToMake(table);
      case 'retry':
        return retry(this.populator, chosen);
      case 'debug':
        return debugKey(this.context.extensionPath, this.populator, { connection, table, key });
      case 'retryAll':
        return retry(this.populator, { ...chosen, keys: [key, ...this.same] });
      case 'ignore':
        return ignore(chosen);
      case 'clear':
        return clear(chosen);
      case 'copyKey':
        await vscode.env.clipboard.writeText(keyForClipboard(key));
        tell('Key copied', 2000);
        return;
      case 'copyReport':
        await vscode.env.clipboard.writeText(this.report(table));
        tell('Report copied', 2000);
        return;
      case 'openAsText': {
        const document = await vscode.workspace.openTextDocument({ content: this.report(table) });
        await vscode.window.showTextDocument(document);
      }
    }
  }

  private report(table: NamedTable): string {
    if (this.failure === null) throw new ActionableError('This job has no error any more.');
    return reportText(table, this.job.key, this.failure);
  }

  private async goToMake(table: NamedTable): Promise<void> {
    const source = await requireClass(this.job.connection, table.name.schema, table.className);
    await revealFailure(source, this.failure ?? { stack: '', version: '' });
  }
}
