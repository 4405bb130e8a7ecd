import * as vscode from 'vscode';
import type { NamedTable } from '../../engine';
import type { Links, PipelineIndex, TableClass, ThreadIndexer } from '../../pipeline';
import type { DatabaseConnection } from '../connections';
import { ActionableError, commandAction, log, sentenceOf } from '../host';
import { commands } from '../ids';
import { packagesOf } from '../python';

/** Several files saved at once are one change. */
const settleMs = 200;

const indexers = new Map<string, ThreadIndexer>();
const running = new Map<string, Promise<PipelineIndex>>();

/** The table classes of a folder, read from its sources. Only files that changed since the last time are read again. */
export function classesOf(folder: vscode.WorkspaceFolder): Promise<PipelineIndex> {
  const path = folder.uri.fsPath;
  const current = running.get(path);
  if (current !== undefined) return current;
  const started = index(folder).finally(() => running.delete(path));
  running.set(path, started);
  return started;
}

async function index(folder: vscode.WorkspaceFolder): Promise<PipelineIndex> {
  const path = folder.uri.fsPath;
  const places = { packages: await packagesOf(folder), hidden: hiddenIn(folder) };
  const known = indexers.get(path);
  // Another Python has other packages.
  if (known !== undefined && JSON.stringify(known.places) === JSON.stringify(places)) return known.all();
  void known?.close();
  const { ThreadIndexer } = await import('../../pipeline');
  const indexer = new ThreadIndexer(path, places);
  indexers.set(path, indexer);
  return indexer.all();
}

/** Classes and tables, as they belong together. */
export interface TableLinks extends Links {
  /** False where the sources are known and have no class for the table. */
  mayHaveClass(table: NamedTable): boolean;
}

/** The patterns of `files.exclude`; without those that hold under a condition. */
function hiddenIn(folder: vscode.WorkspaceFolder): string[] {
  const patterns = vscode.workspace.getConfiguration('files', folder.uri).get<Readonly<Record<string, unknown>>>('exclude') ?? {};
  return Object.keys(patterns).filter((pattern) => patterns[pattern] === true).sort();
}

/** The classes of folders for a view that is drawn often: read again only after a source file has changed. */
export class SourceClasses implements vscode.Disposable {
  private readonly known = new Map<string, Promise<readonly TableClass[] | null>>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly watcher = vscode.workspace.createFileSystemWatcher('**/*.{ts,mts,cts,js,mjs,cjs,py}');
  private readonly stale = new Set<vscode.WorkspaceFolder>();
  private timer: NodeJS.Timeout | undefined;
  /** By the tables that they link. */
  private readonly links = new WeakMap<readonly NamedTable[], { readonly classes: readonly TableClass[]; readonly links: TableLinks }>();
  /** The classes are others than before, and have been read. */
  readonly onDidChange = this.changed.event;

  constructor() {
    const changed = (file: vscode.Uri) => this.fileChanged(file);
    this.watcher.onDidChange(changed);
    this.watcher.onDidCreate(changed);
    this.watcher.onDidDelete(changed);
  }

  /** The classes of a connection's folders with the tables of its database; null while these are read. */
  async linksOf(connection: DatabaseConnection): Promise<TableLinks | null> {
    const [ofFolders, tables] = await Promise.all([Promise.all(connection.folders.map((folder) => this.ofFolder(folder))), connection.data.names()]);
    if (tables === null) return null;
    const classes = ofFolders.flatMap((each) => each ?? []);
    const known = this.links.get(tables);
    if (known !== undefined && known.classes.length === classes.length && known.classes.every((each, at) => each === classes[at])) return known.links;
    const { linkTables } = await import('../../pipeline');
    const found = linkTables(classes, tables);
    const areKnown = ofFolders.every((each) => each !== null);
    const links: TableLinks = { ...found, mayHaveClass: (table) => !areKnown || found.classesOf(table).length > 0 };
    this.links.set(tables, { classes, links });
    return links;
  }

