/** From the files and frames of a stack, wherever it ran, to the files of this workspace. */
import * as vscode from 'vscode';
import type { LocalFrame, PathMapping, PathPlaces, ReadText, SourceFiles, StackContext, StackFrame } from '../../pipeline';
import { section, settings } from '../ids';
import { knownPackages } from '../python';
import { committedText } from './committed';
import { readMappings } from './mappings';

/** As many files of one name tell nothing. */
const maxFiles = 1000;

/** The file of this machine that a path of a stack or a terminal means; null when there is none. */
export async function localFile(file: string): Promise<string | null> {
  const { mapPath } = await import('../../pipeline');
  const found = mapPath(file, await placesFor([file]))?.file ?? null;
  return found !== null && (await isSource(found)) ? found : null;
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
  const { localFrames, MOST_FRAMES } = await import('../../pipeline');
  const files = frames.slice(0, MOST_FRAMES).flatMap(({ file }) => (file === null ? [] : [file]));
  return localFrames(frames, context, await placesFor(files), read, async (file) => (vscode.workspace.isTrusted ? committedText(version, file) : null));
}

/** Whose code the frames of a stack are. */
export async function stackContext(stack: string, engineFolders: readonly string[] = []): Promise<StackContext> {
  const { engineFoldersIn } = await import('../../pipeline');
  return { workspaceFolders: workspacePaths(), engineFolders: [...engineFolders, ...engineFoldersIn(stack)] };
}

/** Whether it is a source file that a stack may name. */
export async function isSource(file: string): Promise<boolean> {
  return (await sourcesHere()).has(file);
}

/** The text of a source file that a stack may name; null for any other. */
export async function readText(file: string): Promise<string | null> {
  return await (await sourcesHere()).read(file);
}

/** When such a file was changed last, in milliseconds since 1970; null for any other. */
export async function changedAt(file: string): Promise<number | null> {
  return await (await sourcesHere()).changedAt(file);
}

/** The files of the workspace and, in one that is trusted, of the folders that it is mapped to and of installed packages. */
async function sourcesHere(): Promise<SourceFiles> {
  const { sourceFiles } = await import('../../pipeline');
  const trusted = vscode.workspace.isTrusted ? [...mappings().map(({ to }) => to), ...knownPackages()] : [];
  return sourceFiles([...workspacePaths(), ...trusted]);
}

function mappings(): PathMapping[] {
  if (!vscode.workspace.isTrusted) return [];
  const name = settings.pathMappings.slice(section.length + 1);
  return readMappings(vscode.workspace.getConfiguration(section).get(name), workspacePaths());
}

const workspacePaths = (): string[] => (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);

/** Looks through the workspace only for files that neither are where the stack says nor are mapped. */
async function placesFor(files: readonly string[]): Promise<PathPlaces> {
  const { mapPath } = await import('../../pipeline');
  const sources = await sourcesHere();
  const known: PathPlaces = { mappings: mappings(), files: [], exists: (file) => sources.has(file) };
  const missing = new Set(files.filter((file) => mapPath(file, known) === null).map((file) => file.split(/[\\/]/).at(-1) ?? ''));
  // Names such as `<string>` are no files, and others would be read as a pattern.
  const names = [...missing].filter((each) => /^[\w.@~+ -]{1,200}\.\w{1,20}$/.test(each));
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
