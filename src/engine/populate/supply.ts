import type { Key } from '../algebra';
import type { Transaction } from '../database';
import type { DataJointError } from '../errors';
import type { Failure, SchemaTicket, Ticket } from '../jobs';

/** One key to make, and what must happen to its job as it ends. */
export interface Task {
  readonly key: Key;
  /** By what the job is held, so that another process can end it should this one die; absent where that cannot be done. */
  readonly reservation?: Ticket | SchemaTicket;
  /** Why it must not be made: its error instead. */
  readonly refusal: DataJointError | null;
  /** The fence, in the transaction that inserts the result. `duration` in seconds. */
  complete(transaction: Transaction, duration: number): Promise<void>;
  fail(failure: Failure): Promise<void>;
  /** Ends its job without a make: the result is there. */
  dismiss(): Promise<void>;
  /** For a task that was taken and will not be made after all. */
  putBack(): Promise<void>;
  /** Whether the job is still this worker's, for when there is reason to doubt it. */
  isHeld(): Promise<boolean>;
  /** Somebody took the job away while it was being made. */
  lost(): void;
  /** Its make() has entered rows of other keys, perhaps of such as were taken already. */
  enteredOthers(): void;
}

/** Where the keys of one populate run come from. Several may ask at the same time. */
export interface Supply {
  /** How many keys there were to make when the run began. */
  readonly total: number;
  /** The next key, or null when none is left. `makeSeconds` is what the last make took. */
  next(makeSeconds: number | null): Promise<Task | null>;
  /** Gives back what was taken ahead and never given out. */
  giveBack(): Promise<void>;
}
