import * as vscode from 'vscode';
import { type CommandId, commands } from './ids';
import { log } from './log';

/** A button beside a message. */
export interface Action {
  readonly title: string;
  run(): unknown;
}

/** An error with a sentence for a person and buttons that help. */
export class ActionableError extends Error {
  override readonly name = 'ActionableError';
  constructor(
    message: string,
    readonly actions: readonly Action[] = [],
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

export function commandAction(title: string, command: string, ...args: unknown[]): Action {
  return { title, run: () => vscode.commands.executeCommand(command, ...args) };
}

/** One clear sentence of anything that was thrown. */
export function sentenceOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
  return text.split('\n', 1)[0]?.trim() || 'Something went wrong; the log has the details.';
}

/** Shows an error once, with its actions, and keeps the stack in the log. That a person did not want to go on is none. */
export async function report(thrown: unknown): Promise<void> {
  if (thrown instanceof vscode.CancellationError) return;
  log().error(thrown instanceof Error ? thrown : String(thrown));
  const actions = thrown instanceof ActionableError ? thrown.actions : [];
  const shown: Action[] = actions.length > 0 ? [...actions] : [commandAction('Show Log', commands.showLog)];
  await offer('error', sentenceOf(thrown), shown);
}

/** A notification whose buttons do something. Resolves when it was answered or closed. */
export async function offer(
  kind: 'info' | 'warning' | 'error',
  message: string,
  actions: readonly Action[],
): Promise<void> {
  const titles = actions.map((action) => action.title);
  const show = {
    info: vscode.window.showInformationMessage,
    warning: vscode.window.showWarningMessage,
    error: vscode.window.showErrorMessage,
  }[kind];
  const chosen = await show(message, ...titles);
  await actions.find((action) => action.title === chosen)?.run();
}

/**
 * Registers a command. Whatever its handler throws becomes one notification and an entry in the log; nothing escapes.
 * The notification does not hold the command up.
 */
export function registerCommand(
  context: vscode.ExtensionContext,
  id: CommandId,
  handler: (...args: unknown[]) => unknown,
): void {
  context.subscriptions.push(
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        return await handler(...args);
      } catch (thrown) {
        void report(thrown);
        return undefined;
      }
    }),
  );
}
