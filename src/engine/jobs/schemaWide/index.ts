export { claim, type Wanted } from './claim';
export { countSchemaJobs, knownHashes } from './count';
export { completeInSchema, failInSchema, isHeldInSchema, releaseInSchema } from './finish';
export { type KeyAttributes, MOST_OF_KEY, readKey } from './keyBlob';
export { heldInSchemaByProcess, recoverSchemaJobs, schemaWorkerOf } from './recover';
export { column as schemaJobColumn, reference as schemaJobReference, type SchemaReservation, type SchemaTicket, schemaTicketOf } from './reservation';
export { type SchemaJobKey, type SchemaJobRow, SchemaJobs } from './schemaJobs';
export { declaredSchemaJobs, findSchemaJobs, keyColumn, type SchemaJobTable, schemaJobsName } from './spec';
