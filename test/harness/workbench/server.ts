import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { codeServerEntry, ensureCodeServer } from '../codeServer.mjs';
import { until } from '../until';

export interface ServerOptions {
  /** The extension to install. */
  readonly vsix: string;
  /** Added to the quiet user settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Added to the environment of the server, hence of the extension host and its terminals. */
  readonly env?: Readonly<Record<string, string>>;
}

const quietSettings = {
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  // A row that sticks to the top of a tree hides the row below it.
  'workbench.tree.enableStickyScroll': false,
  'workbench.layoutControl.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'window.commandCenter': false,
  'window.menuBarVisibility': 'compact',
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  // Terminal rows are read from the page, so they must be elements, and whole.
  'terminal.integrated.gpuAcceleration': 'off',
  'terminal.integrated.fontSize': 11,
  'terminal.integrated.stickyScroll.enabled': false,
  'terminal.integrated.initialHint': false,
  'terminal.integrated.suggest.enabled': false,
};

/** A code-server of its own: own port, own settings, own extensions, own home; nothing of the user's. */
export class WorkbenchServer {
  private output = '';

  private constructor(
    private readonly process: ChildProcess,
    private readonly home: string,
  ) {}

  static async start(options: ServerOptions): Promise<WorkbenchServer> {
    await ensureCodeServer();
    const home = await mkdtemp(path.join(tmpdir(), 'djw-'));
    try {
      return await WorkbenchServer.startIn(home, options);
    } catch (error) {
      await rm(home, { recursive: true, force: true });
      throw error;
    }
  }

  private static async startIn(home: string, options: ServerOptions): Promise<WorkbenchServer> {
    const data = path.join(home, 'data');
    await mkdir(path.join(data, 'User'), { recursive: true });
    const settings = JSON.stringify({ ...quietSettings, ...options.settings });
    await writeFile(path.join(data, 'User/settings.json'), settings);
    await writeFile(path.join(home, '.bashrc'), "PS1='$ '\n");

    const folders = ['--user-data-dir', data, '--extensions-dir', path.join(home, 'extensions')];
    const env = { ...cleanEnvironment(), HOME: home, CODE_SERVER_CONFIG: path.join(home, 'config.yaml'), ...options.env };
    const install = [codeServerEntry, ...folders, '--install-extension', options.vsix];
    await promisify(execFile)(process.execPath, install, { env });

    const quiet = ['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'];
    const address = ['--auth', 'none', '--bind-addr', '127.0.0.1:0'];
    const child = spawn(process.execPath, [codeServerEntry, ...address, ...quiet, ...folders], {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const server = new WorkbenchServer(child, home);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => (server.output += chunk));
    }
    await until('code-server listens', () => {
      if (child.exitCode !== null) throw new Error(server.output);
      return server.address;
    });
    return server;
  }

  private get address(): string | undefined {
    return /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(this.output)?.[1];
  }

  /** The address of the workbench with a folder open. */
  url(folder: string): string {
    return `${this.address ?? ''}/?folder=${encodeURIComponent(folder)}`;
  }

  /** Copies the logs of the server, the extension host and the terminals into a folder. */
  async saveLogs(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'server.log'), this.output);
    await cp(path.join(this.home, 'data/logs'), path.join(folder, 'logs'), { recursive: true, force: true });
  }

  /** Ends the server with everything it started, and removes its folders. */
  async stop(): Promise<void> {
    const { pid } = this.process;
    if (pid !== undefined && this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit');
      process.kill(-pid, 'SIGKILL');
      await ended;
    }
    await rm(this.home, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** The environment without what npm, Node and a surrounding editor put there. */
function cleanEnvironment(): Record<string, string | undefined> {
  const unwanted = /^(npm_|NODE_|VSCODE_|ELECTRON_|DJ_|CI$|TERM_PROGRAM)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !unwanted.test(name)));
}
