/** What the connections page shows and asks. All text is plain text. */
import { isArrayOf, isBoolean, isFields, isNullOr, isNumber, isString } from './guards';
import { isPanelState, type PanelState } from './panelState';

export interface SessionRow {
  readonly id: number;
  readonly user: string;
  readonly host: string;
  readonly db: string;
  readonly command: string;
  /** Seconds in this state. */
  readonly time: number;
  readonly state: string;
  readonly info: string;
  readonly pid: number | null;
  /** A session of this editor: it cannot be killed. */
  readonly own: boolean;
  /** `Trace · subject "c3", session 4` for each job that it holds. */
  readonly running: readonly string[];
  /** The sessions that hold a lock which this one waits for. */
  readonly waitsFor: readonly number[];
}

/** How often the page may refresh itself, in seconds. */
export const intervals = [1, 2, 5, 10, 30] as const;

export interface ConnectionsPage {
  /** `embedded · .datajoint/embedded.db`. */
  readonly database: string;
  readonly rows: readonly SessionRow[];
  /** Milliseconds since the epoch. */
  readonly takenAt: number;
  /** Seconds; one of `intervals`. */
  readonly interval: number;
  readonly paused: boolean;
  /** Why the list cannot be read, or is old; empty when all is well. */
  readonly problem: string;
  /** Which sessions are listed, as `dj.kill` takes it; empty: all. */
  readonly restriction: string;
  /** Empty: by id. */
  readonly order: string;
  /** Why the restriction or the order that was typed last is not the one in use; empty when it is. */
  readonly filterProblem: string;
  /** False when the account sees its own sessions only. */
  readonly complete: boolean;
  /** False when the account may not see who waits for a lock. */
  readonly lockWaitsKnown: boolean;
}

/** `state` is what the page must remember for a reload of the window. */
export type ConnectionsPageUpdate = {
  readonly type: 'show';
  readonly page: ConnectionsPage;
  readonly state: PanelState;
};

export type ConnectionsPageRequest =
  | { readonly type: 'ready' }
  | { readonly type: 'refresh' }
  | { readonly type: 'interval'; readonly seconds: number }
  | { readonly type: 'pause'; readonly paused: boolean }
  | { readonly type: 'filter'; readonly restriction: string; readonly order: string }
  | { readonly type: 'kill'; readonly ids: readonly number[] };

export function isConnectionsPageRequest(value: unknown): value is ConnectionsPageRequest {
  if (!isFields(value)) return false;
  switch (value['type']) {
    case 'ready':
    case 'refresh':
      return true;
    case 'interval':
      return intervals.some((seconds) => seconds === value['seconds']);
    case 'pause':
      return isBoolean(value['paused']);
    case 'filter':
      return isString(value['restriction']) && isString(value['order']);
    case 'kill':
      return isArrayOf(value['ids'], isNumber);
    default:
      return false;
  }
}

export function isConnectionsPageUpdate(value: unknown): value is ConnectionsPageUpdate {
  if (!isFields(value) || value['type'] !== 'show' || !isPanelState(value['state'])) return false;
  const page = value['page'];
  return (
    isFields(page) &&
    isString(page['database']) &&
    isNumber(page['takenAt']) &&
    isNumber(page['interval']) &&
    isBoolean(page['paused']) &&
    isBoolean(page['complete']) &&
    isBoolean(page['lockWaitsKnown']) &&
    ['problem', 'restriction', 'order', 'filterProblem'].every((name) => isString(page[name])) &&
    isArrayOf(page['rows'], isSessionRow)
  );
}

function isSessionRow(value: unknown): value is SessionRow {
  return (
    isFields(value) &&
    isNumber(value['id']) &&
    isNumber(value['time']) &&
    ['user', 'host', 'db', 'command', 'state', 'info'].every((name) => isString(value[name])) &&
    isNullOr(value['pid'], isNumber) &&
    isBoolean(value['own']) &&
    isArrayOf(value['running'], isString) &&
    isArrayOf(value['waitsFor'], isNumber)
  );
}
