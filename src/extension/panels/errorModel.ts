/** From a job and its stack to what the error page shows. Reads source files; asks nothing else. */
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { JobDetail, JobStatus, NamedTable } from '../../engine';
import type { FrameKind, LocalFrame, LocalPlace } from '../../pipeline';
import type { ErrorPage, FrameView, PageStatus, SourceLine, StackEntry } from '../../protocol';
import { type Key, keyLabel, shortKeyLabel } from '../keys';
import { runBlocked } from '../populate';
import { changedAt, changedSince, excerpt, framesHere, readText, stackContext } from '../source';
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
  /** Of the code that ran; empty when the job has none. */
  readonly version: string;
  readonly at: number | null;
  readonly facts: readonly string[];
}

/** An entry of the stack, with the place that a click opens. */
export interface LocatedEntry {
  readonly entry: StackEntry;
  /** Null for a line between frames. */
  readonly kind: FrameKind | null;
  /** On this machine, as the file is now; null when there is no such file. */
  readonly place: LocalPlace | null;
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
  return { message: job.message, stack: job.stack ?? '', version: job.version, at: job.completedAt, facts };
}

/** Today's time, or date and time. */
function clock(at: number): string {
  const date = new Date(at);
  return date.toDateString() === new Date().toDateString() ? date.toLocaleTimeString() : date.toLocaleString();
}

/** The stack without the lines that only repeat the message, each frame with its source where it is one's own. */
export async function readStack(failure: Failure, enginePath: string): Promise<{ entries: LocatedEntry[]; omitted: number }> {
  const { makeFrame, stackParts } = await import('../../pipeline');
  const context = await stackContext(failure.stack, [enginePath]);
  const parts = [...stackParts(failure.stack, context)];
  const firstFrame = parts.findIndex((part) => part.type === 'frame');
  const body = (firstFrame < 0 ? [] : parts.slice(firstFrame)).filter(
    (part) => part.type === 'frame' || part.text.trim() !== '',
  );
  const shown = body.slice(0, maxEntries);
  const texts = new Map<string, string | null>();
  const read = async (file: string) => {
    const text = await readText(file);
    texts.set(file, text);
    return text;
  };
  const frames = shown.flatMap((part) => (part.type === 'frame' ? [part.frame] : []));
  const framesFound = [...(await framesHere(frames, context, failure.version, read))];
  // The make() of a package stands for one's own code where the stack has none.
  const main = makeFrame(framesFound.filter(({ place }) => place !== null).map(({ frame }) => frame));
  const located = framesFound[Symbol.iterator]();
  let excerpts = 0;
  const entries = shown.map((part): LocatedEntry => {
    if (part.type === 'text') return { entry: { type: 'text', text: part.text.slice(0, maxLineLength) }, kind: null, place: null };
    const local: LocalFrame = located.next().value ?? { frame: part.frame, place: null };
    const { frame, place } = local;
    const wanted = (frame.kind === 'yours' || frame === main) && place !== null && place.state !== 'lost' && excerpts < maxExcerpts;
    if (wanted) excerpts += 1;
    const source = wanted ? excerpt(texts.get(place.file) ?? '', place.line, 3, 2) : [];
    return { entry: { type: 'frame', frame: frameView(local, source) }, kind: frame.kind, place };
  });
  return { entries, omitted: Math.max(0, body.length - maxEntries) };
}

function frameView({ frame, place }: LocalFrame, source: readonly SourceLine[]): FrameView {
  const shownFile = place === null ? (frame.file ?? '') : vscode.workspace.asRelativePath(place.file, false);
  const { line, column } = place ?? frame;
  const position = [line, column].filter((part) => part !== null).map((part) => `:${part}`);
  return {
    functionName: frame.functionName ?? '(anonymous)',
    location: frame.file === null ? frame.text.trim() : `${shownFile}${position.join('')}`,
    kind: frame.kind,
    openable: place !== null,
    source,
  };
}

/**
 * What became of the innermost line of one's own code since the failure, in one sentence; empty when nothing did, as far
 * as the commit that ran, the stack's text and the time of the file tell.
 */
export async function editedSince(failure: Failure, entries: readonly LocatedEntry[]): Promise<string> {
  const place = entries.find((each) => each.kind === 'yours' && each.place !== null)?.place ?? null;
  if (place === null) return '';
  const name = path.basename(place.file);
  const changes = {
    same: '',
    moved: `The line that failed is line ${place.line} now.`,
    edited: 'The line that failed reads differently now.',
    lost: 'The line that failed is not in it any more.',
  };
  const change = changes[place.state];
  if (place.changed === true) return [changedSince(place.file, failure.version), change].filter((part) => part !== '').join(' ');
  if (place.changed === false) return '';
  const edited = (await changedAt(place.file)) ?? 0;
  if (failure.at !== null && edited > failure.at) return [`${name} was edited after this error.`, change].filter((part) => part !== '').join(' ');
  return change === '' ? '' : `${name} is not the one that failed: another version ran. ${change}`;
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

function noteOf(status: PageStatus, job: JobDetail | null, edited: string, table: NamedTable): string {
  switch (status) {
    case 'error':
      return edited;
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
  readonly edited: string;
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
