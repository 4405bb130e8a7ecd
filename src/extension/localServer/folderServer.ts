import { existsSync } from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { ConnectionSpec } from '../../engine';
import type { Following, ServerFiles, ServerState, StartOptions } from '../../localServer';
import { ActionableError, commandAction, sentenceOf } from '../actions';
import { coalesced } from '../coalesced';
import { commands } from '../ids';
import { log } from '../log';

/** Where a server of the folder leaves word that it is kept. */
const traces = '.datajoint/server/keepers/*/keeper.json';
/** Long enough for the window to load again. */
const idleMs = 30_000;

const secretName = (folder: vscode.Uri) => `localServer:${folder.toString()}`;

/**
 * The local database server of one folder, seen from this window. While the window follows it, it goes on; when the last
 * window has gone and nobody is connected, it ends by itself. Other windows and `djw` may start and end it.
 */
export class FolderServer implements vscode.Disposable {
  private now: ServerState = { kind: 'absent' };
  private following: Following | null = null;
  private disposed = false;
  /** The settings of the folder lead to it. */
  private named = false;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly listeners: vscode.Disposable;

  /** It is another state, or another step of starting. */
  readonly onDidChange = this.changed.event;
  /** Finds out how the server is, and follows it where it is kept. */
  readonly look = coalesced(() => this.lookOnce());

  constructor(
    readonly folder: vscode.WorkspaceFolder,
    private readonly context: Pick<vscode.ExtensionContext, 'secrets' | 'extensionPath'>,
  ) {
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, traces), false, true, true);
    this.listeners = vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(() => void this.look()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.look()),
    );
    void this.look();
  }

  get state(): ServerState {
    return this.now;
  }

  /** As `state`; null where the settings of the folder lead elsewhere. */
  get namedState(): ServerState | null {
    return this.named ? this.now : null;
  }

  async files(): Promise<ServerFiles> {
    return (await import('../../localServer')).serverFiles(this.folder.uri.fsPath);
  }

  /**
   * Lets pass what is no address of this server, and that when it runs.
   * @throws ActionableError that says why it does not
   */
  async check(spec: ConnectionSpec): Promise<ConnectionSpec> {
    const { isLocalServer } = await import('../../localServer');
    this.named = this.isThere && isLocalServer(spec, await this.files());
    if (!this.named) return spec;
    await this.look();
    const { now } = this;
    if (now.kind === 'running') return spec;
    const start = [commandAction('Start', commands.startServer, this.folder.uri)];
    if (now.kind === 'failed') throw new ActionableError(now.message, start);
    if (now.kind === 'starting' || now.kind === 'stopping') throw new ActionableError(`The local server is ${now.kind}.`);
    throw new ActionableError('The local server is stopped.', start);
  }

  /** Starts it, or finds that it runs; resolves when it answers or has failed to. */
  async start(onStep: (step: string) => void): Promise<ServerState> {
    const { startServer, readAccount } = await import('../../localServer');
    const files = await this.files();
    const hear = (state: ServerState) => {
      if (state.kind === 'starting') onStep(state.step);
      this.take(state);
    };
    const state = await startServer(files, await this.options(), hear);
    await this.look();
    const { password } = readAccount(files.folder);
    if (state.kind === 'running' && password !== null) await this.context.secrets.store(secretName(this.folder.uri), password);
    return state;
  }

  /** Ends it, whoever started it. Resolves when it has ended. */
  async stop(): Promise<void> {
    const { stopServer } = await import('../../localServer');
    await stopServer(await this.files(), await this.options());
    await this.look();
  }

  dispose(): void {
    this.disposed = true;
    this.listeners.dispose();
    this.following?.close();
    this.changed.dispose();
  }

  private get isThere(): boolean {
    return existsSync(path.join(this.folder.uri.fsPath, '.datajoint', 'server'));
  }

  private async options(): Promise<StartOptions> {
    return {
      djw: path.join(this.context.extensionPath, 'dist', 'djw.js'),
      node: process.execPath,
      // A debugger of the editor is not for it.
      env: { ...process.env, NODE_OPTIONS: '', ELECTRON_RUN_AS_NODE: '1' },
      idleMs,
      password: (await this.context.secrets.get(secretName(this.folder.uri))) ?? null,
    };
  }

  /** What a folder says that nobody trusts is not contacted. */
  private async lookOnce(): Promise<void> {
    if (this.disposed || this.following !== null || !vscode.workspace.isTrusted || !this.isThere) return;
    try {
      const { followServer, isOrphaned, restingState, startKeeper } = await import('../../localServer');
      const files = await this.files();
      let following = await followServer(files, 'watch', (state) => this.take(state));
      if (following === null && (await isOrphaned(files))) {
        log().warn(`The local server of ${files.folder} had lost its keeper; it has a new one.`);
        await startKeeper(files, await this.options());
        following = await followServer(files, 'watch', (state) => this.take(state));
      }
      if (following === null) this.take(restingState(files));
      else this.follow(following, () => restingState(files));
    } catch (thrown) {
      this.take({ kind: 'failed', message: sentenceOf(thrown) });
    }
  }

  private follow(following: Following, resting: () => ServerState): void {
    if (this.disposed) {
      following.close();
      return;
    }
    this.following = following;
    void following.ended.then(() => {
      this.following = null;
      if (this.disposed) return;
      // The keeper's last word is in the record; where it had none, the server may still be there.
      if (this.now.kind === 'stopped' || this.now.kind === 'failed') this.take(this.now);
      else this.take(resting());
      void this.look();
    });
  }

  private take(state: ServerState): void {
    if (this.disposed || JSON.stringify(state) === JSON.stringify(this.now)) return;
    this.now = state;
    this.changed.fire();
  }
}
