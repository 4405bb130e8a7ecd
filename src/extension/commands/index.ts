import * as vscode from 'vscode';
import type { WorkerSummary } from '../../engine';
import { askLine, log, registerCommand } from '../host';
import type { DatabaseConnection } from '../connections';
import { createClass } from '../definitions';
import { type DebuggedKey, debugKey, pickKey } from '../debug';
import { type CommandId, commands } from '../ids';
import { chosenJobs, clear, freeJobs, ignore, isTreeNode, retry, stopWorker } from '../jobs';
import { keyForClipboard } from '../keys';
import { type FolderServer, showServerLog, startLocalServer, stopLocalServer } from '../localServer';
import { requireTrust } from '../populate';
import { addServer, editServer, removeServer, renameServer, testConnection } from '../servers';
import { requireClass, reveal, revealFailure } from '../source';
import { createFirstPipeline, openDemo, pickScript } from '../start';
import type { Services } from './services';
import { connectionTarget, folderTarget, storedTables, type TablesOf, tablesWithoutClass, tableTarget, type TableTarget } from './targets';

type Handler = (clicked: unknown, selection: unknown) => unknown;

/** Every command of the extension. */
export function registerCommands(services: Services): void {
  const handlers: Record<CommandId, Handler> = {
    ...viewCommands(services),
    ...startCommands(services),
    ...tableCommands(services),
    ...jobCommands(services),
    ...workerCommands(),
    ...connectionCommands(services),
    ...localServerCommands(services),
  };
  for (const [id, handler] of Object.entries(handlers)) registerCommand(services.context, id as CommandId, handler);
}

function viewCommands({ connections, views }: Services) {
  return {
    [commands.refresh]: () => connections.refresh(),
    [commands.filterTables]: async () => {
      const text = await askLine({
        title: 'Filter tables',
        prompt: 'Show only tables with this text in their name',
      });
      if (text !== undefined) views.setFilter(text.trim());
    },
    [commands.clearFilter]: () => views.setFilter(''),
    [commands.showErrors]: () => views.showErrors(),
    [commands.showLog]: () => log().show(),
    [commands.loadMore]: (clicked: unknown) => {
      if (!isTreeNode(clicked) || clicked.kind !== 'more') return;
      views.pipelines.pages.more(clicked.list);
      views.errors.pages.more(clicked.list);
      return views.redraw();
    },
  };
}

function startCommands({ context, connections, populator }: Services) {
  return {
    [commands.openDemo]: () => openDemo(context.extensionPath, connections, populator),
    [commands.createPipeline]: () => createFirstPipeline(context.extensionPath, connections),
    [commands.runPipeline]: async (clicked: unknown) => {
      requireTrust();
      const connection = await connectionTarget(clicked, connections);
      const file = connection === undefined ? undefined : await pickScript(connection);
      if (connection !== undefined && file !== undefined) await populator.runFile(connection, file);
    },
  };
}

function tableCommands(services: Services) {
  const { populator, definitions } = services;
  const onTable = (work: (target: TableTarget) => Promise<void>, among?: TablesOf) => async (clicked: unknown) => {
    const target = await tableTarget(clicked, services, among);
    if (target !== undefined) await work(target);
  };
  return {
    [commands.populate]: onTable((target) => populator.populate(target.connection, target)),
    [commands.populateWithOptions]: onTable((target) => populator.populateWithOptions(target.connection, target)),
    [commands.refreshJobs]: onTable((target) => populator.refreshJobs(target.connection, target)),
    [commands.goToMake]: async (clicked: unknown) => {
      const target = await tableTarget(clicked, services);
      if (target !== undefined) await goToMake(target, clicked);
    },
    [commands.goToDefinition]: onTable(async ({ connection, schema, className }) => {
      const { tableClass } = await requireClass(connection, schema, className);
      await reveal({ file: tableClass.file, line: tableClass.line, column: null });
    }),
    [commands.showDefinition]: onTable(({ connection, schema, className }) => definitions.show(connection, schema, className), storedTables),
    [commands.createClass]: onTable(({ connection, schema, className }) => createClass(connection, schema, className), tablesWithoutClass),
  };
}

/** On a table: the first line of make(). On an errored job: the line of make() that failed. */
async function goToMake({ connection, schema, className }: TableTarget, clicked: unknown): Promise<void> {
  const source = await requireClass(connection, schema, className);
  const job = isTreeNode(clicked) && clicked.kind === 'job' ? clicked.job : null;
  const { overview } = job === null ? { overview: null } : await connection.opened();
  const detail = job === null || overview === null ? null : (await overview.job(job.table, job.key)).job;
  await revealFailure(source, { stack: detail?.stack ?? '', version: detail?.version ?? '' });
}

