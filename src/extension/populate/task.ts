import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Login } from '../connections';
import { djwTask } from '../host';
import { taskType } from '../ids';
import { handOver } from './handOver';
import type { Variables } from './handoverNames';

/** One run of `djw` in a terminal. */
export interface DjwRun {
  /** The terminal's name: `Populate Trace`. A number is added while another run has the name. */
  readonly name: string;
  readonly folder: vscode.WorkspaceFolder;
  readonly command: 'populate' | 'refresh' | 'run';
  /** What comes after the command. */
  readonly args: readonly string[];
  readonly table: string;
  /** The server to use; null: the one that `djw` finds by itself. */
  readonly login: Login | null;
  /** Beyond the login; no secrets. */
  readonly env?: Variables;
  /** For the Node that is `djw`. */
  readonly nodeArguments?: readonly string[];
  /** Ends the program when it aborts. */
  readonly stop?: AbortSignal;
}

const running = new Map<string, vscode.TaskExecution>();

/**
 * Runs `djw` as a task and resolves with its exit code (undefined when it did not start or was closed by hand).
 *
 * A task rather than a plain terminal, because a task's terminal stays open with its output when the program ends, is
 * reused by the next run of the same name, reports its exit code, and saves edited files first, so that a populate after
 * a fix runs the fix. The executable is the editor's own Node, and its arguments are an array: nothing is parsed by a
 * shell. The login of a server travels by the environment, but the password does not: see `handOver`. Text like `${…}` in arguments must be kept out by the caller, since tasks replace it.
 */
export async function runDjw(extensionPath: string, run: DjwRun): Promise<number | undefined> {
  const worker = freeNumber(run.name);
  const name = worker === 1 ? run.name : `${run.name} (${worker})`;
  const handover = run.login === null ? null : await handOver(run.login.secrets);
  const script = path.join(extensionPath, 'dist', handover === null ? 'djw.js' : 'launch.js');
  const task = djwTask(
    { type: taskType, command: run.command, table: run.table, worker },
    run.folder,
    name,
    new vscode.ProcessExecution(
      process.execPath,
      [...(run.nodeArguments ?? []), '--disable-warning=ExperimentalWarning', script, run.command, ...run.args],
      { cwd: run.folder.uri.fsPath, env: { ELECTRON_RUN_AS_NODE: '1', ...run.env, ...run.login?.env, ...handover?.env } },
    ),
  );
  task.presentationOptions = {
    reveal: vscode.TaskRevealKind.Always,
    panel: vscode.TaskPanelKind.Dedicated,
    clear: true,
    echo: false,
    focus: false,
    showReuseMessage: false,
  };
  try {
    return await execute(name, task, run.stop);
  } finally {
    handover?.dispose();
  }
}

function freeNumber(name: string): number {
  let worker = 1;
  while (running.has(worker === 1 ? name : `${name} (${worker})`)) worker += 1;
  return worker;
}

async function execute(name: string, task: vscode.Task, stop: AbortSignal | undefined): Promise<number | undefined> {
  let execution: vscode.TaskExecution | undefined;
  let exitCode: number | undefined;
  const listeners: vscode.Disposable[] = [];
  const ended = new Promise<void>((resolve) => {
    listeners.push(
      vscode.tasks.onDidEndTaskProcess((event) => {
        if (event.execution === execution) exitCode = event.exitCode;
      }),
      vscode.tasks.onDidEndTask((event) => {
        if (event.execution === execution) resolve();
      }),
    );
  });
  try {
    execution = await vscode.tasks.executeTask(task);
    running.set(name, execution);
    const started = execution;
    const terminate = (): void => started.terminate();
    if (stop?.aborted === true) terminate();
    stop?.addEventListener('abort', terminate, { once: true });
    await ended;
    return exitCode;
  } finally {
    running.delete(name);
    for (const listener of listeners) listener.dispose();
  }
}
