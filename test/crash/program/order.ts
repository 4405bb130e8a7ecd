import type * as dj from '../../../src/engine';

/** The moments at which a worker can be held, in the life of a job. */
export const STEPS = [
  'before refresh',
  'after refresh',
  'before reserve',
  'after reserve',
  'making',
  'before commit',
  'after commit',
  'before error',
  'after error',
] as const;

/** `before` a commit: everything of the transaction has been sent, and only the commit is missing. */
export type Step = (typeof STEPS)[number];

export interface Halt {
  readonly step: Step;
  /** The how manieth time it comes to that step, from 1. */
  readonly time: number;
}

/** What a worker process is told to do. */
export interface WorkOrder {
  readonly spec: dj.ConnectionSpec;
  readonly schema: string;
  readonly layout: dj.JobLayout;
  /** Milliseconds that each make takes. */
  readonly milliseconds: number;
  /** Where it stops and says so, until it is told to continue. */
  readonly halt: Halt | null;
  /** The key at whose make it stops likewise. */
  readonly haltAtKey: number | null;
  /** Each make also changes two rows that all makes change, in an order of its own. */
  readonly conflicts: boolean;
  /** The most pages that the database file may have, where the disk cannot be made small; null: no limit. */
  readonly mostPages: number | null;
}

/** What a worker process says, a line each. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'making'; readonly key: number }
  | { readonly type: 'halted'; readonly step: Step; readonly key: number | null }
  | { readonly type: 'done'; readonly successCount: number; readonly errors: readonly (readonly [number, string])[] }
  | { readonly type: 'failed'; readonly message: string };

/** What it is told, a line each. */
export type WorkerCommand = 'go' | 'continue';
