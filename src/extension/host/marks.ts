import * as vscode from 'vscode';
import { mostOfMessage, shownLine, shownText } from './text';

/** What a lens above a line says and does. */
export interface LensText {
  /** The name of one of the editor's icons, which stands before the text. */
  readonly icon?: 'play' | 'debug-alt';
  readonly text: string;
  readonly command: string;
  readonly args?: readonly unknown[];
}

export function codeLens(range: vscode.Range, { icon, text, command, args = [] }: LensText): vscode.CodeLens {
  const title = `${icon === undefined ? '' : `$(${icon}) `}${shownLine(text)}`;
  return new vscode.CodeLens(range, { title, command, arguments: [...args] });
}

/** A problem of a line of source. */
export function diagnostic(range: vscode.Range, text: string): vscode.Diagnostic {
  const made = new vscode.Diagnostic(range, shownText(text, mostOfMessage), vscode.DiagnosticSeverity.Error);
  made.source = 'DataJoint';
  return made;
}
