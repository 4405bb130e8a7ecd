export { attributeOf, encodeKey, keyEquals, type StoredKey, storedKey } from './conditions';
export { beginning, cutMiddle, ending } from './cutText';
export type { Failure } from './failure';
export { complete, fail, release } from './finish';
export { declaredJobTable, type JobTable, jobTable, jobTableName, jobTableSpec, type JobTarget } from './jobTable';
export { keysToMake } from './missing';
export { type JobMove, moveJobs } from './moveJobs';
export { countJobs, type JobAttributes, type JobProgress, JobQueue, type JobStatus } from './queue';
export { freeWorker, heldByProcess, recover, workerOf } from './recover';
export type { Refreshed, RefreshOptions } from './refresh';
export { isHeld, type Reservation, type Ticket, ticketOf, type Worker } from './reservation';
export { amongKeys, countDue, type JobChoice, reserve, type ReserveOptions, type Waiting, waitingJobs } from './reserve';
export { keyHash } from './keyHash';
export { keyBlobColumn, messageColumn, MOST_OF_STACK, nameColumn, stackColumns, storedStack } from './storedStack';
export { schema, type Schema } from './schema';
export {
  claim,
  completeInSchema,
  declaredSchemaJobs,
  failInSchema,
  findSchemaJobs,
  heldInSchemaByProcess,
  isHeldInSchema,
  keyColumn,
  knownHashes,
  readKey,
  recoverSchemaJobs,
  releaseInSchema,
  type SchemaJobKey,
  type SchemaJobRow,
  SchemaJobs,
  type SchemaJobTable,
  type SchemaReservation,
  type SchemaTicket,
  schemaTicketOf,
  schemaJobsName,
  schemaWorkerOf,
  type Wanted,
} from './schemaWide';
