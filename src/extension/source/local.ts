/** From the files and frames of a stack, wherever it ran, to the files of this workspace. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { LocalFrame, PathPlaces, ReadText, StackContext, StackFrame } from '../../pipeline';
import { section, settings } from '../ids';
import { committedText } from './committed';
import { readMappings } from './mappings';

/** As many files of one name tell nothing. */
const maxFiles = 1000;

/** The file of this machine that a path of a stack or a terminal means; null when there is none. */
export async function localFile(file: string): Promise<string | null> {
  const { mapPath } = await import('../../pipeline');
  return mapPath(file, await placesFor([file]))?.file ?? null;
}

/**
 * The frames of a stack at their places in the files of this machine as they are now.
 * @param version of the code that ran, as its job has it; empty when it has none
 * @param read the text of such a file; null when it cannot be read
 */
export async function framesHere(
  frames: readonly StackFrame[],
  context: StackContext,
  version: string,
  read: ReadText = readText,
): Promise<LocalFrame[]> {
  const { localFrames } = await import('../../pipeline');
  const files = frames.flatMap(({ file }) => (file === null ? [] : [file]));
  return localFrames(frames, context, await placesFor(files), read, async (file) => (vscode.workspace.isTrusted ? committedText(version, file) : null));
}

/** Whose code the frames of a stack are. A worker may have run another copy of the engine: known by its files' names. */
export function stackContext(stack: string, engineFolders: readonly string[] = []): StackContext {
  const files = stack.matchAll(/((?:[A-Za-z]:)?[\\/][^\s():]*)[\\/](?:dist[\\/](?:engine|djw)\.js|src[\\/]engine[\\/])/g);
  return {
    workspaceFolders: workspacePaths(),
    engineFolders: [...engineFolders, ...new Set([...files].map((match) => match[1] ?? ''))],
  };
}

export async function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}

const workspacePaths = (): string[] => (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);

/** Looks through the workspace only for files that neither are where the stack says nor are mapped. */
async function placesFor(files: readonly string[]): Promise<PathPlaces> {
  const { mapPath } = await import('../../pipeline');
  const name = settings.pathMappings.slice(section.length + 1);
  const mappings = readMappings(vscode.workspace.getConfiguration(section).get(name), workspacePaths());
  const known: PathPlaces = { mappings, files: [], exists: existsSync };
  const missing = new Set(files.filter((file) => mapPath(file, known) === null).map((file) => file.split(/[\\/]/).at(-1) ?? ''));
  // Names such as `<string>` are no files, and others would be read as a pattern.
  const names = [...missing].filter((each) => /^[\w.@~+ -]+\.\w+$/.test(each));
  return names.length === 0 ? known : { ...known, files: await filesNamed(names) };
}

async function filesNamed(names: readonly string[]): Promise<string[]> {
  const found = await vscode.workspace.findFiles(
    `**/${names.length === 1 ? String(names[0]) : `{${names.join(',')}}`}`,
    '**/{node_modules,site-packages,.datajoint,dist,build,__pycache__}/**',
    maxFiles,
  );
  return found.map(({ fsPath }) => fsPath);
}
