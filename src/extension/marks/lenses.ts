import * as vscode from 'vscode';
import type { TableSummary } from '../../engine';
import type { TableClass } from '../../pipeline';
import type { Connections, DatabaseConnection } from '../connections';
import { codeLens } from '../host';
import { commands } from '../ids';
import { runBlocked } from '../populate';
import type { SourceClasses, TableLinks } from '../source';
import type { ClassNode } from '../tree';
import { countsText } from './words';

/**
 * The line above a make(): populate it, and how its jobs stand. Opens no database by itself: counts appear once a view
 * has opened it.
 */
export class MakeLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(
    private readonly connections: Connections,
    private readonly sources: SourceClasses,
  ) {
    this.subscriptions = [
      sources.onDidChange(() => this.changed.fire()),
      connections.onDidAnswer(() => this.changed.fire()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.changed.fire()),
    ];
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const folder = vscode.workspace.getWorkspaceFolder(document.uri);
    if (folder === undefined) return [];
    const connection = this.connections.all.find(({ kind, folders }) => kind === 'folder' && folders.includes(folder));
    if (connection === undefined) return [];
    const classes = (await this.sources.of([folder])).filter(({ file }) => file === document.uri.fsPath);
    const links = await linksOf(connection, this.sources);
    return (await Promise.all(classes.map((tableClass) => lensesOf(connection, tableClass, links)))).flat();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }
}

async function lensesOf(connection: DatabaseConnection, tableClass: TableClass, links: TableLinks | null): Promise<vscode.CodeLens[]> {
  const { tier, schemaName, makeLine, className } = tableClass;
  if (makeLine === null || schemaName === null || (tier !== 'computed' && tier !== 'imported')) return [];
  const range = new vscode.Range(makeLine - 1, 0, makeLine - 1, 0);
  const node: ClassNode = { kind: 'class', id: `lens ${schemaName}.${className}`, connection, tableClass };
  const summary = await summaryOf(connection, schemaName, tableClass, links);
  const jobs = summary?.jobs ?? { error: 0, pending: 0 };
  const mayRun = runBlocked() === '';
  const counts = countsText(summary);
  return [
    ...(mayRun ? [codeLens(range, { icon: 'play', text: 'Populate', command: commands.populate, args: [node] })] : []),
    ...(mayRun && jobs.error + jobs.pending > 0 ? [codeLens(range, { icon: 'debug-alt', text: 'Debug', command: commands.debugKey, args: [node] })] : []),
    ...(counts === '' ? [] : [codeLens(range, { text: counts, command: commands.showErrors })]),
  ];
}

/** Null where nobody has opened the database yet. */
async function linksOf(connection: DatabaseConnection, sources: SourceClasses): Promise<TableLinks | null> {
  if (connection.state.kind !== 'ready') return null;
  // The tree says what is wrong with the database.
  return await sources.linksOf(connection).catch(() => null);
}

/** Null where the database is not open, or has no table of this class. */
async function summaryOf(connection: DatabaseConnection, schema: string, tableClass: TableClass, links: TableLinks | null): Promise<TableSummary | null> {
  if (links === null) return null;
  try {
    const tables = (await connection.data.tables(schema)) ?? [];
    const found = tables.find(({ className }) => className === tableClass.className);
    const { withKnownTotal } = await import('../../pipeline');
    return found === undefined || !links.classesOf(found).some((each) => each.tableClass === tableClass) ? null : withKnownTotal(found, links);
  } catch {
    return null;
  }
}
