import * as vscode from 'vscode';
import { FolderServer } from './folderServer';

/** The local database servers of the folders that are open, one each; most have none. */
export class LocalServers implements vscode.Disposable {
  private readonly servers = new Map<string, FolderServer>();
  private readonly listener: vscode.Disposable;

  constructor(private readonly context: Pick<vscode.ExtensionContext, 'secrets' | 'extensionPath'>) {
    this.listener = vscode.workspace.onDidChangeWorkspaceFolders(({ removed }) => {
      for (const { uri } of removed) this.forget(uri);
    });
  }

  of(folder: vscode.WorkspaceFolder): FolderServer {
    const name = folder.uri.toString();
    const server = this.servers.get(name) ?? new FolderServer(folder, this.context);
    this.servers.set(name, server);
    return server;
  }

  dispose(): void {
    this.listener.dispose();
    for (const server of this.servers.values()) server.dispose();
  }

  /** A server whose folder is closed ends like that of a window that is. */
  private forget(folder: vscode.Uri): void {
    this.servers.get(folder.toString())?.dispose();
    this.servers.delete(folder.toString());
  }
}
