import { messageOf } from '../errors';
import type { Failure } from '../jobs';

/**
 * Records a failure on its job. A worker goes on with its other keys even where that cannot be done: then the failure says
 * so itself, and the job stays reserved until the worker has ended, which frees it.
 * @returns the failure as it is to be told
 */
export async function recordFailure(failure: Failure, record: (failure: Failure) => Promise<void>): Promise<Failure> {
  try {
    await record(failure);
    return failure;
  } catch (reason) {
    return { ...failure, message: `${failure.message} (This could not be recorded, and the job stays reserved until its worker ends: ${messageOf(reason)})` };
  }
}
