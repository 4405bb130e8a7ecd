import { cp, mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ActionableError } from '../host';
import type { Connections } from '../connections';
import type { Populator } from '../populate';
import { isEmptyFolder, openFile, writeTypes } from './files';

const mainFile = 'pipeline.ts';
const firstRun = 'insert.ts';

/**
 * Copies the demo into the workspace when that is empty, enters its first rows and opens its main file; else copies it
 * into a new folder that the person picks a place for, and opens that.
 */
export async function openDemo(
  extensionPath: string,
  connections: Connections,
  populator: Populator,
): Promise<void> {
  const [connection, ...others] = connections.ofFolders;
  const here = connection?.folders[0]?.uri.fsPath;
  if (connection !== undefined && here !== undefined && others.length === 0 && (await isEmptyFolder(here))) {
    await copyDemo(extensionPath, here);
    await openFile(path.join(here, mainFile));
    if (vscode.workspace.isTrusted) await populator.runFile(connection, path.join(here, firstRun));
    return;
  }
  const parent = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    title: 'Where to put the demo',
    openLabel: 'Put the Demo Here',
  });
  const chosen = parent?.[0];
  if (chosen === undefined) return;
  const target = path.join(chosen.fsPath, 'datajoint-demo');
  if (!(await isEmptyFolder(target))) {
    throw new ActionableError(`${target} exists already.`, [{ title: 'Open It', run: () => openFolder(target) }]);
  }
  await copyDemo(extensionPath, target);
  await openFolder(target);
}

async function copyDemo(extensionPath: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  await cp(path.join(extensionPath, 'media', 'demo'), target, { recursive: true, errorOnExist: false, force: false });
  await writeTypes(extensionPath, target);
}

function openFolder(folder: string): Thenable<unknown> {
  return vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(folder));
}