  /** Without those of folders that cannot be read: `requireClass` says why. */
  async of(folders: readonly vscode.WorkspaceFolder[]): Promise<readonly TableClass[]> {
    return (await Promise.all(folders.map((folder) => this.ofFolder(folder)))).flatMap((each) => each ?? []);
  }

  private ofFolder(folder: vscode.WorkspaceFolder): Promise<readonly TableClass[] | null> {
    const id = folder.uri.toString();
    const reading = this.known.get(id) ?? readClasses(folder);
    this.known.set(id, reading);
    return reading;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.watcher.dispose();
    this.changed.dispose();
    for (const indexer of indexers.values()) void indexer.close();
    indexers.clear();
  }

  private fileChanged(file: vscode.Uri): void {
    const folder = vscode.workspace.getWorkspaceFolder(file);
    if (folder === undefined || /[\\/](node_modules|\.datajoint)[\\/]/.test(file.fsPath)) return;
    this.stale.add(folder);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.readAgain(), settleMs);
  }

  /** Saving a file seldom changes which tables there are; then nobody needs to draw anything. */
  private async readAgain(): Promise<void> {
    const folders = [...this.stale].filter((folder) => this.known.has(folder.uri.toString()));
    this.stale.clear();
    let different = false;
    for (const folder of folders) {
      const before = await this.ofFolder(folder);
      const now = await readClasses(folder);
      this.known.set(folder.uri.toString(), Promise.resolve(now));
      different ||= JSON.stringify(before) !== JSON.stringify(now);
    }
    if (different) this.changed.fire();
  }
}

/** Null when they cannot be read. */
async function readClasses(folder: vscode.WorkspaceFolder): Promise<readonly TableClass[] | null> {
  try {
    return (await classesOf(folder)).classes;
  } catch (thrown) {
    log().warn(sentenceOf(thrown));
    return null;
  }
}

/** A class of the sources. */
export interface SourceClass {
  readonly tableClass: TableClass;
  /** All classes of its folder. */
  readonly classes: readonly TableClass[];
  readonly folder: vscode.WorkspaceFolder;
}

/**
 * The class of a table in the first of the connection's folders that has one.
 * @throws ActionableError that says which class was looked for and where.
 */
export async function requireClass(connection: DatabaseConnection, schema: string, className: string): Promise<SourceClass> {
  const { linkTables } = await import('../../pipeline');
  const { folders } = connection;
  const table = { name: { schema }, className };
  const tables = await namesOf(connection);
  const known = tables.find(({ name, className: other }) => name.schema === schema && other === className) ?? table;
  for (const folder of folders) {
    const { classes } = await classesOf(folder);
    // A database that cannot be asked has this table at least.
    const [best] = linkTables(classes, tables.length === 0 ? [table] : tables).classesOf(known);
    if (best !== undefined) return { tableClass: best.tableClass, classes, folder };
  }
  const where = folders.length === 0 ? 'here' : `in the files of ${folders.map(({ name }) => name).join(', ')}`;
  throw new ActionableError(
    `No class ${className} of schema ${schema} was found ${where}: ` +
      'open the folder that holds its pipeline, or check the names.',
    [
      commandAction('Search for the Class', 'workbench.action.findInFiles', {
        query: `class ${className.split('.').at(-1) ?? className}`,
        triggerSearch: true,
      }),
      commandAction('Open Folder', 'vscode.openFolder'),
      commandAction('Show Log', commands.showLog),
    ],
  );
}

/** The tables of a database; none where it cannot be asked. */
async function namesOf(connection: DatabaseConnection): Promise<readonly NamedTable[]> {
  if (connection.state.kind !== 'ready') return [];
  try {
    return await connection.data.allNames();
  } catch (thrown) {
    log().warn(sentenceOf(thrown));
    return [];
  }
}
