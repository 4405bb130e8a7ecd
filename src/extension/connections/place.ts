import * as vscode from 'vscode';
import type { ConnectionSpec } from '../../engine';
import type { FolderServer } from '../localServer';
import { resolveFolder } from './open';
import { addressOf } from './server';
import type { StoredServers } from './storedServers';

/** Where a connection comes from. */
export interface ConnectionPlace {
  /** Stable across sessions: used in tree ids and stored panels. */
  readonly id: string;
  /** `folder`: what the settings of a folder say. `added`: what a person entered. */
  readonly kind: 'folder' | 'added';
  /** What to call the connection before it is resolved. */
  readonly name: string;
  /** The folders whose pipelines may use it. */
  readonly folders: readonly vscode.WorkspaceFolder[];
  /** The server that the folder may have for itself; null for what a person entered. */
  readonly localServer: FolderServer | null;
  /** An embedded file is only looked at: its folder is not trusted. */
  readonly readOnly: boolean;
  resolve(): Promise<ConnectionSpec>;
}

/** The database that the settings of a folder name, else its embedded one. */
export function folderPlace(folder: vscode.WorkspaceFolder, localServer: FolderServer): ConnectionPlace {
  return {
    id: folder.uri.toString(),
    kind: 'folder',
    name: folder.name,
    folders: [folder],
    localServer,
    get readOnly() {
      return !vscode.workspace.isTrusted;
    },
    resolve: async () => localServer.check(await resolveFolder(folder.uri.fsPath, vscode.workspace.isTrusted)),
  };
}

/** A server that a person added. The pipelines of all folders may use it. */
export function addedPlace(servers: StoredServers, serverId: string): ConnectionPlace {
  return {
    id: serverId,
    kind: 'added',
    get name() {
      const server = servers.get(serverId);
      return server === undefined ? '' : server.name || addressOf(server);
    },
    get folders() {
      return localFolders();
    },
    localServer: null,
    readOnly: false,
    resolve: () => servers.spec(serverId),
  };
}

/** The folders of the workspace that lie on the disk. */
export function localFolders(): readonly vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
}
