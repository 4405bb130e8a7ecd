/** Sessions of the editor's debuggers, each for one run of `djw`. */
import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ActionableError, startDebugging } from '../host';
import type { Variables } from '../populate';
import { type Address, addressIn, debugpyConfiguration, debugpyVariables, idField, listeningEvent, nodeConfiguration, waitingNode } from './configurations';

/**
 * Attaches the debugger for Node to what `work` starts.
 * @param work is given arguments for the Node that runs `djw`, and a signal that stops that when no debugger comes
 */
export async function underNode(
  extensionPath: string,
  folder: vscode.WorkspaceFolder,
  name: string,
  work: (nodeArguments: readonly string[], stop: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const session = new OwnSession();
  const stop = new AbortController();
  try {
    const { freePort } = await import('../../localServer');
    const port = await freePort(null);
    const running = work(waitingNode(port), stop.signal).finally(() => session.stop());
    const started = session.start(folder, nodeConfiguration({ name, id: session.id }, port, path.join(extensionPath, 'dist')));
    started.catch(() => stop.abort());
    await Promise.all([started, running]);
  } finally {
    session.dispose();
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
    if (!(await startDebugging(folder, configuration))) throw notStarted();
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
