import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ActionableError } from '../host';

/** Names in a folder that do not make it somebody's work. */
const harmless = /^(\.git|\.vscode|\.datajoint|\.DS_Store|\.gitignore|README\.md)$/;

export async function isEmptyFolder(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  return names.every((name) => harmless.test(name));
}

/**
 * Puts the engine's types beside a pipeline, so that the editor knows `datajoint-workbench` without any package being
 * installed. They lie in `.datajoint/types`, where `tsconfig.json` finds them whatever version of the extension runs.
 */
export async function writeTypes(extensionPath: string, folder: string): Promise<void> {
  const target = path.join(folder, '.datajoint', 'types');
  await cp(path.join(extensionPath, 'dist', 'types'), target, { recursive: true });
}

/** Writes files that must not exist yet. @throws ActionableError naming the first that does; then none is written. */
export async function writeNew(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  const taken = new Set(await readdir(folder));
  const existing = Object.keys(files).find((name) => taken.has(name));
  if (existing !== undefined) {
    const open = { title: `Open ${existing}`, run: () => openFile(path.join(folder, existing)) };
    throw new ActionableError(`${existing} exists in this folder already; nothing was changed.`, [open]);
  }
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await writeFile(path.join(folder, name), text, { flag: 'wx' });
  }
}

export async function openFile(file: string): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
}
