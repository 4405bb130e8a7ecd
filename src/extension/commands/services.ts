import type * as vscode from 'vscode';
import type { Connections } from '../connections';
import type { Definitions } from '../definitions';
import type { ConnectionsPanels, ErrorPanels } from '../panels';
import type { Populator } from '../populate';
import type { SourceClasses } from '../source';
import type { Views } from '../views';

/** What commands work with. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly connections: Connections;
  readonly sources: SourceClasses;
  readonly populator: Populator;
  readonly views: Views;
  readonly definitions: Definitions;
  readonly errorPanels: ErrorPanels;
  readonly connectionsPanels: ConnectionsPanels;
}
