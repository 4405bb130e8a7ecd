import * as vscode from 'vscode';
import type { LocalServers } from '../localServer';
import { DatabaseConnection } from './databaseConnection';
import { addedPlace, type ConnectionPlace, folderPlace, localFolders } from './place';
import type { ServerInput } from './server';
import { StoredServers } from './storedServers';

/** Settings of a folder that may name a server. */
const settingsFiles = '{datajoint.json,dj_local_conf.json,.secrets/*}';
const disconnectedMemory = 'disconnected';

interface Entry {
  readonly connection: DatabaseConnection;
  readonly listener: vscode.Disposable;
}

/** The connection of each workspace folder, then those that a person added. Nothing is opened here. */
export class Connections implements vscode.Disposable {
  readonly servers: StoredServers;
  private readonly entries = new Map<string, Entry>();
  private readonly answered = new vscode.EventEmitter<DatabaseConnection | null>();
  private readonly listeners: vscode.Disposable;

  /** What a connection answers changed, or its state; null: connections came, went or have another name. */
  readonly onDidAnswer = this.answered.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly localServers: LocalServers,
  ) {
    this.servers = new StoredServers(context.workspaceState, context.secrets);
    this.update();
    this.listeners = vscode.Disposable.from(
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.updateAndTell()),
      // A folder that is trusted now may name a server.
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.settingsChanged()),
    );
  }

  get all(): readonly DatabaseConnection[] {
    return [...this.entries.values()].map((entry) => entry.connection);
  }

  /** Those that come with a folder, one each. */
  get ofFolders(): readonly DatabaseConnection[] {
    return this.all.filter((connection) => connection.kind === 'folder');
  }

  /** By `DatabaseConnection.id`. */
  get(id: string): DatabaseConnection | undefined {
    return this.entries.get(id)?.connection;
  }

  /** Keeps a server and shows it. */
  async add(input: ServerInput): Promise<void> {
    await this.servers.add(input);
    this.updateAndTell();
  }

  async edit(connection: DatabaseConnection, input: ServerInput): Promise<void> {
    await this.servers.put(connection.id, input);
    await connection.connect();
    this.answered.fire(null);
  }

  async rename(connection: DatabaseConnection, name: string): Promise<void> {
    await this.servers.rename(connection.id, name);
    this.answered.fire(null);
  }

  /** Closes the connection and forgets it with its password. */
  async remove(connection: DatabaseConnection): Promise<void> {
    await connection.disconnect();
    await this.servers.remove(connection.id);
    this.updateAndTell();
    await this.rememberDisconnected();
  }

  /** Ends its sessions; it stays so, also after a reload of the window, until `connect`. */
  async disconnect(connection: DatabaseConnection): Promise<void> {
    await connection.disconnect();
    await this.rememberDisconnected();
  }

  async connect(connection: DatabaseConnection): Promise<void> {
    await connection.connect();
    await this.rememberDisconnected();
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
    this.listeners.dispose();
    for (const entry of this.entries.values()) disposeEntry(entry);
    this.answered.dispose();
  }

  private async settingsChanged(): Promise<void> {
    await Promise.all(this.all.map((connection) => connection.settingsChanged()));
  }

  private updateAndTell(): void {
    this.update();
    this.answered.fire(null);
  }

  private update(): void {
    const places = [...localFolders().map((folder) => folderPlace(folder, this.localServers.of(folder))), ...this.servers.all.map(({ id }) => addedPlace(this.servers, id))];
    const wanted = new Set(places.map((place) => place.id));
    const kept = new Map(this.entries);
    this.entries.clear();
    for (const place of places) this.entries.set(place.id, kept.get(place.id) ?? this.enter(place));
    for (const [id, entry] of kept) if (!wanted.has(id)) disposeEntry(entry);
  }

  private enter(place: ConnectionPlace): Entry {
    const off = this.context.workspaceState.get<unknown>(disconnectedMemory);
    const connection = new DatabaseConnection(place, Array.isArray(off) && off.includes(place.id));
    const listeners = [connection.onDidAnswer(() => this.answered.fire(connection))];
    if (place.localServer !== null) listeners.push(place.localServer.onDidChange(() => void connection.localServerChanged()));
    const [folder] = place.kind === 'folder' ? place.folders : [];
    if (folder !== undefined) {
      const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, settingsFiles));
      const changed = () => void connection.settingsChanged();
      listeners.push(watcher.onDidCreate(changed), watcher.onDidChange(changed), watcher.onDidDelete(changed));
      return { connection, listener: vscode.Disposable.from(...listeners, watcher) };
    }
    return { connection, listener: vscode.Disposable.from(...listeners) };
  }

  private async rememberDisconnected(): Promise<void> {
    const ids = this.all.filter((connection) => connection.state.kind === 'disconnected').map((connection) => connection.id);
    await this.context.workspaceState.update(disconnectedMemory, ids);
  }
}

function disposeEntry({ connection, listener }: Entry): void {
  listener.dispose();
  connection.dispose();
}
