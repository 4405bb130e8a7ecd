import * as vscode from 'vscode';
import { plainText } from '../../text';

/** What the extension notes for those who look for a fault. */
export interface Log {
  warn(text: string): void;
  /** With its stack, when it is an error. */
  error(thrown: unknown): void;
  show(): void;
}

let channel: vscode.LogOutputChannel | undefined;

/** The extension's log. Its channel is made on first use, so that starting up costs nothing. */
export function log(): Log {
  const made = (channel ??= vscode.window.createOutputChannel('DataJoint', { log: true }));
  return {
    warn: (text) => made.warn(noted(text)),
    error: (thrown) => made.error(noted(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown))),
    show: () => made.show(),
  };
}

/** Longest entry, in characters. */
const mostOfEntry = 20_000;

const noted = (text: string): string => plainText(text.slice(0, mostOfEntry));

export function disposeLog(): void {
  channel?.dispose();
  channel = undefined;
}
