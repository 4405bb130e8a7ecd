/** What `djw` and the worker processes that it starts tell each other beside the engine's own messages. */
import type { ConnectionSpec, ErrorCode, FromWorker } from '../engine';

/** How `djw` starts itself as a worker process: this flag and `WorkerStart` as JSON. Not for people. */
export const workerFlag = '--worker';

export interface WorkerStart {
  /** The file that declares the tables; absolute. */
  readonly file: string;
  /** The file is the program that wants the workers: what it does beside declaring tables is not for them. */
  readonly isProgram: boolean;
  /** What `--database` named. Without it the worker finds the database in the way `djw` does. */
  readonly database: Extract<ConnectionSpec, { kind: 'embedded' }> | null;
}

export type Greeting =
  | { readonly type: 'ready' }
  | { readonly type: 'refused'; readonly code: ErrorCode; readonly message: string };

export type FromProcess = FromWorker | Greeting;
