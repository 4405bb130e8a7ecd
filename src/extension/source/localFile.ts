import { existsSync } from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';

/**
 * The file on this machine that a stack means: the path itself, or, when the stack comes from another machine, the file
 * of a workspace folder with the longest same ending. Null when there is none.
 */
export function localFile(file: string): string | null {
  if (path.isAbsolute(file) && existsSync(file)) return file;
  const parts = file.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    for (let from = 0; from < parts.length; from += 1) {
      const candidate = path.join(folder.uri.fsPath, ...parts.slice(from));
      if (existsSync(candidate)) return candidate;
    }
  }
  return null;
}
