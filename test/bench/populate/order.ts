import type * as engine from '../../../src/engine';

/** What a worker process is told to do. */
export interface WorkOrder {
  readonly engine: string;
  readonly spec: engine.ConnectionSpec;
  readonly schema: string;
  /** Milliseconds that each make takes beside its statements. */
  readonly milliseconds: number;
  /** It begins no further job after this long. */
  readonly seconds: number;
  readonly concurrency: number;
}

/** What a worker process has done. */
export interface WorkReport {
  readonly made: number;
  readonly seconds: number;
  /** What each reservation of a batch took, in milliseconds. */
  readonly reserveMs: readonly number[];
  /** Errors beside those of lost reservations. */
  readonly errors: number;
  /** Jobs that were taken away while they were made, and reservations that found nothing before the last. */
  readonly lost: number;
  readonly peakMiB: number;
}
