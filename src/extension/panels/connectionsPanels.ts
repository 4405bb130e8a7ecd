import * as vscode from 'vscode';
import { isPanelState } from '../../protocol';
import type { Connections, DatabaseConnection } from '../connections';
import { panels } from '../ids';
import { ConnectionsPanel, type SessionFilter } from './connectionsPanel';
import { pageOptions, tabIcon } from './html';

/** The open connection pages: one per database. Restores them after a reload of the window. */
export class ConnectionsPanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly open = new Map<DatabaseConnection, ConnectionsPanel>();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly connections: Connections,
  ) {}

  show(connection: DatabaseConnection): void {
    const existing = this.open.get(connection);
    if (existing !== undefined) {
      existing.reveal();
      return;
    }
    const options = pageOptions(this.context.extensionUri);
    const panel = vscode.window.createWebviewPanel(panels.connections, 'Connections', vscode.ViewColumn.Active, options);
    this.adopt(panel, connection);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const connection = isPanelState(state) ? this.connections.get(state['connection'] ?? '') : undefined;
    if (connection === undefined) panel.dispose();
    else this.adopt(panel, connection);
    return Promise.resolve();
  }

  dispose(): void {
    for (const panel of this.open.values()) panel.dispose();
  }

  /** The restriction and the order that were last used for this database. */
  private filterOf(connection: DatabaseConnection): SessionFilter {
    const stored = this.context.workspaceState.get<unknown>(filterKey(connection));
    const { restriction, order } = isPanelState(stored) ? stored : {};
    return { restriction: restriction ?? '', order: order ?? '' };
  }

  private adopt(panel: vscode.WebviewPanel, connection: DatabaseConnection): void {
    panel.iconPath = tabIcon(this.context.extensionUri, 'connections');
    const opened = new ConnectionsPanel(panel, this.context.extensionUri, connection, this.filterOf(connection), (filter) => {
      void this.context.workspaceState.update(filterKey(connection), filter);
    });
    this.open.set(connection, opened);
    opened.onDidClose(() => {
      opened.dispose();
      this.open.delete(connection);
    });
  }
}

const filterKey = (connection: DatabaseConnection): string => `sessionFilter:${connection.id}`;
