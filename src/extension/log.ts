import * as vscode from 'vscode';

let channel: vscode.LogOutputChannel | undefined;

/** The extension's log. Made on first use, so that starting up costs nothing. */
export function log(): vscode.LogOutputChannel {
  channel ??= vscode.window.createOutputChannel('DataJoint', { log: true });
  return channel;
}

export function disposeLog(): void {
  channel?.dispose();
  channel = undefined;
}
