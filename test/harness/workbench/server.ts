import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type RunningCodeServer, startCodeServer, stopCodeServer } from '../codeServer.mjs';

export interface ServerOptions {
  /** The extension to install. */
  readonly vsix: string;
  /** VSIX files of extensions beside it. */
  readonly others?: readonly string[];
  /** Added to the quiet user settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Folders are not trusted. */
  readonly untrusted?: boolean;
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
  'security.workspace.trust.startupPrompt': 'never',
  // Terminal rows are read from the page, so they must be elements, and whole.
  'terminal.integrated.gpuAcceleration': 'off',
  'terminal.integrated.fontSize': 11,
  'terminal.integrated.stickyScroll.enabled': false,
  'terminal.integrated.initialHint': false,
  'terminal.integrated.suggest.enabled': false,
};

/** A code-server of its own: own port, own settings, own extensions, own home; nothing of the user's. */
export class WorkbenchServer {
  private constructor(
    private readonly running: RunningCodeServer,
    private readonly home: string,
  ) {}

  static async start({ vsix, others = [], settings, env, untrusted = false }: ServerOptions): Promise<WorkbenchServer> {
    const home = await mkdtemp(path.join(tmpdir(), 'djw-'));
    try {
      await writeFile(path.join(home, '.bashrc'), "PS1='$ '\n");
      const running = await startCodeServer({
        home,
        vsix,
        others,
        settings: { ...quietSettings, ...settings },
        env: { ...cleanEnvironment(), HOME: home, ...env },
        untrusted,
      });
      return new WorkbenchServer(running, home);
    } catch (error) {
      await rm(home, { recursive: true, force: true });
      throw error;
    }
  }

  /** The address of the workbench with a folder open. */
  url(folder: string): string {
    return `${this.running.address}/?folder=${encodeURIComponent(folder)}`;
  }

  /** Copies the logs of the server, the extension host and the terminals into a folder. */
  async saveLogs(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'server.log'), this.running.output());
    await cp(path.join(this.home, 'data/logs'), path.join(folder, 'logs'), { recursive: true, force: true });
  }

  /** Ends the server with everything it started, and removes its folders. */
  async stop(): Promise<void> {
    await stopCodeServer(this.running.process);
    await rm(this.home, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** The environment without what npm, Node and a surrounding editor put there. */
function cleanEnvironment(): Record<string, string | undefined> {
  const unwanted = /^(npm_|NODE_|VSCODE_|ELECTRON_|DJ_|CI$|TERM_PROGRAM)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !unwanted.test(name)));
}
