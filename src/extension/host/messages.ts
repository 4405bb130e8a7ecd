import * as vscode from 'vscode';
import { type CommandId, commands } from '../ids';
import { log } from './log';
import { mostOfMessage, shownLine, shownText } from './text';

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
  log().error(thrown);
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
  const titles = actions.map((action) => shownLine(action.title));
  const show = {
    info: vscode.window.showInformationMessage,
    warning: vscode.window.showWarningMessage,
    error: vscode.window.showErrorMessage,
  }[kind];
  const chosen = await show(shownLine(message, mostOfMessage), ...titles);
  await actions[chosen === undefined ? -1 : titles.indexOf(chosen)]?.run();
}

/**
 * Asks before something that cannot be undone, in the middle of the window.
 * @param detail what happens then, in smaller letters; its line breaks stay
 * @param button what the person presses for it
 * @returns false when the person does not want it
 */
export async function confirm(message: string, detail: string, button: string): Promise<boolean> {
  const title = shownLine(button);
  return (await vscode.window.showWarningMessage(shownLine(message), { modal: true, detail: shownText(detail) }, title)) === title;
}

/** A note in the status bar. @param until milliseconds, or what ends it */
export function tell(text: string, until: number | Promise<unknown>): void {
  if (typeof until === 'number') vscode.window.setStatusBarMessage(shownLine(text), until);
  else vscode.window.setStatusBarMessage(shownLine(text), until);
}

/**
 * Shows a notification while something is done.
 * @param work is given a function that says which step it is at
 * @param onCancel what a press on Cancel does; without it there is no such button
 */
export async function withProgress<T>(title: string, work: (step: (text: string) => void) => Promise<T>, onCancel?: () => void): Promise<T> {
  return await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: shownLine(title), cancellable: onCancel !== undefined },
    (progress, token) => {
      if (onCancel !== undefined) token.onCancellationRequested(onCancel);
      return work((text) => progress.report({ message: shownLine(text) }));
    },
  );
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
