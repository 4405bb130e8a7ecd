import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { DatabaseConnection } from '../connections';
import { ActionableError, commandAction } from '../host';
import { classesOf } from '../source';

/**
 * Writes the class of a table that has none: at the end of the file that has its schema, else into a file of its own. The
 * text is not saved: a person looks at it first.
 */
export async function createClass(connection: DatabaseConnection, schema: string, className: string): Promise<void> {
  const folder = await folderFor(connection);
  if (folder === undefined) return;
  const { newClass, placeOf } = await import('../../pipeline');
  const { overview } = await connection.opened();
  const table = (await overview.names()).find(({ name, className: other }) => name.schema === schema && other === className);
  if (table === undefined) throw new ActionableError(`${schema}.${className} is not in the database.`);
  const index = await classesOf(folder);
  const place = placeOf(index, schema, connection.file === null ? 'python' : 'typescript');
  if (place.home === null) {
    const { text, fileName } = await newClass(overview, table, index, place, '');
    await insert(await vscode.workspace.openTextDocument(freeFile(folder.uri.fsPath, fileName)), text);
    return;
  }
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(place.home.file));
  const before = document.getText();
  const [master = ''] = className.split('.');
  const existing = new RegExp(`^[ \\t]*(?:export )?class ${master}\\b`, 'm').exec(before);
  if (existing !== null) {
    const start = document.positionAt(existing.index);
    await vscode.window.showTextDocument(document, { preview: false, selection: new vscode.Range(start, start) });
    return;
  }
  const { text } = await newClass(overview, table, index, place, before);
  await insert(document, before === '' || before.endsWith('\n') ? text : `\n${text}`);
}

async function folderFor({ folders }: DatabaseConnection): Promise<vscode.WorkspaceFolder | undefined> {
  const [first, ...others] = folders;
  if (first === undefined) {
    throw new ActionableError('Open the folder that the class is to be written to first.', [commandAction('Open Folder', 'vscode.openFolder')]);
  }
  return others.length === 0 ? first : await vscode.window.showWorkspaceFolderPick();
}

/** A new file that will be saved in the folder, with a name that nothing has there. */
function freeFile(folder: string, fileName: string): vscode.Uri {
  const { name, ext } = path.parse(fileName);
  for (let count = 1; ; count += 1) {
    const file = path.join(folder, count === 1 ? fileName : `${name}_${String(count)}${ext}`);
    if (!existsSync(file)) return vscode.Uri.file(file).with({ scheme: 'untitled' });
  }
}

/** Adds the text of a class at the end of a document, and shows the class. */
async function insert(document: vscode.TextDocument, text: string): Promise<void> {
  const end = document.lineAt(document.lineCount - 1).range.end;
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, end, text);
  await vscode.workspace.applyEdit(edit);
  const line = end.line + text.split('\n').findIndex((each) => /^(export )?class /.test(each));
  const at = new vscode.Position(line, 0);
  await vscode.window.showTextDocument(document, { preview: false, selection: new vscode.Range(at, at) });
}
