/** The installed packages that the Python of a folder finds. */
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import { chosenPython } from './interpreter';

/** The Python extension may take long to start: until it has, the folder's own environment counts. */
const longestMs = 3000;

/** What was found last, by folder. */
const found = new Map<string, readonly string[]>();

/** The folders of the packages; empty in a workspace that is not trusted, whose settings may name any folder. No Python is started. */
export async function packagesOf(folder: vscode.WorkspaceFolder): Promise<readonly string[]> {
  if (!vscode.workspace.isTrusted) return [];
  const { findPackages } = await import('../../pipeline');
  const packages = await findPackages(folder.uri.fsPath, process.env, await chosenSoon(folder));
  found.set(folder.uri.toString(), packages);
  return packages;
}

/** Of all folders of the workspace, as far as their sources have been read. */
export const knownPackages = (): readonly string[] => [...new Set([...found.values()].flat())];

async function chosenSoon(folder: vscode.WorkspaceFolder): Promise<string | null> {
  const late = new AbortController();
  try {
    return await Promise.race([chosenPython(folder), pause(longestMs, null, { signal: late.signal }).catch(() => null)]);
  } finally {
    late.abort();
  }
}
