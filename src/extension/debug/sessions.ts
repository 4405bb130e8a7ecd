/** Sessions of the editor's debuggers, each for one run of `djw`. */
import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ActionableError } from '../actions';
import type { Login } from '../connections';
import { djwScript, handOver, nodeArguments, nodeVariables, type Variables } from '../populate';
import { type Address, addressIn, debugpyConfiguration, debugpyVariables, idField, listeningEvent, nodeConfiguration } from './configurations';

/** Runs `djw` itself in a terminal under the debugger for Node. Resolves when it has ended. */
export async function underNode(
  extensionPath: string,
  folder: vscode.WorkspaceFolder,
  { name, args, login }: { readonly name: string; readonly args: readonly string[]; readonly login: Login | null },
): Promise<void> {
  const handover = login === null ? null : await handOver(login.secrets);
  const session = new OwnSession();
  try {
    await session.start(
      folder,
      nodeConfiguration({
        name,
        id: session.id,
        executable: process.execPath,
        executableArguments: nodeArguments,
        env: { ...nodeVariables, ...login?.env, ...handover?.env },
        program: djwScript(extensionPath, handover),
        args,
        folder: folder.uri.fsPath,
        engine: path.join(extensionPath, 'dist'),
      }),
    );
    await session.ended;
  } finally {
    session.dispose();
    handover?.dispose();
  }
}

/**
 * Lets the debugger for Python listen while `work` runs.
 * @param debugpy the folder of its package
 * @param work is given variables with which `djw` starts its Python under that debugger
 */
export async function underDebugpy(debugpy: string, folder: vscode.WorkspaceFolder, name: string, work: (env: Variables) => Promise<unknown>): Promise<void> {
  const session = new OwnSession();
  try {
    // That it has started is only told once Python has connected.
    const started = session.start(folder, debugpyConfiguration({ name, id: session.id }));
    const over = Promise.all([started, session.ended]).then(() => Promise.reject(notStarted()));
    over.catch(() => undefined);
    const address = await Promise.race([session.listening, over]);
    await work(debugpyVariables(debugpy, address));
  } finally {
    await session.stop();
    session.dispose();
  }
}

const notStarted = (): ActionableError => new ActionableError('The debugger did not start.');

/** A session of a debugger, known by its configuration. */
class OwnSession {
  readonly id = randomUUID();
  /** Resolves with the address at which debugpy listens. */
  readonly listening: Promise<Address>;
  readonly ended: Promise<void>;
  private session: vscode.DebugSession | undefined;
  private over = false;
  private readonly listeners: vscode.Disposable[] = [];

  constructor() {
    this.listening = new Promise((resolve) => {
      this.listeners.push(
        vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
          if (event !== listeningEvent || !this.isOwn(session)) return;
          this.session = session;
          const address = addressIn(body);
          if (address !== null) resolve(address);
        }),
      );
    });
    this.ended = new Promise((resolve) => {
      this.listeners.push(
        vscode.debug.onDidStartDebugSession((session) => {
          if (this.isOwn(session)) this.session = session;
        }),
        vscode.debug.onDidTerminateDebugSession((session) => {
          if (!this.isOwn(session)) return;
          this.over = true;
          resolve();
        }),
      );
    });
  }

  /** @throws ActionableError when the debugger refuses, which it has told the person then */
  async start(folder: vscode.WorkspaceFolder, configuration: vscode.DebugConfiguration): Promise<void> {
    if (!(await vscode.debug.startDebugging(folder, configuration))) throw notStarted();
  }

  async stop(): Promise<void> {
    if (this.session !== undefined && !this.over) await vscode.debug.stopDebugging(this.session);
  }

  dispose(): void {
    for (const listener of this.listeners) listener.dispose();
  }

  /** The debugger for Node has a session of its own for each process, beneath the one that was asked for. */
  private isOwn({ configuration, parentSession }: vscode.DebugSession): boolean {
    return configuration[idField] === this.id && parentSession?.configuration[idField] !== this.id;
  }
}
