import type { Queryable } from '../algebra';
import type { JobQueue } from '../jobs';

/** A class that can be populated. */
export interface Populatable {
  readonly keySource: Queryable;
  readonly jobs: JobQueue;
}
