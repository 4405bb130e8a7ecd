import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { TableClass } from '../../pipeline';
import { ActionableError, commandAction, pickOne } from '../host';
import type { DatabaseConnection } from '../connections';
import { commands } from '../ids';
import { classesOf } from '../source';
import { rankScripts, type Script } from './scripts';

/** Enough to choose from. */
const maxFiles = 200;

/** The file to run: the only script that uses the pipeline, or the one that the person picks. Undefined: none picked. */
export async function pickScript(connection: DatabaseConnection): Promise<string | undefined> {
  const lists = await Promise.all(connection.folders.map((folder) => scriptsOf(folder)));
  const ranked = lists.flat();
  if (ranked.length === 0) {
    throw new ActionableError(`No file of ${folderNames(connection)} declares tables, so there is nothing to run.`, [
      commandAction('Create a First Pipeline', commands.createPipeline),
      commandAction('Open the Demo', commands.openDemo),
    ]);
  }
  const users = ranked.filter((script) => script.usesPipeline);
  const [only] = users.length > 0 ? users : ranked;
  if (only !== undefined && (users.length === 1 || ranked.length === 1)) return only.file;
  return await pickOne(
    ranked.map(({ file, usesPipeline }) => ({
      label: path.basename(file),
      description: path.dirname(vscode.workspace.asRelativePath(file)).replace(/^\.$/, ''),
      detail: usesPipeline ? 'uses the tables of the pipeline' : 'declares tables',
      value: file,
    })),
    { title: 'Run a pipeline file', placeholder: 'Which file?' },
  );
}

async function scriptsOf(folder: vscode.WorkspaceFolder): Promise<Script[]> {
  const [{ classes }, sources] = await Promise.all([classesOf(folder), readSources(folder)]);
  return rankScripts(tableFiles(classes), sources);
}

function folderNames({ folders }: DatabaseConnection): string {
  return folders.length === 0 ? 'this window' : folders.map(({ name }) => name).join(', ');
}

function tableFiles(classes: readonly TableClass[]): Set<string> {
  return new Set(classes.flatMap(({ file, isInstalled }) => (isInstalled ? [] : [file])));
}

async function readSources(folder: vscode.WorkspaceFolder): Promise<{ file: string; text: string }[]> {
  const pattern = new vscode.RelativePattern(folder, '**/*.{ts,mts,js,mjs,py}');
  const found = await vscode.workspace.findFiles(pattern, '**/{node_modules,.datajoint,dist,build,site-packages,__pycache__}/**', maxFiles);
  return Promise.all(
    found.map(async ({ fsPath: file }) => ({ file, text: await readFile(file, 'utf8').catch(() => '') })),
  );
}