function jobCommands(services: Services) {
  const { context, populator, errorPanels } = services;
  return {
    [commands.debugKey]: async (clicked: unknown) => {
      requireTrust();
      const chosen = await debuggedKey(clicked, services);
      if (chosen !== undefined) await debugKey(context.extensionPath, populator, chosen);
    },
    [commands.openError]: (clicked: unknown) => {
      if (!isTreeNode(clicked) || clicked.kind !== 'job') return;
      errorPanels.show({ connection: clicked.connection, table: clicked.job.table, key: clicked.job.key });
    },
    [commands.retryJobs]: async (clicked: unknown, selection: unknown) => {
      requireTrust();
      for (const chosen of await chosenJobs(clicked, selection)) await retry(populator, chosen);
    },
    [commands.ignoreJobs]: async (clicked: unknown, selection: unknown) => {
      for (const chosen of await chosenJobs(clicked, selection)) await ignore(chosen);
    },
    [commands.clearJobs]: async (clicked: unknown, selection: unknown) => {
      for (const chosen of await chosenJobs(clicked, selection)) await clear(chosen);
    },
    [commands.copyKey]: async (clicked: unknown, selection: unknown) => {
      const keys = (await chosenJobs(clicked, selection)).flatMap((chosen) => chosen.keys);
      await vscode.env.clipboard.writeText(keys.map(keyForClipboard).join('\n'));
    },
  };
}

/** The key of the clicked job; else one of the clicked table's. */
async function debuggedKey(clicked: unknown, services: Services): Promise<DebuggedKey | undefined> {
  if (isTreeNode(clicked) && clicked.kind === 'job') return { connection: clicked.connection, table: clicked.table, key: clicked.job.key };
  const target = await tableTarget(clicked, services);
  return target === undefined ? undefined : await pickKey(target.connection, target.schema, target.className);
}

function workerCommands() {
  const onWorker = (work: (connection: DatabaseConnection, worker: WorkerSummary) => Promise<void>) => async (clicked: unknown) => {
    if (isTreeNode(clicked) && clicked.kind === 'worker') await work(clicked.connection, clicked.worker);
  };
  return {
    [commands.stopWorker]: onWorker(stopWorker),
    [commands.freeJobs]: onWorker(freeJobs),
  };
}

function connectionCommands({ connections, connectionsPanels }: Services) {
  const onConnection = (work: (connection: DatabaseConnection) => Promise<void>) => async (clicked: unknown) => {
    const connection = await connectionTarget(clicked, connections);
    if (connection !== undefined) await work(connection);
  };
  const onAdded = (work: (connection: DatabaseConnection) => Promise<void>) =>
    onConnection(async (connection) => {
      if (connection.kind === 'added') await work(connection);
    });
  return {
    [commands.showConnections]: async (clicked: unknown) => {
      const connection = await connectionTarget(clicked, connections);
      if (connection === undefined) return;
      await connection.opened();
      connectionsPanels.show(connection);
    },
    [commands.reconnect]: async (clicked: unknown) => {
      await (await connectionTarget(clicked, connections))?.refresh();
    },
    [commands.addConnection]: () => addServer(connections),
    [commands.editConnection]: onAdded((connection) => editServer(connections, connection)),
    [commands.renameConnection]: onAdded((connection) => renameServer(connections, connection)),
    [commands.removeConnection]: onAdded((connection) => removeServer(connections, connection)),
    [commands.testConnection]: onConnection((connection) => testConnection(connections, connection)),
    [commands.connect]: onConnection((connection) => connections.connect(connection)),
    [commands.disconnect]: onConnection((connection) => connections.disconnect(connection)),
    [commands.revealDatabase]: async (clicked: unknown) => {
      const file = (await connectionTarget(clicked, connections))?.file ?? null;
      if (file !== null) await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(file));
    },
  };
}

function localServerCommands({ connections }: Services) {
  const onServer = (work: (server: FolderServer, connection: DatabaseConnection) => Promise<unknown>) => async (clicked: unknown) => {
    const connection = await folderTarget(clicked, connections);
    if (connection?.localServer) await work(connection.localServer, connection);
  };
  return {
    [commands.startServer]: onServer(async (server, connection) => {
      requireTrust();
      if (await startLocalServer(server)) await connection.connect();
    }),
    [commands.stopServer]: onServer(async (server, { state }) => {
      const workers = state.kind === 'ready' ? (await state.opened.overview.workers()).workers : [];
      await stopLocalServer(server, workers.filter(({ liveness }) => liveness.verdict !== 'gone').length);
    }),
    [commands.showServerLog]: onServer(showServerLog),
  };
}
