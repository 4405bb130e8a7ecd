import { existsSync } from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { ConnectionSpec } from '../../engine';
import type { Following, ServerFiles, ServerState, StartOptions } from '../../localServer';
import { ActionableError, commandAction, log, sentenceOf } from '../host';
import { coalesced } from '../coalesced';
import { commands } from '../ids';

/** Written whenever a server of the folder is started, by whomever. */
const traces = '.datajoint/server/server.json';
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
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, traces), false, false, true);
    this.listeners = vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(() => void this.look()),
      watcher.onDidChange(() => void this.look()),
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
    await this.look();
    const { now } = this;
    if (!this.named || now.kind === 'running') return spec;
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

  /** Ends it, also when another program started it. Resolves when it has ended. @returns false when it did not run */
  async stop(): Promise<boolean> {
    const { stopServer } = await import('../../localServer');
    const ran = await stopServer(await this.files(), await this.options());
    await this.look();
    return ran;
  }

  dispose(): void {
    this.disposed = true;
    this.listeners.dispose();
    this.following?.close();
    this.changed.dispose();
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

  /**
   * Follows it where the settings lead to it: one that they do not lead to any more is seen by nobody, and ends. What a
   * folder says that nobody trusts is not contacted.
   */
  private async lookOnce(): Promise<void> {
    if (this.disposed || !vscode.workspace.isTrusted) return;
    try {
      this.named = await this.isNamed();
      if (!this.named) {
        this.following?.close();
        return;
      }
      if (this.following !== null) return;
      const { followServer, isOrphaned, restingState, startKeeper } = await import('../../localServer');
      const files = await this.files();
      const watch = () => followServer(files, 'watch', (state) => this.take(state));
      let following = await watch();
      if (following === null && (await isOrphaned(files))) {
        log().warn(`The local server of ${files.folder} had lost its keeper; it gets a new one.`);
        await startKeeper(files, await this.options());
        following = await watch();
      }
      if (following === null) this.take(restingState(files));
      else this.follow(following);
    } catch (thrown) {
      this.take({ kind: 'failed', message: sentenceOf(thrown) });
    }
  }

  /** True where the settings of the folder lead to its own server. */
  private async isNamed(): Promise<boolean> {
    if (!existsSync(path.join(this.folder.uri.fsPath, '.datajoint', 'server'))) return false;
    const [{ resolveConnection }, { isLocalServer }] = await Promise.all([import('../../engine'), import('../../localServer')]);
    try {
      return isLocalServer(resolveConnection({ cwd: this.folder.uri.fsPath, env: process.env }), await this.files());
    } catch {
      // Settings that cannot be read lead nowhere; the connection says what is wrong with them.
      return false;
    }
  }

  private follow(following: Following): void {
    if (this.disposed) {
      following.close();
      return;
    }
    this.following = following;
    void following.ended.then(() => {
      this.following = null;
      // A keeper that dies says nothing; its server may still be there.
      if (this.now.kind !== 'stopped' && this.now.kind !== 'failed') void this.look();
    });
  }

  private take(state: ServerState): void {
    if (this.disposed || JSON.stringify(state) === JSON.stringify(this.now)) return;
    this.now = state;
    this.changed.fire();
  }
}
