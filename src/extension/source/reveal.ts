import * as vscode from 'vscode';
import { ActionableError } from '../host';
import type { Place } from './failedPlace';
import { isSource } from './local';

/**
 * Opens a place in an editor with the cursor on it, in the middle of the screen, and the line briefly marked.
 * @throws ActionableError for what is no source file that a stack may name
 */
export async function reveal(place: Place, column: vscode.ViewColumn = vscode.ViewColumn.Active): Promise<void> {
  if (!(await isSource(place.file))) throw new ActionableError(`${place.file} is no source file of this workspace, or it is larger than 2 MiB.`);
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(place.file));
  const line = Math.min(Math.max(place.line - 1, 0), Math.max(document.lineCount - 1, 0));
  const start = place.column === null ? document.lineAt(line).firstNonWhitespaceCharacterIndex : place.column - 1;
  const position = document.validatePosition(new vscode.Position(line, start));
  const editor = await vscode.window.showTextDocument(document, {
    viewColumn: column,
    selection: new vscode.Range(position, position),
  });
  editor.revealRange(new vscode.Range(position, position), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  flash(editor, document.lineAt(position.line).range);
}

function flash(editor: vscode.TextEditor, range: vscode.Range): void {
  const mark = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.stackFrameHighlightBackground'),
  });
  editor.setDecorations(mark, [range]);
  setTimeout(() => mark.dispose(), 1500);
}
