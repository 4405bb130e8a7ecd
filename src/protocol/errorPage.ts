/** What the error page shows and asks. All text is plain text. */
import { type Fields, isArrayOf, isBoolean, isFields, isIndex, isNullOr, isNumber, isOneOf, isString } from './guards';
import { isPanelState, type PanelState } from './panelState';

/** `done`: the table has the row. `absent`: the job is no longer in the queue and there is no row. */
export const pageStatuses = ['error', 'pending', 'reserved', 'done', 'ignore', 'absent'] as const;
export type PageStatus = (typeof pageStatuses)[number];

export interface SourceLine {
  readonly number: number;
  readonly text: string;
  readonly failing: boolean;
}

export const frameKinds = ['yours', 'engine', 'library', 'runtime'] as const;

export interface FrameView {
  readonly functionName: string;
  /** `pipeline.ts:52:24`. */
  readonly location: string;
  readonly kind: (typeof frameKinds)[number];
  /** Whether a click can open it. */
  readonly openable: boolean;
  readonly source: readonly SourceLine[];
}

/** A frame, or a line of the stack between frames, such as `Caused by: …`. */
export type StackEntry =
  | { readonly type: 'frame'; readonly frame: FrameView }
  | { readonly type: 'text'; readonly text: string };

export interface ErrorPage {
  readonly table: string;
  readonly key: string;
  readonly status: PageStatus;
  /** When this status began, in milliseconds since the epoch. */
  readonly since: number | null;
  /** One sentence about the status: who runs it, what comes next. Empty when the status says it all. */
  readonly note: string;
  readonly message: string;
  readonly stack: readonly StackEntry[];
  /** Entries of the stack that are not shown. */
  readonly omitted: number;
  /** `host vm`, `pid 4312`, … */
  readonly facts: readonly string[];
  /** Keys of the same table that fail with the same message. */
  readonly same: readonly string[];
  /** Why pipeline code cannot be run here; empty when it can. */
  readonly blocked: string;
}

/** `state` is what the page must remember for a reload of the window. */
export type ErrorPageUpdate = { readonly type: 'show'; readonly page: ErrorPage; readonly state: PanelState };

export const errorPageActions = [
  'goToMake',
  'retry',
  'debug',
  'retryAll',
  'ignore',
  'clear',
  'copyKey',
  'copyReport',
  'openAsText',
] as const;
export type ErrorPageAction = (typeof errorPageActions)[number];

export type ErrorPageRequest =
  | { readonly type: 'ready' }
  | { readonly type: 'action'; readonly action: ErrorPageAction }
  /** `index` into `ErrorPage.stack`. */
  | { readonly type: 'openFrame'; readonly index: number }
  /** `index` into `ErrorPage.same`. */
  | { readonly type: 'openSame'; readonly index: number };

export function isErrorPageRequest(value: unknown): value is ErrorPageRequest {
  if (!isFields(value)) return false;
  if (value['type'] === 'ready') return true;
  if (value['type'] === 'action') return isOneOf(value['action'], errorPageActions);
  return (value['type'] === 'openFrame' || value['type'] === 'openSame') && isIndex(value['index']);
}

export function isErrorPageUpdate(value: unknown): value is ErrorPageUpdate {
  if (!isFields(value) || value['type'] !== 'show' || !isPanelState(value['state'])) return false;
  return isFields(value['page']) && isErrorPage(value['page']);
}

function isErrorPage(page: Fields): boolean {
  return (
    ['table', 'key', 'note', 'message', 'blocked'].every((name) => isString(page[name])) &&
    isOneOf(page['status'], pageStatuses) &&
    isNullOr(page['since'], isNumber) &&
    isIndex(page['omitted']) &&
    isArrayOf(page['facts'], isString) &&
    isArrayOf(page['same'], isString) &&
    isArrayOf(page['stack'], isStackEntry)
  );
}

function isStackEntry(value: unknown): value is StackEntry {
  if (!isFields(value)) return false;
  if (value['type'] === 'text') return isString(value['text']);
  const frame = value['frame'];
  return (
    value['type'] === 'frame' &&
    isFields(frame) &&
    isString(frame['functionName']) &&
    isString(frame['location']) &&
    isOneOf(frame['kind'], frameKinds) &&
    isBoolean(frame['openable']) &&
    isArrayOf(frame['source'], isSourceLine)
  );
}

function isSourceLine(value: unknown): value is SourceLine {
  return isFields(value) && isNumber(value['number']) && isString(value['text']) && isBoolean(value['failing']);
}
