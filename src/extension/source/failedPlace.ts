import * as path from 'node:path';
import * as vscode from 'vscode';
import type { RecordedLine } from '../../pipeline';
import { tell } from '../host';
import type { SourceClass } from './classes';
import { framesHere, readText, stackContext } from './local';
import { reveal } from './reveal';

/** A place in a file; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number | null;
}

/** What a job recorded of its failure. */
export interface RecordedFailure {
  /** Empty for a job without one. */
  readonly stack: string;
  /** Of the code that ran; empty when the job has none. */
  readonly version: string;
}

export interface FailedPlace extends Place {
  /** The file reads differently than in the version that failed, as far as that is known. */
  readonly changed: boolean;
}

/**
 * Where a failed make() failed: its frame in the stack, at the line that its text has now; else the line of the class that
 * reads like it, as for code that was typed into a notebook; else the first line of make, else the class.
 */
export async function failedPlace(source: SourceClass, { stack, version }: RecordedFailure): Promise<FailedPlace> {
  const { makeFrame, parseStack } = await import('../../pipeline');
  const context = await stackContext(stack);
  const frames = await framesHere(parseStack(stack, context), context, version);
  const best = makeFrame(frames.filter(({ place }) => place !== null).map(({ frame }) => frame));
  const place = frames.find(({ frame }) => frame === best)?.place ?? null;
  if (place !== null) return { file: place.file, line: place.line, column: place.column, changed: place.changed === true };
  const { tableClass } = source;
  const first = tableClass.makeLine ?? tableClass.line;
  // Not knowing the folders of the workspace, it takes all that is no library for one's own.
  const recorded = makeFrame(parseStack(stack, { engineFolders: context.engineFolders ?? [] }))?.source;
  return { file: tableClass.file, line: (await similarLine(source, recorded)) ?? first, column: null, changed: false };
}

/** The line of the class's file that reads like one whose own file is not here; null without one. */
async function similarLine({ tableClass }: SourceClass, recorded: RecordedLine | undefined): Promise<number | null> {
  const { findLine } = await import('../../pipeline');
  const text = recorded === undefined ? null : await readText(tableClass.file);
  if (text === null || recorded === undefined) return null;
  const { line, state } = findLine(text, tableClass.makeLine ?? tableClass.line, recorded);
  return state === 'same' || state === 'moved' ? line : null;
}

/** Opens the place where a make() failed, and says when the file has changed since. */
export async function revealFailure(source: SourceClass, failure: RecordedFailure): Promise<void> {
  const place = await failedPlace(source, failure);
  await reveal(place);
  if (place.changed) tell(changedSince(place.file, failure.version), leaving(place.file));
}

/** Resolves when another editor than that of the file is looked at. */
function leaving(file: string): Promise<void> {
  return new Promise((resolve) => {
    const listener = vscode.window.onDidChangeActiveTextEditor((editor) => {
      if (editor?.document.uri.fsPath === file) return;
      listener.dispose();
      resolve();
    });
  });
}

/** `pipeline.ts changed since this error (abc1234).` */
export const changedSince = (file: string, version: string): string => `${path.basename(file)} changed since this error (${version}).`;
