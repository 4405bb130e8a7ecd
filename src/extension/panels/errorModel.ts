/** From a job and its stack to what the error page shows. Reads source files; asks nothing else. */
import { readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { JobDetail, JobStatus, NamedTable } from '../../engine';
import type { StackFrame } from '../../pipeline';
import type { ErrorPage, FrameView, PageStatus, SourceLine, StackEntry } from '../../protocol';
import { type Key, keyLabel, shortKeyLabel } from '../keys';
import { runBlocked } from '../populate';
import { excerpt, localFile } from '../source';
import { seconds, workerLabel } from '../tree';

/** Deeper stacks are recursion; the whole of it opens as text. */
const maxEntries = 300;
const maxLineLength = 2000;
/** Frames of one's own that show their source. */
const maxExcerpts = 12;

/** A failure as it was recorded; kept while the page follows the retry, which removes it from the queue. */
export interface Failure {
  readonly message: string;
  readonly stack: string;
  readonly at: number | null;
  readonly facts: readonly string[];
}

/** An entry of the stack, with the place that a click opens. */
export interface LocatedEntry {
  readonly entry: StackEntry;
  readonly frame: StackFrame | null;
  /** On this machine; null when there is no such file. */
  readonly file: string | null;
}

export function failureOf(job: JobDetail): Failure {
  const worker = job.worker;
  const facts = [
    worker === null ? '' : `host ${worker.host}`,
    worker === null ? '' : `pid ${worker.pid}`,
    worker === null ? '' : `connection ${worker.connectionId}`,
    worker === null ? '' : `user ${worker.user}`,
    job.reservedAt === null ? '' : `reserved ${clock(job.reservedAt)}`,
    job.duration === null ? '' : `ran ${seconds(job.duration)}`,
    job.version === '' ? '' : `version ${job.version}`,
    job.layout === 'schema' ? 'schema-wide queue ~jobs' : '',
  ].filter((fact) => fact !== '');
  return { message: job.message, stack: job.stack ?? '', at: job.completedAt, facts };
}

/** Today's time, or date and time. */
function clock(at: number): string {
  const date = new Date(at);
  return date.toDateString() === new Date().toDateString() ? date.toLocaleTimeString() : date.toLocaleString();
}

/** The stack without the lines that only repeat the message, each frame with its source where it is one's own. */
export async function readStack(failure: Failure, enginePath: string): Promise<{ entries: LocatedEntry[]; omitted: number }> {
  const { stackParts } = await import('../../pipeline');
  const workspaceFolders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
  const engineFolders = [enginePath, ...enginesIn(failure.stack)];
  const parts = [...stackParts(failure.stack, { workspaceFolders, engineFolders })];
  const firstFrame = parts.findIndex((part) => part.type === 'frame');
  const body = (firstFrame < 0 ? [] : parts.slice(firstFrame)).filter(
    (part) => part.type === 'frame' || part.text.trim() !== '',
  );
  const files = new Map<string, Promise<SourceFile | null>>();
  let excerpts = 0;
  const entries: LocatedEntry[] = [];
  for (const part of body.slice(0, maxEntries)) {
    if (part.type === 'text') {
      entries.push({ entry: { type: 'text', text: part.text.slice(0, maxLineLength) }, frame: null, file: null });
      continue;
    }
    const { frame } = part;
    const file = frame.file === null ? null : localFile(frame.file);
    const wanted = frame.kind === 'yours' && file !== null && frame.line !== null && excerpts < maxExcerpts;
    if (wanted) excerpts += 1;
    const source = wanted ? await sourceOf(files, file, frame.line) : [];
    entries.push({ entry: { type: 'frame', frame: frameView(frame, file, source) }, frame, file });
  }
  return { entries, omitted: Math.max(0, body.length - maxEntries) };
}

/** A worker may have run another copy of the engine than this one: its folders by the names of its files. */
function enginesIn(stack: string): Set<string> {
  const files = stack.matchAll(/((?:[A-Za-z]:)?[\\/][^\s():]*)[\\/](?:dist[\\/](?:engine|djw)\.js|src[\\/]engine[\\/])/g);
  return new Set([...files].map((match) => match[1] ?? ''));
}

interface SourceFile {
  readonly text: string;
}

async function sourceOf(files: Map<string, Promise<SourceFile | null>>, file: string, line: number | null): Promise<SourceLine[]> {
  const reading = files.get(file) ?? readSource(file);
  files.set(file, reading);
  const source = await reading;
  return source === null || line === null ? [] : excerpt(source.text, line, 3, 2);
}

async function readSource(file: string): Promise<SourceFile | null> {
  try {
    return { text: await readFile(file, 'utf8') };
  } catch {
    return null;
  }
}

function frameView(frame: StackFrame, file: string | null, source: readonly SourceLine[]): FrameView {
  const shownFile = file === null ? (frame.file ?? '') : vscode.workspace.asRelativePath(file, false);
  const position = [frame.line, frame.column].filter((part) => part !== null).map((part) => `:${part}`);
  return {
    functionName: frame.functionName ?? '(anonymous)',
    location: frame.file === null ? frame.text.trim() : `${shownFile}${position.join('')}`,
    kind: frame.kind,
    openable: file !== null && frame.line !== null,
    source,
  };
}

/** The file of one's own code that failed first, when it was edited after the failure. */
export async function editedSince(failure: Failure, entries: readonly LocatedEntry[]): Promise<string | null> {
  const file = entries.find((each) => each.frame?.kind === 'yours' && each.file !== null)?.file ?? null;
  if (file === null || failure.at === null) return null;
  try {
    return (await stat(file)).mtimeMs > failure.at ? path.basename(file) : null;
  } catch {
    return null;
  }
}

export function pageStatus(job: JobDetail | null, done: boolean): PageStatus {
  if (done && job?.status !== 'reserved') return 'done';
  if (job === null) return 'absent';
  const statuses: Readonly<Record<JobStatus, PageStatus>> = {
    error: 'error',
    pending: 'pending',
    reserved: 'reserved',
    success: 'done',
    ignore: 'ignore',
  };
  return statuses[job.status];
}

function noteOf(status: PageStatus, job: JobDetail | null, edited: string | null, table: NamedTable): string {
  switch (status) {
    case 'error':
      return edited === null ? '' : `${edited} was edited after this error.`;
    case 'pending':
      return 'Waits to be populated.';
    case 'reserved':
      return job === null ? '' : [workerLabel(job), job.liveness?.reason ?? ''].filter((part) => part !== '').join(' · ');
    case 'done':
      return `${table.className} has the row for this key.`;
    case 'ignore':
      return 'Populate passes over this key until it is retried.';
    case 'absent':
      return 'The job is no longer in the queue. The next populate tries this key again.';
  }
}

export interface ErrorPageInput {
  readonly table: NamedTable;
  readonly key: Key;
  readonly job: JobDetail | null;
  readonly done: boolean;
  readonly failure: Failure | null;
  readonly entries: readonly LocatedEntry[];
  readonly omitted: number;
  readonly edited: string | null;
  readonly same: readonly Key[];
}

export function errorPage(input: ErrorPageInput): ErrorPage {
  const { table, job, failure } = input;
  const status = pageStatus(job, input.done);
  const since = { error: job?.completedAt, pending: null, reserved: job?.reservedAt, done: job?.completedAt };
  return {
    table: table.className,
    key: keyLabel(input.key),
    status,
    since: (status in since ? since[status as keyof typeof since] : null) ?? null,
    note: noteOf(status, job, input.edited, table),
    message: failure?.message ?? '',
    stack: input.entries.map((each) => each.entry),
    omitted: input.omitted,
    facts: failure?.facts ?? [],
    same: input.same.map(shortKeyLabel),
    blocked: runBlocked(),
  };
}

/** The failure as text for a message or an issue. */
export function reportText(table: NamedTable, key: Key, failure: Failure): string {
  const head = [`${table.name.schema}.${table.className}`, keyLabel(key), failure.message, ''];
  const when = failure.at === null ? [] : [`failed ${new Date(failure.at).toISOString()}`];
  return [...head, failure.stack.trimEnd(), '', [...when, ...failure.facts].join(' · ')].join('\n');
}
