import type * as vscode from 'vscode';
import { mostOfMessage, shownLine, shownText } from './text';

/** The title of a page's tab. */
export function setPanelTitle(panel: vscode.WebviewPanel, title: string): void {
  panel.title = shownLine(title, 100);
}

/** What stands around the rows of a view; what is not given stays as it is. */
export interface ViewTexts {
  /** Above its rows; empty for none. */
  readonly message?: string;
  /** Beside its title. */
  readonly description?: string;
  /** On its icon; 0 for none. */
  readonly badge?: { readonly value: number; readonly tooltip: string };
}

export function describeView(view: vscode.TreeView<unknown>, { message, description, badge }: ViewTexts): void {
  if (message !== undefined) view.message = shownText(message, mostOfMessage);
  if (description !== undefined) view.description = shownLine(description);
  if (badge !== undefined) view.badge = badge.value === 0 ? undefined : { value: badge.value, tooltip: shownLine(badge.tooltip) };
}
