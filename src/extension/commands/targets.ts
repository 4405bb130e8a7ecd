import * as vscode from 'vscode';
import { ActionableError, commandAction, pickOne } from '../host';
import { type Connections, DatabaseConnection } from '../connections';
import { commands } from '../ids';
import { isTreeNode } from '../jobs';
import type { PopulateTarget } from '../populate';
import type { SourceClasses } from '../source';
import type { Services } from './services';

/** A table of a folder, declared or not. */
export interface TableTarget extends PopulateTarget {
  readonly connection: DatabaseConnection;
}

/** The tables of a connection that a person may choose among. */
export type TablesOf = (connection: DatabaseConnection, sources: SourceClasses) => Promise<TableTarget[]>;

/**
 * The table of the clicked node; else the one that the person picks. Undefined when none is picked.
 * @param among by default the tables that can be populated from here
 */
export async function tableTarget(
  clicked: unknown,
  { connections, sources }: Pick<Services, 'connections' | 'sources'>,
  among: TablesOf = autoTables,
): Promise<TableTarget | undefined> {
  if (!isTreeNode(clicked)) return pickTable(connections, sources, among);
  switch (clicked.kind) {
    case 'table':
    case 'job':
    case 'jobGroup':
    case 'errorGroup':
      return { connection: clicked.connection, schema: clicked.table.name.schema, className: clicked.table.className };
    case 'class': {
      const { connection, tableClass } = clicked;
      return { connection, schema: tableClass.schemaName ?? '', className: tableClass.className };
    }
    default:
      return undefined;
  }
}

async function pickTable(connections: Connections, sources: SourceClasses, among: TablesOf): Promise<TableTarget | undefined> {
  const usable = connections.all.filter(({ state }) => state.kind !== 'disconnected');
  const lists = await Promise.all(usable.map((connection) => among(connection, sources)));
  const targets = lists.flat();
  if (targets.length === 0) {
    throw new ActionableError(`There is no ${among === autoTables ? 'Imported or Computed ' : ''}table ${among === tablesWithoutClass ? 'without a class ' : ''}here yet.`, [
      commandAction('Open the Demo', commands.openDemo),
      commandAction('Create a First Pipeline', commands.createPipeline),
    ]);
  }
  const places = new Set(targets.map((target) => target.connection)).size;
  const items = targets.map((target) => ({
    label: target.className,
    description: places > 1 ? `${target.schema} · ${target.connection.label}` : target.schema,
    value: target,
  }));
  return await pickOne(items, { placeholder: 'Which table?' });
}

/** Declared or not: what can be done with a table from here needs its class. */
async function autoTables(connection: DatabaseConnection, sources: SourceClasses): Promise<TableTarget[]> {
  const classes = await sources.of(connection.folders);
  return classes.flatMap(({ tier, schemaName, className }) =>
    schemaName !== null && (tier === 'imported' || tier === 'computed') ? [{ connection, schema: schemaName, className }] : [],
  );
}

/** Of a database that can be read. */
export async function storedTables(connection: DatabaseConnection): Promise<TableTarget[]> {
  if ((await connection.current()).kind !== 'ready') return [];
  const tables = await connection.data.allNames();
  return tables.map(({ name, className }) => ({ connection, schema: name.schema, className }));
}

/** Parts come with their masters. */
export async function tablesWithoutClass(connection: DatabaseConnection, sources: SourceClasses): Promise<TableTarget[]> {
  if ((await connection.current()).kind !== 'ready') return [];
  const tables = await connection.data.allNames();
  const links = await sources.linksOf(connection);
  return tables.flatMap((table) => (table.tier === 'part' || links?.mayHaveClass(table) !== false ? [] : [{ connection, schema: table.name.schema, className: table.className }]));
}

/** The connection of the clicked node; else the only one, or the one that the person picks. */
export async function connectionTarget(
  clicked: unknown,
  connections: Connections,
): Promise<DatabaseConnection | undefined> {
  return clickedConnection(clicked) ?? (await pickConnection(connections.all));
}

/** As `connectionTarget`, among those that come with a folder, which may be given by its address. */
export async function folderTarget(clicked: unknown, connections: Connections): Promise<DatabaseConnection | undefined> {
  if (clicked instanceof vscode.Uri) return connections.get(clicked.toString());
  const found = clickedConnection(clicked);
  return found?.kind === 'folder' ? found : await pickConnection(connections.ofFolders);
}

function clickedConnection(clicked: unknown): DatabaseConnection | undefined {
  if (clicked instanceof DatabaseConnection) return clicked;
  return isTreeNode(clicked) && 'connection' in clicked ? clicked.connection : undefined;
}

async function pickConnection(among: readonly DatabaseConnection[]): Promise<DatabaseConnection | undefined> {
  const [first, ...others] = among;
  if (first === undefined) {
    throw new ActionableError('Open a folder first, whose pipelines say which database they use, or add a connection.', [
      commandAction('Open Folder', 'vscode.openFolder'),
      commandAction('Add Connection…', commands.addConnection),
    ]);
  }
  if (others.length === 0) return first;
  const items = among.map((connection) => ({
    label: connection.label,
    description: connection.description,
    value: connection,
  }));
  return await pickOne(items, { placeholder: 'Which connection?' });
}
