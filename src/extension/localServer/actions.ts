/** What a person does with the local server of a folder. */
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { ActionableError, commandAction, confirm, offer, withProgress } from '../host';
import { commands } from '../ids';
import { plural } from '../words';
import type { FolderServer } from './folderServer';

export const startTitle = 'Start a Local Database Server';

/** True where this machine has what a local server needs. */
export async function canStart(): Promise<boolean> {
  return (await import('../../localServer')).findInstallations().length > 0;
}

/**
 * Starts the server, after asking where the folder uses another database.
 * @returns false when the person does not want that, or ends it while it starts
 * @throws ActionableError when it does not start, or nothing is installed that could
 */
export async function startLocalServer(server: FolderServer): Promise<boolean> {
  const { noInstallation } = await import('../../localServer');
  if (!(await canStart())) throw new ActionableError(noInstallation().message);
  if (!(await mayReplaceOther(server))) return false;
  const state = await withProgress(
    'Local database server',
    (tellStep) => server.start((step) => tellStep(`${step} …`)),
    () => void server.stop(),
  );
  if (state.kind === 'running') return true;
  if (state.kind !== 'failed') return false;
  throw new ActionableError(state.message, [
    commandAction('Try Again', commands.startServer, server.folder.uri),
    commandAction('Show Log', commands.showServerLog, server.folder.uri),
  ]);
}

async function mayReplaceOther(server: FolderServer): Promise<boolean> {
  const { otherDatabase, setAside } = await import('../../localServer');
  const files = await server.files();
  const other = otherDatabase(files, process.env);
  if (other === null) return true;
  const detail = 'Nothing is moved from one to the other. datajoint.json will name the local server; what it and .secrets said is kept in .datajoint/server.';
  if (!(await confirm(`${server.folder.name} uses ${other}. Use a local server in its place?`, detail, 'Use a Local Server'))) return false;
  setAside(files);
  return true;
}

/** @param workers how many hold jobs on it: a person is asked whether they may lose them */
export async function stopLocalServer(server: FolderServer, workers: number): Promise<void> {
  if (workers > 0) {
    const detail = 'Jobs that are being made become pending again or errors. Nothing half-made is kept.';
    if (!(await confirm(`${plural(workers, 'worker')} would lose the local server. Stop it?`, detail, 'Stop'))) return;
  }
  const ran = await withProgress('Stopping the local database server …', () => server.stop());
  if (!ran) void offer('info', `${server.folder.name} has no local server that runs.`, []);
}

/** Opens the server's own log, at its end. */
export async function showServerLog(server: FolderServer): Promise<void> {
  const { log } = await server.files();
  if (!existsSync(log)) {
    await offer('info', `${server.folder.name} has no local server yet, so there is no log.`, []);
    return;
  }
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(log));
  const end = document.lineAt(document.lineCount - 1).range.end;
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(end, end) });
}
