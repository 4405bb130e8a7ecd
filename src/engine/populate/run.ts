import { attempt, type Outcome, type Workplace } from './attempt';
import { stopReason } from './stop';
import type { Supply, Task } from './supply';

/** One worker's share of a populate. */
export interface Run {
  readonly place: Workplace;
  readonly supply: Supply;
  /** How many keys are made at once, each in a transaction of its own. */
  readonly concurrency: number;
  readonly suppressErrors: boolean;
  /** True when no further key is to be begun. */
  readonly isOver: () => boolean;
  /** Told as the make of a key begins. */
  readonly onBegin: (task: Task) => void;
  readonly onEnd: (task: Task, outcome: Outcome) => void;
}

/**
 * Makes the supply's keys until none is left, or until one failed and errors are not suppressed; then those that are
 * being made are made to the end.
 * @throws the first error that was not suppressed, and the reason for which the work was stopped
 */
export async function runAll(run: Run): Promise<void> {
  const { supply, place } = run;
  const { signal } = place;
  let makeSeconds: number | null = null;
  const failures: unknown[] = [];
  const isStopped = (): boolean => signal?.aborted === true;
  const hasFailed = (): boolean => failures.length > 0;
  const lane = async (): Promise<void> => {
    while (!hasFailed() && !run.isOver()) {
      // Not raced against the stop: a batch that was reserved for nobody would stay reserved.
      const task = await supply.next(makeSeconds);
      if (task === null) return;
      if (isStopped() || hasFailed() || run.isOver()) {
        await task.putBack();
        if (signal?.aborted === true) throw stopReason(signal);
        return;
      }
      run.onBegin(task);
      const outcome = await attempt(place, task);
      makeSeconds = Math.max(1e-6, outcome.seconds);
      run.onEnd(task, outcome);
      const isFatal = outcome.type === 'error' && !outcome.lost && (!run.suppressErrors || isStopped());
      if (isFatal) failures.push(outcome.thrown);
    }
  };
  const lanes = Array.from({ length: run.concurrency }, () => lane().catch((thrown: unknown) => void failures.push(thrown)));
  await Promise.all(lanes);
  if (hasFailed()) throw failures[0];
}
