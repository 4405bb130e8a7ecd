export { attributeOf, encodeKey, keyEquals, type StoredKey, storedKey } from './conditions';
export { complete, fail, type Failure, release } from './finish';
export { declaredJobTable, type JobTable, jobTable, jobTableName, jobTableSpec, type JobTarget } from './jobTable';
export { type JobMove, moveJobs } from './moveJobs';
export { countJobs, type JobAttributes, type JobProgress, JobQueue, type JobStatus } from './queue';
export { recover, workerOf } from './recover';
export type { Refreshed, RefreshOptions } from './refresh';
export { type Reservation, type Worker } from './reservation';
export { reserve, type ReserveOptions } from './reserve';
