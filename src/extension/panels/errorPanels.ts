import * as vscode from 'vscode';
import { isPanelState } from '../../protocol';
import type { Connections } from '../connections';
import { panels } from '../ids';
import { keyFromText, keyToText } from '../keys';
import type { Populator } from '../populate';
import { ErrorPanel, type JobAddress } from './errorPanel';
import { pageOptions, tabIcon } from './html';

/** The open error pages: one per job. Restores them after a reload of the window. */
export class ErrorPanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly open = new Map<string, ErrorPanel>();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly connections: Connections,
    private readonly populator: Populator,
  ) {}

  show(job: JobAddress): void {
    const existing = this.open.get(idOf(job));
    if (existing !== undefined) {
      existing.reveal();
      return;
    }
    const options = pageOptions(this.context.extensionUri);
    const panel = vscode.window.createWebviewPanel(panels.error, 'Error', vscode.ViewColumn.Active, options);
    this.adopt(panel, job);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const job = this.addressFrom(state);
    if (job === null) panel.dispose();
    else this.adopt(panel, job);
    return Promise.resolve();
  }

  dispose(): void {
    for (const panel of this.open.values()) panel.dispose();
  }

  private adopt(panel: vscode.WebviewPanel, job: JobAddress): void {
    const id = idOf(job);
    panel.iconPath = tabIcon(this.context.extensionUri, 'error');
    const opened = new ErrorPanel(panel, this.context, this.populator, job, (other) => this.show(other));
    this.open.set(id, opened);
    opened.onDidClose(() => {
      opened.dispose();
      this.open.delete(id);
    });
  }

  private addressFrom(state: unknown): JobAddress | null {
    if (!isPanelState(state)) return null;
    const { connection: id = '', schema = '', table = '', key: text = '' } = state;
    const connection = this.connections.get(id);
    const key = keyFromText(text);
    return connection === undefined || key === null ? null : { connection, table: { schema, table }, key };
  }
}

function idOf(job: JobAddress): string {
  return JSON.stringify([job.connection.id, job.table.schema, job.table.table, keyToText(job.key)]);
}
