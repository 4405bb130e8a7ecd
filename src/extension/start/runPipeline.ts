import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { TableClass } from '../../pipeline';
import { ActionableError, commandAction } from '../actions';
import type { FolderConnection } from '../connections';
import { commands } from '../ids';
import { classesOf } from '../source';
import { rankScripts } from './scripts';

/** Enough to choose from. */
const maxFiles = 200;

/** The file to run: the only script that uses the pipeline, or the one that the person picks. Undefined: none picked. */
export async function pickScript(connection: FolderConnection): Promise<string | undefined> {
  const { folder } = connection;
  const [{ classes }, sources] = await Promise.all([classesOf(folder), readSources(folder)]);
  const ranked = rankScripts(tableFiles(classes), sources);
  if (ranked.length === 0) {
    throw new ActionableError(`No file of ${folder.name} uses datajoint-workbench, so there is nothing to run.`, [
      commandAction('Create a First Pipeline', commands.createPipeline),
      commandAction('Open the Demo', commands.openDemo),
    ]);
  }
  const users = ranked.filter((script) => script.usesPipeline);
  const [only] = users.length > 0 ? users : ranked;
  if (only !== undefined && (users.length === 1 || ranked.length === 1)) return only.file;
  const picked = await vscode.window.showQuickPick(
    ranked.map(({ file, usesPipeline }) => ({
      label: path.basename(file),
      description: vscode.workspace.asRelativePath(path.dirname(file), false).replace(folder.uri.fsPath, ''),
      detail: usesPipeline ? 'uses the tables of the pipeline' : 'declares tables',
      file,
    })),
    { title: 'Run a pipeline file', placeHolder: 'Which file?' },
  );
  return picked?.file;
}

function tableFiles(classes: readonly TableClass[]): Set<string> {
  return new Set(classes.map(({ file }) => file));
}

async function readSources(folder: vscode.WorkspaceFolder): Promise<{ file: string; text: string }[]> {
  const pattern = new vscode.RelativePattern(folder, '**/*.{ts,mts,js,mjs}');
  const found = await vscode.workspace.findFiles(pattern, '**/{node_modules,.datajoint,dist,build}/**', maxFiles);
  return Promise.all(
    found.map(async ({ fsPath: file }) => ({ file, text: await readFile(file, 'utf8').catch(() => '') })),
  );
}
