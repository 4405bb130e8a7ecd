/** What a frame of a stack says, and whose code it is. */

export interface Location {
  readonly functionName: string | null;
  /** Absolute path as the system that ran it writes it; null for code without a file. */
  readonly file: string | null;
  /** From 1. */
  readonly line: number | null;
  /** From 1. */
  readonly column: number | null;
  /** The line's text as the stack recorded it. */
  readonly source?: RecordedLine;
  /** The number of the notebook cell that the code stands in, null where the stack does not tell it. */
  readonly notebook?: { readonly cell: number | null };
}

export interface RecordedLine {
  /** Without the spaces around it. */
  readonly text: string;
  /** Where in `text` it failed, from 1; null when the stack does not say. */
  readonly column: number | null;
}

export type FrameKind = 'yours' | 'engine' | 'library' | 'runtime';

export interface StackFrame extends Location {
  /** The line of the stack as it was printed. */
  readonly text: string;
  readonly kind: FrameKind;
}

/** Where code comes from, so that one's own frames can be told from the rest. Absolute paths. */
export interface StackContext {
  /** Folders that hold one's own code. Without any, every file that is no library counts as one's own. */
  readonly workspaceFolders?: readonly string[];
  /** Folders that hold the engine. */
  readonly engineFolders?: readonly string[];
}

/** Whose code a frame is. Paths of other systems are compared as text: a stack may come from another machine. */
export function kindOf({ file, notebook }: Pick<Location, 'file' | 'notebook'>, context: StackContext): FrameKind {
  if (notebook !== undefined) return 'yours';
  if (file === null || /^(?:node:|internal[\\/]|<)/.test(file)) return 'runtime';
  if (context.engineFolders?.some((folder) => isInside(file, folder))) return 'engine';
  const parts = file.split(/[\\/]/);
  if (parts.includes('node_modules')) return parts.includes('datajoint-workbench') ? 'engine' : 'library';
  const packages = parts.findIndex((part) => part === 'site-packages' || part === 'dist-packages');
  if (packages !== -1) return parts[packages + 1] === 'datajoint' ? 'engine' : 'library';
  const folders = context.workspaceFolders ?? [];
  if (folders.some((folder) => isInside(file, folder))) return 'yours';
  if (/[\\/](?:lib(?:64)?[\\/]python\d[\d.]{0,9}|Python\d{1,9}[\\/]lib|python\d{1,9}\.zip)[\\/]/i.test(file)) return 'runtime';
  return folders.length === 0 ? 'yours' : 'library';
}

function isInside(file: string, folder: string): boolean {
  const inner = comparable(file);
  const outer = withoutEnd(comparable(folder));
  return inner === outer || inner.startsWith(`${outer}/`);
}

/** A folder without the slashes at its end. */
export function withoutEnd(folder: string): string {
  let end = folder.length;
  while (folder[end - 1] === '/' || folder[end - 1] === '\\') end -= 1;
  return folder.slice(0, end);
}

/** Windows paths compare without case. */
function comparable(file: string): string {
  const forward = file.replaceAll('\\', '/');
  return /^[A-Za-z]:\//.test(forward) ? forward.toLowerCase() : forward;
}
