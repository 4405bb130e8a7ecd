import * as vscode from 'vscode';
import { plainText } from '../../text';
import type { Connections, DatabaseConnection } from '../connections';
import { ActionableError } from '../host';
import { schemes } from '../ids';
import type { SourceClasses } from '../source';
import { definitionText } from './definitionText';

/** Which table a document shows. */
interface ShownTable {
  readonly connection: string;
  readonly schema: string;
  readonly className: string;
}

/** The definitions of tables as their databases have them, in documents that nobody can edit. */
export class Definitions implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(schemes.definition, this);
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly connections: Connections,
    private readonly sources: SourceClasses,
  ) {}

  /** Opens a table's definition, as it is now. */
  async show(connection: DatabaseConnection, schema: string, className: string): Promise<void> {
    const shown: ShownTable = { connection: connection.id, schema, className };
    const uri = vscode.Uri.from({ scheme: schemes.definition, path: `/${titleOf(shown)}`, query: JSON.stringify(shown) });
    this.changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const shown = readShown(uri.query);
    const connection = shown === null ? undefined : this.connections.get(shown.connection);
    if (shown === null || connection === undefined) throw new ActionableError('The database of this table is not open here any more.');
    const { overview } = await connection.opened();
    const [links, names] = await Promise.all([this.sources.linksOf(connection), overview.names()]);
    const named = names.find(({ name, className }) => name.schema === shown.schema && className === shown.className);
    const [definition, summary] = named === undefined ? [null, null] : await Promise.all([overview.definition(named.name), overview.table(named.name)]);
    if (definition === null) throw new ActionableError(`${shown.schema}.${shown.className} is not in the database.`);
    const found = links?.classesOf(definition)[0]?.tableClass;
    const place = found === undefined ? null : `${vscode.workspace.asRelativePath(found.file, false)}:${String(found.line)}`;
    return plainText(definitionText(definition, { summary, place, isPlaceKnown: links !== null, database: connection.label }));
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}

/** A path of an address has no slash of a name in it. */
const titleOf = ({ schema, className }: ShownTable): string => `${schema}.${className}`.replaceAll(/[\\/?#%]/g, '_');

function readShown(query: string): ShownTable | null {
  try {
    const { connection, schema, className } = JSON.parse(query) as Record<string, unknown>;
    return typeof connection === 'string' && typeof schema === 'string' && typeof className === 'string' ? { connection, schema, className } : null;
  } catch {
    return null;
  }
}
