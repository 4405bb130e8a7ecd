import * as vscode from 'vscode';
import { FolderConnection } from './folderConnection';

/** One connection per workspace folder, kept in step with the workspace. Nothing is opened here. */
export class Connections implements vscode.Disposable {
  private readonly byFolder = new Map<string, { connection: FolderConnection; listener: vscode.Disposable }>();
  private readonly answered = new vscode.EventEmitter<FolderConnection | null>();
  private readonly folderListener: vscode.Disposable;

  /** What a connection answers changed, or its state; null: folders came or went. */
  readonly onDidAnswer = this.answered.event;

  constructor() {
    this.update();
    this.folderListener = vscode.workspace.onDidChangeWorkspaceFolders(() => {
      this.update();
      this.answered.fire(null);
    });
  }

  get all(): readonly FolderConnection[] {
    return [...this.byFolder.values()].map((entry) => entry.connection);
  }

  /** By `FolderConnection.id`. */
  get(id: string): FolderConnection | undefined {
    return this.byFolder.get(id)?.connection;
  }

  /** Probes every connection until disposed. */
  watch(): vscode.Disposable {
    return vscode.Disposable.from(...this.all.map((connection) => connection.watch()));
  }

  async refresh(): Promise<void> {
    await Promise.all(this.all.map((connection) => connection.refresh()));
  }

  /** Ends the sessions on every database. */
  async close(): Promise<void> {
    await Promise.all(this.all.map((connection) => connection.close()));
  }

  dispose(): void {
    this.folderListener.dispose();
    for (const { connection, listener } of this.byFolder.values()) {
      listener.dispose();
      connection.dispose();
    }
    this.answered.dispose();
  }

  private update(): void {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
    const wanted = new Set(folders.map((folder) => folder.uri.toString()));
    for (const [id, { connection, listener }] of this.byFolder) {
      if (wanted.has(id)) continue;
      listener.dispose();
      connection.dispose();
      this.byFolder.delete(id);
    }
    for (const folder of folders) {
      const id = folder.uri.toString();
      if (this.byFolder.has(id)) continue;
      const connection = new FolderConnection(folder);
      const listener = connection.onDidAnswer(() => this.answered.fire(connection));
      this.byFolder.set(id, { connection, listener });
    }
  }
}
