export { bindingOf, type TableBinding } from './binding';
export { config } from './config';
export {
  type Confirmation,
  type DeletedRows,
  type DeleteOptions,
  type DropOptions,
  type PartIntegrity,
  type Removal,
  type RemovalOptions,
  setConfirmation,
} from './confirm';
export { readDeclarations } from './declarations';
export { chooseDatabase, connect, defaultConnection, disconnect, transaction } from './defaultConnection';
export { describeStored, type StoredDescription } from './describe';
export { freeTable } from './freeTable';
export { addressOf, type ChildReference, isPartOf, TableGraph } from './graph';
export { type InsertOptions, type InsertRow, inTransaction } from './insert';
export { joinParents, type KeyParent } from './keyParents';
export { hasJobMetadata, JOB_METADATA, VERSION_LENGTH } from './hiddenAttributes';
export { type MakeContext, makeContext } from './makeContext';
export { type FindDeclaringFile, referenceSource, setDeclaringFiles } from './reference';
export { registeredTables } from './registry';
export { type JobLayout, schema, type Schema, type SchemaOptions } from './schema';
export { bindStored } from './storedClass';
export { StoredTable } from './storedTable';
export { Lookup, Manual, Part, Table } from './table';
export { TableQuery } from './tableQuery';
export { type Contents, type TableConstructor, TIER } from './tier';
