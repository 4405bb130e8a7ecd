/** The door of the extension: puts its parts together and hands them to VS Code. */
import * as vscode from 'vscode';
import { registerCommands } from './commands';
import { Connections } from './connections';
import { Definitions } from './definitions';
import { panels, pipelineLanguages } from './ids';
import { disposeLog, log, offer } from './host';
import { LocalServers } from './localServer';
import { FailureMarks, MakeLenses } from './marks';
import { ConnectionsPanels, ErrorPanels } from './panels';
import { Populator } from './populate';
import { SourceClasses, terminalLinks } from './source';
import { Views } from './views';

let connections: Connections | undefined;

/** Never throws, and does no work on a database or a source file: views do, when they are opened. */
export function activate(context: vscode.ExtensionContext): void {
  try {
    start(context);
  } catch (thrown) {
    log().error(thrown);
    void offer('error', 'DataJoint Workbench could not start; its log in the Output panel says why.', []);
  }
}

/** Leaves no session behind in a list of connections. */
export async function deactivate(): Promise<void> {
  await connections?.close();
}

function start(context: vscode.ExtensionContext): void {
  const localServers = new LocalServers(context);
  connections = new Connections(context, localServers);
  const sources = new SourceClasses();
  const populator = new Populator(context);
  const views = new Views(context.extensionUri, connections, sources);
  const errorPanels = new ErrorPanels(context, connections, populator);
  const connectionsPanels = new ConnectionsPanels(context, connections);
  const definitions = new Definitions(connections, sources);
  const lenses = new MakeLenses(connections, sources);
  context.subscriptions.push(
    connections,
    localServers,
    sources,
    views,
    errorPanels,
    connectionsPanels,
    definitions,
    lenses,
    new FailureMarks(connections),
    vscode.languages.registerCodeLensProvider(
      pipelineLanguages.map((language) => ({ language, scheme: 'file' })),
      lenses,
    ),
    vscode.window.registerWebviewPanelSerializer(panels.error, errorPanels),
    vscode.window.registerWebviewPanelSerializer(panels.connections, connectionsPanels),
    vscode.window.registerTerminalLinkProvider(terminalLinks),
    { dispose: disposeLog },
  );
  registerCommands({ context, connections, sources, populator, views, definitions, errorPanels, connectionsPanels });
}
