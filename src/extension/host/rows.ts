import * as vscode from 'vscode';
import { mostOfMessage, shownLine, shownText } from './text';

/** A piece of a tooltip: a heading with a note beside it, text as it is, or text of fixed width. */
export type TooltipPart =
  | { readonly heading: string; readonly note: string }
  | { readonly text: string }
  | { readonly code: string };

/** A row of a tree before it is drawn. */
export interface Row {
  readonly label: string;
  readonly state?: vscode.TreeItemCollapsibleState;
  readonly description?: string;
  readonly contextValue?: string;
  readonly icon?: vscode.TreeItem['iconPath'];
  readonly tooltip?: string | readonly TooltipPart[];
  /** What a screen reader says in place of label and description. */
  readonly spoken?: string;
  readonly command?: { readonly command: string; readonly title: string; readonly args: readonly unknown[] };
}

/** The row as the editor draws it. */
export function row(of: Row): vscode.TreeItem {
  const item = new vscode.TreeItem(shownLine(of.label), of.state ?? vscode.TreeItemCollapsibleState.None);
  if (of.description !== undefined) item.description = shownLine(of.description);
  if (of.contextValue !== undefined) item.contextValue = of.contextValue;
  if (of.icon !== undefined) item.iconPath = of.icon;
  if (of.tooltip !== undefined) item.tooltip = typeof of.tooltip === 'string' ? shownText(of.tooltip) : tooltip(of.tooltip);
  if (of.spoken !== undefined) item.accessibilityInformation = { label: shownLine(of.spoken) };
  if (of.command !== undefined) item.command = { command: of.command.command, title: of.command.title, arguments: [...of.command.args] };
  return item;
}

/** Markdown without links to commands (`isTrusted`), HTML and icons, which are off unless they are asked for. */
function tooltip(parts: readonly TooltipPart[]): vscode.MarkdownString {
  const made = new vscode.MarkdownString();
  for (const part of parts) {
    if ('heading' in part) made.appendMarkdown('**').appendText(shownLine(part.heading)).appendMarkdown('**').appendText(` · ${shownLine(part.note)}`);
    else if ('text' in part) made.appendText(shownText(part.text, mostOfMessage));
    else made.appendCodeblock(shownLine(part.code, mostOfMessage), 'text');
    made.appendMarkdown('\n\n');
  }
  return made;
}
