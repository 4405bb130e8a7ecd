import { Query } from '../algebra';
import { type Connection, isAway, isLost, retryTransient, serverWasAway } from '../database';
import { DataJointError, DuplicateError } from '../errors';
import { hasJobMetadata, type TableBinding } from '../tables';
import type { Ancestry } from './ancestry';
import { failureMessage, failureReport, readable } from './failure';
import { recordJobMetadata } from './jobMetadata';
import { callMake } from './make';
import { callElsewhere, type Made, makerElsewhere } from './makeElsewhere';
import { MakeScope } from './makeScope';
import { recordFailure } from './recordFailure';
import { stopping } from './stop';
import type { Task } from './supply';

/** What one worker needs to make keys of a table. */
export interface Workplace {
  readonly binding: TableBinding;
  readonly ancestry: Ancestry;
  readonly connection: Connection;
  readonly makeKwargs: Readonly<Record<string, unknown>>;
  /** Several workers share the keys through the queue. */
  readonly reserved: boolean;
  /** Aborts when the work must stop. */
  readonly signal: AbortSignal | null;
}

/** How making one key ended; `there`: make() was not called, since the result had come meanwhile. */
export type Outcome =
  | { readonly type: 'done' | 'skipped' | 'there'; readonly seconds: number }
  | { readonly type: 'error'; readonly seconds: number; readonly thrown: unknown; readonly message: string; readonly stack: string; readonly lost: boolean };

const OUTCOMES = { made: 'done', nothing: 'skipped', there: 'there' } as const satisfies Record<Made, Outcome['type']>;

/** Makes one key and ends its job, whatever happens. A key whose result another worker has entered meanwhile is passed over. */
export async function attempt(place: Workplace, task: Task): Promise<Outcome> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  let scope: MakeScope | null = null;
  // One for each key: whatever waits for a promise that outlives it is kept in memory by that promise.
  const stop = stopping(place.signal);
  try {
    if (task.refusal !== null) throw task.refusal;
    const made = await retryTransient(
      place.connection,
      async () => {
        scope = new MakeScope(place.binding, place.ancestry, task.key);
        return await makeOnce(place, task, scope, seconds, stop.promise);
      },
      stop.promise,
    );
    if (made === 'there') await task.dismiss();
    return { type: OUTCOMES[made], seconds: seconds() };
  } catch (thrown) {
    (scope as MakeScope | null)?.abandon();
    if (thrown instanceof DuplicateError && (await hasRow(place, task))) {
      await task.dismiss();
      return { type: 'skipped', seconds: seconds() };
    }
    return await failed(task, thrown, seconds(), (scope as MakeScope | null)?.printed.lines ?? []);
  } finally {
    if ((scope as MakeScope | null)?.enteredOthers === true) task.enteredOthers();
    stop.release();
  }
}

async function failed(task: Task, thrown: unknown, seconds: number, printed: readonly string[]): Promise<Outcome> {
  const failure = { message: failureMessage(thrown), stack: failureReport(thrown, printed), duration: seconds };
  // The job is somebody else's now, or back in the queue: there is nothing of ours to record.
  const lost = isReservationLost(thrown) && task.refusal === null;
  if (lost) task.lost();
  const { message, stack } = lost ? failure : await recordFailure(failure, (told) => task.fail(told));
  return { type: 'error', seconds, thrown, message, stack, lost };
}

/** Runs make() in its transaction; again when the server went away meanwhile, which undid it. */
async function makeOnce(place: Workplace, task: Task, scope: MakeScope, seconds: () => number, stopped: Promise<never>): Promise<Made> {
  const { connection, makeKwargs } = place;
  try {
    const finish: Parameters<typeof callMake>[0]['finish'] = async (transaction) => {
      await recordJobMetadata(transaction, place.binding, task.key, seconds(), place);
      await task.complete(transaction, seconds());
    };
    const elsewhere = makerElsewhere(place.binding);
    if (elsewhere !== null) {
      const isFenced = place.reserved || hasJobMetadata((await place.binding.ready()).spec);
      const call = { key: task.key, makeKwargs, finish: isFenced ? finish : null, onPrinted: (text: string) => scope.printed.add(text), stopped };
      const made = await callElsewhere(elsewhere, connection, call);
      scope.inserted = made === 'made';
      return made;
    }
    await callMake({ scope, connection, makeKwargs, finish, stopped });
    return scope.inserted ? 'made' : 'nothing';
  } catch (thrown) {
    const error = readable(thrown);
    if (!isLost(error) && !isAway(error)) throw error;
    scope.abandon();
    const again = await serverWasAway(connection, stopped);
    // The connection may have been lost when the result was already committed.
    if (scope.inserted && (await hasRow(place, task))) return 'made';
    if (!(await task.isHeld())) throw takenAwayMeanwhile(place.binding.label, error);
    if (!again) throw error;
    return await makeOnce(place, task, new MakeScope(place.binding, place.ancestry, task.key), seconds, stopped);
  }
}

/** True when the key has been made, by this worker or by another. */
async function hasRow({ binding, connection }: Workplace, task: Task): Promise<boolean> {
  const query = new Query({ op: 'table', source: binding }).restrict(task.key);
  return await connection.outside(() => query.exists());
}

const isReservationLost = (thrown: unknown): boolean => thrown instanceof DataJointError && thrown.code === 'reservation_lost';

const takenAwayMeanwhile = (label: string, cause: unknown): DataJointError =>
  new DataJointError('reservation_lost', `The reservation of ${label} was taken away when its session had ended: the key can be computed again.`, { cause });
